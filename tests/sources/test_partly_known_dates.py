"""A date that may be known in part is kept as its first day, with what is known of it beside."""

from datetime import date
from pathlib import Path
from typing import Any

import yaml
from small_deliveries import (
    COURSE,
    FOLDER,
    MONTH,
    OFFICE,
    PERSON,
    PROCEDURE,
    TITLE,
    announce,
    csv_bytes,
)

from kim_pipeline.privacy.keyring import Keyring
from kim_pipeline.settings import Settings
from sources.accepting.staging import feeds, staging_tables
from sources.contracts.contract import Contract, inspect_contract
from sources.incoming.pseudonymise import pseudonymise, read_incoming
from sources.receiving.intake import pull


def test_the_first_day_and_what_is_known_of_it_are_kept(
    settings: Settings, keyring: Keyring, tmp_path: Path
) -> None:
    contract = _written(tmp_path)
    folder = settings.inbox / OFFICE.source / FOLDER
    folder.mkdir(parents=True)
    delivered = ("17.03.2015", "00.03.2015", "00.00.2015", "", "31.02.2015")
    persons = [
        PERSON | {"AKTENZEICHEN": f"A1000000{n}", "EINREISE_DEUTSCHLAND": day, "VERWEIS_AUF": ""}
        for n, day in enumerate(delivered, 1)
    ]
    tables = (persons, [TITLE], [COURSE], [PROCEDURE])
    for table, rows in zip(OFFICE.tables, tables, strict=True):
        (folder / table.delivered).write_bytes(csv_bytes(rows))
    announce(folder, OFFICE.source)
    pseudonymise(contract, pull(contract, MONTH, settings, keyring), settings, keyring)
    staged = read_incoming(settings, OFFICE.source, MONTH, "persons")
    found = zip(
        staged["arrived_on"].to_pylist(), staged["arrived_on_precision"].to_pylist(), strict=True
    )
    assert sorted(found, key=repr) == sorted(
        [
            (date(2015, 3, 17), "day"),
            (date(2015, 3, 1), "month"),
            (date(2015, 1, 1), "year"),
            (None, None),
            (None, None),
        ],
        key=repr,
    )


def test_a_contract_may_keep_such_a_date_and_feed_how_well_it_is_known(tmp_path: Path) -> None:
    contract = _written(tmp_path)
    table = staging_tables(contract)["persons"]
    assert str(table.c.arrived_on_precision.type) == "TEXT"
    person = next(feed for feed in feeds([contract]) if feed.target == "person")
    assert person.columns["arrived_on_precision"] == "arrived_on_precision"


def _written(folder: Path) -> Contract:
    """Write the office's contract anew, with a date of arrival that may be known in part."""
    document = yaml.safe_load(OFFICE.path.read_text("utf-8"))
    for table in document["schema"]:
        table["customProperties"] = [_without_rules(given) for given in table["customProperties"]]
    persons = document["schema"][0]
    arrival = next(field for field in persons["properties"] if field["name"] == "arrived_on")
    arrival["customProperties"].append({"property": "partlyKnown", "value": True})
    fed = next(g["value"] for g in persons["customProperties"] if g["property"] == "feeds")
    fed[0]["columns"]["arrived_on_precision"] = "arrived_on_precision"
    path = folder / f"{OFFICE.source}.odcs.yaml"
    path.write_text(yaml.safe_dump(document), "utf-8")
    contract, problems = inspect_contract(path)
    assert problems == ()
    assert contract is not None
    return contract


def _without_rules(given: dict[str, Any]) -> dict[str, Any]:
    """Take out the finding rules that ask for the whole date."""
    if given["property"] != "findings":
        return given
    kept = [rule for rule in given["value"] if "arrived_on" not in rule["arguments"]]
    return given | {"value": kept}
