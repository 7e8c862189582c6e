"""What is taken from a folder: whole files, all towns, nothing behind a link, nothing too early."""

import hashlib
import os
import threading
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import cast

import pytest
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
    office_delivery,
)

from kim_pipeline.errors import DeliveryError
from kim_pipeline.kreis import read_kreis
from kim_pipeline.privacy.keyring import Keyring
from kim_pipeline.settings import Settings
from sources.contracts.contract import Contract
from sources.incoming.pseudonymise import pseudonymise
from sources.receiving.arrivals import delivered_months, has_delivered
from sources.receiving.intake import pull, read_pulled_tables
from sources.receiving.landing import landed
from sources.transports.completeness import check_complete
from sources.transports.folder import Folder
from sources.transports.place import Place, Seen
from sources.transports.taking import Offered, take

NOVEMBER = date(2026, 11, 1)


def promising(complete: str, **changes: object) -> Contract:
    transport = replace(OFFICE.location.transport, complete=complete, **changes)
    return replace(OFFICE, location=replace(OFFICE.location, transport=transport))


def by_towns(**rules: str) -> Contract:
    place = replace(OFFICE.location, template="${KIM_INBOX}/towns/{month}/{town}")
    return replace(OFFICE, location=place, delivery_rules=rules)


def towns(settings: Settings) -> list[str]:
    return [town.ags for town in read_kreis(settings.config).towns]


def town_delivery(settings: Settings, **manifest: object) -> Path:
    folder = settings.inbox / "towns" / FOLDER
    for number, ags in enumerate(towns(settings)):
        row = {"AKTENZEICHEN": f"A{number:08}"}
        tables = (PERSON | {"AGS": ags}, TITLE, COURSE, PROCEDURE | {"ANTRAGSNR": f"E{number}-1"})
        (folder / ags).mkdir(parents=True)
        for table, line in zip(OFFICE.tables, tables, strict=True):
            (folder / ags / table.delivered).write_bytes(csv_bytes([line | row]))
    announce(folder, OFFICE.source, **manifest)
    return folder


def refused(contract: Contract, settings: Settings, keyring: Keyring) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        pull(contract, MONTH, settings, keyring)
    assert landed(settings.landing, contract.source, MONTH) == ()
    return caught.value


def test_files_of_all_towns_become_one_delivery(settings: Settings, keyring: Keyring) -> None:
    town_delivery(settings, tables={"persons": {"file": "persons.csv", "rows": 10}})
    contract = by_towns()
    pulled = pull(contract, MONTH, settings, keyring)
    assert len(pulled.files) == 40
    incoming = pseudonymise(contract, pulled, settings, keyring)
    assert incoming.tables["persons"].rows_accepted == 10
    rows = read_pulled_tables(contract, pulled, keyring)["persons"].rows
    assert rows["town_ags"].to_pylist() == towns(settings)
    assert delivered_months([contract], settings) == [MONTH]
    assert has_delivered(contract, MONTH, settings)
    assert not has_delivered(contract, NOVEMBER, settings)


def test_a_missing_town_is_named_and_refused_unless_the_contract_only_warns(
    settings: Settings, keyring: Keyring
) -> None:
    folder = town_delivery(settings)
    gone = towns(settings)[3]
    (folder / gone / "persons.csv").unlink()
    error = refused(by_towns(), settings, keyring)
    assert error.rule == "town_missing"
    assert gone in str(error)
    pulled = pull(by_towns(town_missing="warn"), MONTH, settings, keyring)
    assert pulled.warned == ("town_missing",)
    assert landed(settings.landing, OFFICE.source, MONTH)[0].warned == ("town_missing",)
    tables = read_pulled_tables(by_towns(), pulled, keyring)
    assert {name: table.count for name, table in tables.items()} == dict.fromkeys(tables, 9)


def test_without_any_town_the_delivery_is_missing(settings: Settings, keyring: Keyring) -> None:
    assert refused(by_towns(), settings, keyring).rule == "missing"


def test_a_file_for_the_month_itself_is_found_among_others(
    settings: Settings, keyring: Keyring
) -> None:
    place = replace(OFFICE.location, template="${KIM_INBOX}/x/{town}/{month}_stand.csv")
    contract = replace(OFFICE, location=place)
    folder = settings.inbox / "x" / "05158004"
    folder.mkdir(parents=True)
    for name in ("2026-10_stand.csv", "2026-13_stand.csv", "2026-11.csv", "notes"):
        (folder / name).touch()
    assert delivered_months([contract], settings) == [MONTH]
    assert has_delivered(contract, MONTH, settings)
    assert not has_delivered(contract, NOVEMBER, settings)


def test_an_ok_file_is_waited_for(settings: Settings, keyring: Keyring) -> None:
    folder = office_delivery(settings)
    assert refused(promising("ok_file"), settings, keyring).rule == "unfinished"
    (folder / ".ok").touch()
    first = pull(promising("ok_file"), MONTH, settings, keyring)
    (folder / ".ok").unlink()
    for table in OFFICE.tables:
        (folder / f"{table.delivered}.ok").touch()
    assert pull(promising("ok_file", delete_after_pull=True), MONTH, settings, keyring) == first
    assert list(folder.iterdir()) == []


