"""A draft is also made from a zip archive, and its contract reads that archive."""

import zipfile
from collections import Counter
from pathlib import Path

import pytest
from small_deliveries import JOBS, MONTH, XML

from kim_pipeline.errors import DeliveryError
from kim_pipeline.settings import Settings
from sources.authoring.draft_contract import Draft, draft_contract
from sources.authoring.dry_run import dry_run
from sources.authoring.laid import said_month
from sources.contracts.contract import Contract, inspect_contract

PERSONS = "Aktenzeichen;Familienname;Geburtsdatum;Umgezogen\n" + "".join(
    f"X-{n:03};Mustermann{n};17.05.19{n + 50};{'ja' if n % 2 else 'nein'}\n" for n in range(30)
)
TITLES = "Aktenzeichen;Lfd_Nr;Beginn\n" + "".join(f"X-{n:03};1;01.02.2024\n" for n in range(30))


def zipped(tmp_path: Path, **members: str | bytes) -> Path:
    path = tmp_path / "delivery.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return path


def drafted(path: Path) -> tuple[Draft, Contract]:
    draft = draft_contract(path, "new_office", None, None)
    target = path.with_name("draft.odcs.yaml")
    target.write_text(draft.text, "utf-8")
    contract, problems = inspect_contract(target)
    assert problems == ()
    assert contract is not None
    return draft, contract


def test_csv_files_of_an_archive_become_tables(settings: Settings, tmp_path: Path) -> None:
    path = zipped(tmp_path, persons__csv=PERSONS, titles__csv=TITLES)
    draft, contract = drafted(path)
    assert contract.location.archive == "zip"
    assert {t.name: t.delivered for t in contract.tables} == {
        "persons": "persons.csv",
        "titles": "titles.csv",
    }
    assert contract.location.template.endswith("/new_office.zip")
    assert "Mustermann" not in draft.text
    month = said_month(path)
    assert month is None
    counts = dry_run(contract, path, MONTH, settings).trials
    assert {t.table.name: t.counts.rows_accepted for t in counts} == {"persons": 30, "titles": 30}


def test_a_column_of_yes_and_no_is_drafted_and_loaded_as_a_boolean(
    settings: Settings, tmp_path: Path
) -> None:
    path = zipped(tmp_path, persons__csv=PERSONS)
    _, contract = drafted(path)
    moved = next(f for f in contract.tables[0].fields if f.delivered == "Umgezogen")
    assert (moved.kind, moved.used) == ("boolean", True)
    staged = dry_run(contract, path, MONTH, settings).staged["persons"]
    assert Counter(staged[moved.name].to_pylist()) == {True: 15, False: 15}


def test_one_xml_file_of_an_archive_is_the_delivery(tmp_path: Path) -> None:
    _, contract = drafted(zipped(tmp_path, xsozial__xml=XML.encode("cp1252")))
    assert (contract.location.format, contract.location.archive) == ("xml", "zip")
    assert {t.delivered for t in contract.tables} <= {t.delivered for t in JOBS.tables}


def test_a_file_called_like_a_value_is_hidden(tmp_path: Path) -> None:
    draft, _ = drafted(zipped(tmp_path, mustermann7__csv=PERSONS, titles__csv=TITLES))
    assert "ustermann" not in draft.text
    assert "TABELLE_1.csv" in draft.text


@pytest.mark.parametrize(
    "members",
    [
        {"a__xml": XML, "b__xml": XML},
        {"a__csv": PERSONS, "b__xml": XML},
        {"readme__pdf": "x"},
        {"a__csv": PERSONS, "b__csv": TITLES.replace(";", "\t")},
    ],
)
def test_what_makes_no_one_contract_is_refused(tmp_path: Path, members: dict[str, str]) -> None:
    with pytest.raises(DeliveryError, match=r"\[wrong_file\]"):
        draft_contract(zipped(tmp_path, **members), "new_office", None, None)


def test_a_bomb_is_refused_for_a_draft_too(tmp_path: Path) -> None:
    with pytest.raises(DeliveryError, match=r"\[unsafe\]"):
        draft_contract(zipped(tmp_path, a__csv=bytes(50 << 20)), "new_office", None, None)
