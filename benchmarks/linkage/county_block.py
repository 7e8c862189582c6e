"""One Kreis of a county set: `python -m ....county_block FOLDER SCALE SEED ERRORS INDEX`.

simulation -> pull -> contract -> typed -> link fields -> tokens, and the truth beside them.
"""

import csv
import shutil
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa

from benchmarks.linkage.county import plan
from benchmarks.linkage.fresh_process import Usage
from benchmarks.linkage.keys import demo_keyring, settings_in
from benchmarks.linkage.link_set import STAGED, LinkSet
from kim_pipeline.periods import format_month
from kim_pipeline.privacy.keyring import Keyring
from kim_pipeline.privacy.pseudonyms import pseudonyms
from kim_pipeline.privacy.token_sets import encode
from kim_pipeline.settings import Settings
from kim_pipeline.simulation.deliveries import Plan, deliver
from kim_pipeline.simulation.truth import write_truth
from sources.contracts.contract import Contract, load_contracts
from sources.incoming.drafts import draft_table
from sources.incoming.link_columns import link_columns
from sources.incoming.pseudonymise import pseudonymise, read_incoming
from sources.receiving.intake import pull, read_pulled_tables
from sources.receiving.landing import Pulled


def main() -> None:
    """Invent a Kreis, take it in, and append it to the set."""
    folder, (scale, seed, errors, index) = Path(sys.argv[1]), sys.argv[2:6]
    settings, usage = settings_in(folder), Usage()
    planned = plan(settings, float(scale), int(seed), float(errors))
    keyring = demo_keyring(settings, [contract.source for contract in load_contracts()])
    home = folder / f"block-{index}"
    apart = replace(settings, home=home, inbox=home / "inbox")
    with usage.part("invent"):
        _deliver(planned, int(index), apart.inbox)
    for contract in load_contracts():
        if contract.person_table is not None:
            _take_in(contract, planned.first_month, apart, keyring, usage, LinkSet(folder))
    shutil.rmtree(home)
    usage.report()


def _deliver(planned: Plan, index: int, inbox: Path) -> None:
    world = planned.world(index, lambda _: None)
    deliver(world, planned.first_month, inbox)
    write_truth(world, planned.calendar, inbox)


def _take_in(  # noqa: PLR0913, PLR0917 - the way of one delivery
    contract: Contract,
    month: date,
    settings: Settings,
    keyring: Keyring,
    usage: Usage,
    data: LinkSet,
) -> None:
    with usage.part("read"):
        pulled = pull(contract, month, settings, keyring)
        fields = _fields(contract, pulled, keyring)
    with usage.part("encode"):
        tokens = encode(fields, keyring, month)
    usage.facts["records"] = usage.facts.get("records", 0) + tokens.num_rows
    numbers, persons = _true_persons(settings.inbox / "truth")[contract.source]
    parts = [pa.array(part) for part in zip(*numbers, strict=True)]
    names = pseudonyms(parts, keyring.pseudonym_key(contract.source), "person")
    truth = pa.table({"record_pseudonym": names, "person": pa.array(persons)})
    part = settings.home.name
    data.write(contract.source, fields, tokens, truth, part=part)
    data.append(contract.source, STAGED, _staged(contract, pulled, settings, keyring), part)


def _fields(contract: Contract, pulled: Pulled, keyring: Keyring) -> pa.Table:
    """Give the link fields as plaintext: what the peers work on, and no place at rest has."""
    name, key = _persons_of(contract), keyring.pseudonym_key(contract.source)
    delivered = read_pulled_tables(contract, pulled, keyring)[name]
    where = f"{contract.source} {format_month(pulled.month)}"
    table = next(table for table in contract.tables if table.name == name)
    text = contract.location.text
    return link_columns(draft_table(delivered, table, key, text, where), key)


def _staged(contract: Contract, pulled: Pulled, settings: Settings, keyring: Keyring) -> pa.Table:
    """Give the person table as staging gets it."""
    pseudonymise(contract, pulled, settings, keyring)
    return read_incoming(settings, contract.source, pulled.month, _persons_of(contract))


def _persons_of(contract: Contract) -> str:
    """Name the person table of a source that has one."""
    return contract.person_table.name if contract.person_table else ""


def _true_persons(folder: Path) -> Mapping[str, tuple[list[tuple[str, ...]], list[str]]]:
    """Read, by source, the numbers of the records in their parts, and the persons behind them."""
    found: dict[str, tuple[list[tuple[str, ...]], list[str]]] = {}
    with (folder / "records.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            numbers, persons = found.setdefault(row["source"], ([], []))
            # Where a number holds in one town only, the town is part of it.
            town = (row["town_ags"],) if row["town_ags"] else ()
            numbers.append((*town, row["person_number"]))
            persons.append(row["person"])
    return found


if __name__ == "__main__":
    main()
