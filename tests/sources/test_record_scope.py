"""Record numbers that hold in one town only: the same number in two towns is two records."""

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from sealed_parties import Parties, meet, settings_of
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
from kim_pipeline.privacy.pseudonyms import pseudonyms
from kim_pipeline.privacy.recontact import Reopener
from kim_pipeline.settings import Settings
from sources.contracts.contract import Contract, inspect_contract, load_contract
from sources.contracts.differences import BREAKING, differences
from sources.incoming.pseudonymise import Incoming, pseudonymise, read_incoming
from sources.incoming.sealing import seal_delivery
from sources.receiving.intake import pull
from sources.sealed.place import as_sealed

ERKRATH, METTMANN = "05158004", "05158024"
BY_TOWN = replace(
    OFFICE,
    location=replace(OFFICE.location, template="${KIM_INBOX}/towns/{month}/{town}"),
    delivery_rules={"town_missing": "ignore"},
    tables=tuple(replace(table, by_town=True) for table in OFFICE.tables),
)
BY_SOURCE = replace(BY_TOWN, tables=OFFICE.tables)


@pytest.fixture(scope="module")
def parties(tmp_path_factory: pytest.TempPathFactory) -> Parties:
    return meet(tmp_path_factory.mktemp("parties"))


def two_towns(settings: Settings) -> None:
    """Lay files of two towns that number their records alike: whose A1 points to its own A2."""
    folder = settings.inbox / "towns" / FOLDER
    for ags in (ERKRATH, METTMANN):
        other = PERSON | {"AKTENZEICHEN": "A10000002", "VERWEIS_AUF": "", "AGS": ags}
        (folder / ags).mkdir(parents=True)
        tables = ([PERSON | {"AGS": ags}, other], [TITLE], [COURSE], [PROCEDURE])
        for table, rows in zip(OFFICE.tables, tables, strict=True):
            (folder / ags / table.delivered).write_bytes(csv_bytes(rows))
    announce(folder, OFFICE.source)


def take_in(contract: Contract, settings: Settings, keyring: Keyring) -> Incoming:
    return pseudonymise(contract, pull(contract, MONTH, settings, keyring), settings, keyring)


def incoming(settings: Settings, name: str) -> pa.Table:
    return read_incoming(settings, OFFICE.source, MONTH, name)


def test_equal_numbers_of_two_towns_are_two_records(settings: Settings, keyring: Keyring) -> None:
    two_towns(settings)
    counts = take_in(BY_TOWN, settings, keyring).tables
    assert {name: entry.rows_accepted for name, entry in counts.items()} == {
        "persons": 4, "residence_titles": 2, "integration_courses": 2, "naturalisations": 2,
    }  # fmt: skip
    persons = incoming(settings, "persons")["record_pseudonym"].to_pylist()
    assert len(set(persons)) == 4
    assert set(incoming(settings, "residence_titles")["record_pseudonym"].to_pylist()) < {*persons}


def test_a_pointer_leads_to_a_record_of_its_own_town(settings: Settings, keyring: Keyring) -> None:
    two_towns(settings)
    take_in(BY_TOWN, settings, keyring)
    key = keyring.pseudonym_key(OFFICE.source)
    rows = {row["record_pseudonym"]: row for row in incoming(settings, "tokens").to_pylist()}
    for town in (ERKRATH, METTMANN):
        first, second = pseudonyms(
            [pa.array([town] * 2), pa.array(["A10000001", "A10000002"])], key, "person"
        ).to_pylist()
        assert rows[first]["same_as"] == [second]
        assert rows[second]["same_as"] is None


def test_where_numbers_hold_everywhere_the_second_is_refused_and_its_town_is_named(
    settings: Settings, keyring: Keyring
) -> None:
    two_towns(settings)
    lenient = tuple(replace(table, max_rejected_percent=60) for table in BY_SOURCE.tables)
    counts = take_in(replace(BY_SOURCE, tables=lenient), settings, keyring).tables["persons"]
    (refused,) = counts.rejections
    assert (refused.town, refused.count, refused.rows) == (METTMANN, 2, (2, 3))


def test_sealed_by_town_gives_what_the_open_delivery_gives(
    settings: Settings, tmp_path: Path, parties: Parties
) -> None:
    raw = settings_of(tmp_path, "raw")
    two_towns(raw)
    seal_delivery(BY_TOWN, MONTH, settings.inbox, raw, parties.authorities[OFFICE.source])
    take_in(as_sealed(BY_TOWN), settings, parties.hub)
    take_in(BY_TOWN, raw, parties.open)
    for name in (*(table.name for table in OFFICE.tables), "tokens"):
        assert incoming(settings, name).equals(incoming(raw, name))
    own = parties.authorities[OFFICE.source].private_key(f"recontact-{OFFICE.source}")
    for place in (settings, raw):
        rows = incoming(place, "recontact").to_pylist()
        opener = Reopener(OFFICE.source, own)
        opened = {opener.open(r["record_pseudonym"], r["envelope"], r["blob"]) for r in rows}
        assert opened == {
            f"{town}/{number}"
            for town in (ERKRATH, METTMANN)
            for number in ("A10000001", "A10000002")
        }


def test_numbers_by_town_need_a_file_of_each_town(tmp_path: Path) -> None:
    text = next(OFFICE.path.parent.glob("asylum_benefits*")).read_text("utf-8")
    whole, shared = tmp_path / "whole.odcs.yaml", tmp_path / "shared.odcs.yaml"
    whole.write_text(text.replace("recordScope, value: town", "recordScope, value: source"))
    shared.write_text(text.replace("{town}.xlsx", "all.xlsx"))
    _, problems = inspect_contract(shared)
    assert [entry.kind for entry in problems] == ["scope_without_towns"]
    by_town = load_contract(next(OFFICE.path.parent.glob("asylum_benefits*")))
    assert by_town.by_town
    assert not load_contract(whole).by_town
    (difference,) = differences(load_contract(whole), by_town)
    assert difference.effect == BREAKING
