"""A large population is a row of Kreise: streamed, joined, with the same bytes by two processes."""

import gc
import json
import weakref
from datetime import date
from pathlib import Path

import pytest
from delivery_readers import csv_rows, plain_rows, sqlite_rows, workbook_rows, xml_root

from kim_pipeline.simulation.deliveries import Plan, blocks, persons_at, simulate
from kim_pipeline.simulation.place import Place

FIRST_MONTH = date(2025, 8, 1)
KREIS = 500


@pytest.fixture(scope="module")
def row(place: Place, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three Kreise, the last one smaller."""
    out = tmp_path_factory.mktemp("row")
    simulate(place, out, 2 * KREIS + 200, FIRST_MONTH, 2, 5, full_kreis=KREIS)
    return out


def _files(out: Path) -> dict[str, bytes]:
    return {str(p.relative_to(out)): p.read_bytes() for p in sorted(out.rglob("*")) if p.is_file()}


def test_scale_one_is_a_kreis() -> None:
    assert [persons_at(scale) for scale in (0.1, 1, 10, 39)] == [8448, 84480, 844800, 3294720]


def test_kreise_are_full_but_for_the_last(place: Place) -> None:
    assert Plan(place, 1200, FIRST_MONTH, 1, 1, full_kreis=500).sizes == [500, 500, 200]
    with pytest.raises(ValueError, match="too many"):
        _ = Plan(place, 10**8, FIRST_MONTH, 1, 1).sizes


def test_the_number_of_foreign_residents_is_as_asked_in_all_kreise(row: Path) -> None:
    rows = plain_rows(row / "truth/person_month.csv")
    residents = [r for r in rows if r["month"] == "2025-08" and r["foreign_resident"] == "1"]
    assert len(residents) == 2 * KREIS + 200


def test_each_kreis_has_towns_and_postcodes_of_its_own(row: Path, place: Place) -> None:
    rows = csv_rows(row / "immigration_office/2025-08/persons.csv")
    first = {town.ags for town in place.towns}
    assert {r["AGS"] for r in rows} > first
    assert len({r["AGS"] for r in rows}) == 3 * len(first)
    mine = {r["PLZ"] for r in rows if r["AGS"] in first}
    others = {r["PLZ"] for r in rows if r["AGS"] not in first}
    assert len(mine & others) < 0.2 * len(mine | others)


def test_no_number_is_given_twice_over_all_kreise(row: Path) -> None:
    records = plain_rows(row / "truth/records.csv")
    numbers = [(r["source"], r["town_ags"], r["person_number"]) for r in records]
    assert len(numbers) == len(set(numbers))
    persons = [r["person"] for r in plain_rows(row / "truth/persons.csv")]
    assert len(persons) == len(set(persons))
    folder = row / "case_management/2025-08/case_management.sqlite"
    assert len(sqlite_rows(folder, "clients")) > 0


def test_central_register_numbers_belong_to_one_person(row: Path) -> None:
    person = {r["person_number"]: r["person"] for r in plain_rows(row / "truth/records.csv")}
    owners: dict[str, set[str]] = {}
    for file in csv_rows(row / "immigration_office/2025-08/persons.csv"):
        owners.setdefault(file["AZR_NR"], set()).add(person[file["AKTENZEICHEN"]])
    shared = [number for number, found in owners.items() if number and len(found) > 1]
    assert len(shared) <= 1


def test_who_moved_to_the_next_kreis_has_files_in_both(row: Path) -> None:
    person = {r["person_number"]: r["person"] for r in plain_rows(row / "truth/records.csv")}
    files = csv_rows(row / "immigration_office/2025-09/persons.csv")
    kreise: dict[str, set[str]] = {}
    for file in files:
        kreise.setdefault(person[file["AKTENZEICHEN"]], set()).add(file["AGS"][:6])
    assert any(len(found) > 1 for found in kreise.values())


def test_manifests_count_the_rows_of_all_kreise(row: Path) -> None:
    manifest = json.loads((row / "job_centre/2025-09/manifest.json").read_text("utf-8"))
    root = xml_root(row / "job_centre/2025-09/xsozial.xml")
    assert len(root.findall("Person")) == manifest["tables"]["persons"]["rows"]
    assert not list(row.glob(".part-*"))


def test_workbooks_of_all_kreise_lie_side_by_side(row: Path, place: Place) -> None:
    folder = row / "asylum_benefits/2025-09"
    files = sorted(folder.glob("*.xlsx"))
    assert len(files) == 3 * len(place.towns)
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    rows = sum(len(workbook_rows(file)) for file in files)
    assert rows == manifest["tables"]["recipients"]["rows"]


def test_a_world_is_forgotten_before_the_next_is_invented(place: Place) -> None:
    worlds = blocks(place, 0.02, FIRST_MONTH, 1, 5, full_kreis=1000)
    first = next(worlds)
    towns, reference = first.place.towns, weakref.ref(first)
    del first
    second = next(worlds)
    gc.collect()
    assert reference() is None
    assert len(second.immigration_office) > 100
    assert {t.ags for t in second.place.towns}.isdisjoint({t.ags for t in towns})


def test_two_processes_write_the_same_bytes_as_one(place: Place, tmp_path: Path) -> None:
    for processes in (1, 2):
        out = tmp_path / str(processes)
        simulate(place, out, 900, FIRST_MONTH, 1, 5, processes=processes, full_kreis=400)
    assert _files(tmp_path / "1") == _files(tmp_path / "2")
