"""A month of a whole Kreis sealed at its authorities, opened at the hub, and reopened.

`python -m benchmarks.sealing [--persons N]`; every step of every source in a fresh process.
"""

import csv
import io
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.linkage.fresh_process import Usage, run_module
from kim_pipeline.commands.keys import init_demo_keys
from kim_pipeline.commands.reopened_file import reopen_csv
from kim_pipeline.commands.simulate import invent
from kim_pipeline.kreis import read_kreis
from kim_pipeline.periods import format_month
from kim_pipeline.privacy.key_domains import LINK, authority_domains, recontact_domain
from kim_pipeline.privacy.keyring import load_keyring, open_keys
from kim_pipeline.privacy.recontact import Reopener, as_text
from kim_pipeline.settings import Settings, read_settings
from sources.contracts.contract import Contract, load_contracts
from sources.incoming.pseudonymise import pseudonymise, read_incoming
from sources.incoming.sealing import seal_delivery
from sources.incoming.unsealed import RECONTACT
from sources.receiving.intake import pull
from sources.sealed.place import FILE_NAME, as_sealed

CONFIG = Path(__file__).parents[1] / "kreis.yaml"
FIRST = read_kreis(CONFIG).first_month
COUNTY = read_kreis(CONFIG).foreign_residents


def main(
    persons: Annotated[int, typer.Option(help="Foreign residents of the Kreis.")] = COUNTY,
    raw: Annotated[Path | None, typer.Option(help="Invented deliveries that exist.")] = None,
) -> None:
    """Print one line per source and step; everything is invented, and gone afterwards."""
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        if raw is None:
            invent(read_kreis(CONFIG), home / "raw", persons, 1, 1)
        else:
            (home / "raw").symlink_to(raw.absolute())
        init_demo_keys(_settings(home))
        print(f"{'':<24}{'step':<8}{'rows':>10}{'s':>8}{'cpu s':>8}{'rows/s':>10}{'peak MiB':>10}")
        for contract in load_contracts():
            for step in STEPS:
                usage = run_module("benchmarks.sealing", step, contract.source, home)
                _line(contract.source, step, usage)
            file = home / "inbox" / contract.source / format_month(FIRST) / FILE_NAME
            print(f"{contract.source:<24}sealed file: {file.stat().st_size >> 20} MiB", flush=True)


def _line(source: str, step: str, usage: Usage) -> None:
    rows, seconds = int(usage.facts["rows"]), usage.total
    print(
        f"{source:<24}{step:<8}{rows:>10,}{seconds:>8.1f}{sum(usage.cpu.values()):>8.1f}"
        f"{rows / seconds:>10,.0f}{max(usage.peaks.values()):>10}",
        flush=True,
    )


def _settings(home: Path) -> Settings:
    places = {"KIM_HOME": home, "KIM_KEYS": home / "none", "KIM_CONFIG": CONFIG}
    return read_settings({name: str(place) for name, place in places.items()})


def _seal(contract: Contract, home: Path, usage: Usage) -> None:
    """Seal what the authority would deliver, with its keys."""
    settings = replace(_settings(home), inbox=home / "raw")
    domains = [*authority_domains(contract.source), LINK]
    keyring = open_keys(settings, domains, demo_allowed=True)
    with usage.part("seal"):
        done = seal_delivery(contract, FIRST, home / "inbox", settings, keyring)
    usage.facts["rows"] = done.rows_read


def _open(contract: Contract, home: Path, usage: Usage) -> None:
    """Take the sealed delivery in at the hub, up to the rows that wait for their gate."""
    settings = _settings(home)
    sources = [known.source for known in load_contracts()]
    keyring = load_keyring(settings, sources, demo_allowed=True, sealed=True)
    with usage.part("open"):
        pulled = pull(as_sealed(contract), FIRST, settings, keyring)
        came = pseudonymise(as_sealed(contract), pulled, settings, keyring)
    usage.facts["rows"] = came.rows_accepted
    _write_feedback(contract, settings, home / f"{contract.source}.csv")


def _write_feedback(contract: Contract, settings: Settings, path: Path) -> None:
    """Write a feedback file with one row for every person of the source."""
    blobs = read_incoming(settings, contract.source, FIRST, RECONTACT).to_pylist()
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL)
    writer.writerow(["record_pseudonym", "contact", "rule"])
    for blob in blobs:
        sealed = as_text(blob["envelope"], blob["blob"])
        writer.writerow([blob["record_pseudonym"], sealed, "invented"])
    path.write_text(text.getvalue(), "utf-8", newline="")


def _reopen(contract: Contract, home: Path, usage: Usage) -> None:
    """Open the record numbers of all persons in one feedback file."""
    domain, given = recontact_domain(contract.source), home / f"{contract.source}.csv"
    private = open_keys(_settings(home), [domain], demo_allowed=True).private_key(domain)
    with usage.part("reopen"):
        count = reopen_csv(given, given.with_suffix(".own"), Reopener(contract.source, private))
    usage.facts["rows"] = count


STEPS: dict[str, Callable[[Contract, Path, Usage], None]] = {
    "seal": _seal,
    "open": _open,
    "reopen": _reopen,
}


def _step(name: str, source: str, home: Path) -> None:
    used = Usage()
    (contract,) = [known for known in load_contracts() if known.source == source]
    STEPS[name](contract, home, used)
    used.report()


if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in STEPS:
        _step(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
    else:
        typer.run(main)