def test_a_checksum_must_lie_there_be_one_and_hold(settings: Settings, keyring: Keyring) -> None:
    folder = office_delivery(settings)
    assert refused(promising("checksum"), settings, keyring).rule == "unfinished"
    for table in OFFICE.tables:
        digest = hashlib.sha256((folder / table.delivered).read_bytes()).hexdigest()
        (folder / f"{table.delivered}.sha256").write_text(f"{digest.upper()} *{table.delivered}")
    assert pull(promising("checksum"), MONTH, settings, keyring)
    (folder / "persons.csv.sha256").write_text("Mustermann")
    with pytest.raises(DeliveryError, match="no checksum") as caught:
        pull(promising("checksum"), MONTH, settings, keyring)
    assert "Mustermann" not in str(caught.value)


@pytest.mark.parametrize("place", ["tables", "files"])
def test_a_checksum_of_the_manifest_must_hold(
    settings: Settings, keyring: Keyring, place: str
) -> None:
    folder = office_delivery(settings)
    right = hashlib.sha256((folder / "persons.csv").read_bytes()).hexdigest()
    for digest, rule in (("0" * 64, "half"), ("Mustermann", "manifest"), (right, None)):
        entry = {
            "tables": {"persons": {"file": "persons.csv", "sha256": digest}},
            "files": {"persons.csv": {"sha256": digest}},
        }
        announce(folder, OFFICE.source, **{place: entry[place]})
        if rule:
            assert refused(OFFICE, settings, keyring).rule == rule
    assert pull(OFFICE, MONTH, settings, keyring)


def test_a_file_that_is_being_written_is_not_stable(tmp_path: Path) -> None:
    path = tmp_path / "persons.csv"
    path.write_text("half")
    place = Folder(tmp_path)
    seen = cast("Seen", place.look(str(path)))
    check_complete(place, "stable", {str(path): seen}, settle=0.01)
    writer = threading.Timer(0.05, path.write_text, ["half and half"])
    writer.start()
    with pytest.raises(DeliveryError, match="still being written"):
        check_complete(place, "stable", {str(path): seen}, settle=0.3)
    writer.join()


def test_a_file_that_changes_or_grows_while_it_is_read_is_not_taken(tmp_path: Path) -> None:
    path = tmp_path / "persons.csv"
    path.write_bytes(b"x" * 1000)
    place: Place = Folder(tmp_path)
    offered = Offered("persons", str(path), cast("Seen", place.look(str(path))))
    assert b"".join(take(place, offered, "x")) == b"x" * 1000
    reading = take(place, offered, "x")
    next(reading)
    time.sleep(0.01)
    path.write_bytes(b"y" * 1000)
    with pytest.raises(DeliveryError, match="changed while it was read"):
        list(reading)


@pytest.mark.parametrize("kind", ["link", "folder behind a link", "pipe", "folder"])
def test_only_an_ordinary_file_is_a_delivery(
    settings: Settings, keyring: Keyring, kind: str
) -> None:
    folder = office_delivery(settings)
    path = folder / "persons.csv"
    if kind == "folder behind a link":
        folder.rename(settings.home / "elsewhere")
        folder.symlink_to(settings.home / "elsewhere")
    else:
        path.unlink()
    if kind == "link":
        path.symlink_to("/etc/passwd")
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    assert refused(OFFICE, settings, keyring).rule == "unsafe"


def test_the_content_of_another_month_is_refused_unless_that_month_was_mended(
    settings: Settings, keyring: Keyring
) -> None:
    folder = office_delivery(settings)
    pull(OFFICE, MONTH, settings, keyring)
    folder.rename(folder.with_name("2026-11"))
    announce(folder.with_name("2026-11"), OFFICE.source, period="2026-11", created="2026-12-03")
    with pytest.raises(DeliveryError, match="byte for byte the delivery of 2026-10") as caught:
        pull(OFFICE, NOVEMBER, settings, keyring)
    assert caught.value.rule == "doubled"
    assert landed(settings.landing, OFFICE.source, NOVEMBER) == ()
    allowed = replace(OFFICE, delivery_rules={"doubled": "warn"})
    assert pull(allowed, NOVEMBER, settings, keyring).warned == ("doubled",)
    (settings.landing / OFFICE.source / "2026-11").rename(settings.home / "away")
    office_delivery(settings, [PERSON | {"VORNAMEN": "Mended"}], sequence=2)
    pull(OFFICE, MONTH, settings, keyring)
    assert pull(OFFICE, NOVEMBER, settings, keyring).warned == ()


def test_without_numbers_the_time_of_making_tells_what_is_older(
    settings: Settings, keyring: Keyring
) -> None:
    def lay(day: int, name: str) -> None:
        person = PERSON | {"VORNAMEN": name}
        made = f"2026-11-{day:02}T06:00:00Z"
        office_delivery(settings, [person], sequence=None, created=made)

    lay(5, "Later")
    newest = pull(OFFICE, MONTH, settings, keyring)
    lay(3, "Earlier")
    with pytest.raises(DeliveryError, match="made before the delivery that is already here"):
        pull(OFFICE, MONTH, settings, keyring)
    assert landed(settings.landing, OFFICE.source, MONTH) == (newest,)
    lay(7, "Latest")
    assert pull(OFFICE, MONTH, settings, keyring) != newest
