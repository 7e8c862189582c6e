"""The deliveries as files: same bytes, right counts, formats as the contracts say."""

import json
from datetime import date
from pathlib import Path

from delivery_readers import csv_rows, plain_rows, sqlite_rows, workbook_rows, xml_root

from kim_pipeline.simulation.deliveries import deliver, simulate
from kim_pipeline.simulation.place import Place, Town
from kim_pipeline.simulation.world import World

TAGS = {
    "persons": "Person",
    "benefit_communities": "Bedarfsgemeinschaft",
    "benefits": "Person/Leistung",
    "employment": "Person/Beschaeftigung",
    "case_management_episodes": "Person/Fallmanagement",
}


def _files(out: Path) -> dict[str, bytes]:
    return {str(p.relative_to(out)): p.read_bytes() for p in sorted(out.rglob("*")) if p.is_file()}


def test_the_same_seed_gives_the_same_bytes(place: Place, tmp_path: Path) -> None:
    for name in ("one", "two"):
        simulate(place, tmp_path / name, 300, date(2025, 8, 1), 2, 7)
    assert _files(tmp_path / "one") == _files(tmp_path / "two")


def test_another_seed_gives_other_people(place: Place, tmp_path: Path) -> None:
    for seed in (7, 8):
        simulate(place, tmp_path / str(seed), 200, date(2025, 8, 1), 1, seed)
    one, two = _files(tmp_path / "7"), _files(tmp_path / "8")
    file = "immigration_office/2025-08/persons.csv"
    assert one[file] != two[file]


def test_a_longer_simulation_tells_the_same_first_months(place: Place, tmp_path: Path) -> None:
    for months in (1, 3):
        simulate(place, tmp_path / str(months), 300, date(2025, 8, 1), months, 7)
    short, long = _files(tmp_path / "1"), _files(tmp_path / "3")
    first = [name for name in short if "2025-08" in name]
    assert len(first) == 12
    assert [name for name in first if short[name] != long[name]] == []


def test_other_towns_appear_for_another_place(tmp_path: Path) -> None:
    other = Place("Anderswo", (Town("01234567", "Nordhafen", 1.0),))
    simulate(other, tmp_path, 200, date(2025, 8, 1), 1, 7)
    rows = csv_rows(tmp_path / "immigration_office/2025-08/persons.csv")
    assert {row["AGS"] for row in rows} == {"01234567"}


def test_the_number_of_foreign_residents_is_as_asked(delivered: Path) -> None:
    rows = plain_rows(delivered / "truth/person_month.csv")
    residents = [r for r in rows if r["month"] == "2025-08" and r["foreign_resident"] == "1"]
    assert len(residents) == 2500


def test_every_manifest_counts_its_rows(delivered: Path) -> None:
    for path in delivered.glob("*/*/manifest.json"):
        manifest = json.loads(path.read_text(encoding="utf-8"))
        assert manifest["invented"] is True
        for table, entry in manifest["tables"].items():
            if "{town}" in entry["file"]:
                found = sum(len(workbook_rows(file)) for file in path.parent.glob("*.xlsx"))
                assert found == entry["rows"] > 0
                continue
            file = path.parent / entry["file"]
            match manifest["source"]:
                case "immigration_office":
                    found = len(csv_rows(file))
                case "job_centre":
                    found = len(xml_root(file).findall(TAGS[table]))
                case _:
                    found = len(sqlite_rows(file, table))
            assert found == entry["rows"] > 0, (path.parent.name, table)


def test_the_immigration_office_writes_a_byte_order_mark_and_crlf(delivered: Path) -> None:
    content = (delivered / "immigration_office/2025-08/persons.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbfAKTENZEICHEN;")
    assert content.count(b"\r\n") == content.count(b"\n")


def test_the_job_centre_writes_windows_1252(delivered: Path) -> None:
    content = (delivered / "job_centre/2025-08/xsozial.xml").read_bytes()
    text = content.decode("windows-1252")
    assert "straße" in text
    assert not any(letter in text for letter in "şıćčłğ")


def test_a_corrected_month_is_delivered_again_with_the_next_sequence(
    world: World, tmp_path: Path
) -> None:
    for sequence in (1, 2):
        deliver(world, date(2025, 9, 1), tmp_path / str(sequence), sequence)
    first, second = _files(tmp_path / "1"), _files(tmp_path / "2")
    changed = {name for name in first if first[name] != second[name]}
    assert changed == {
        f"{source}/2025-09/manifest.json"
        for source in ("immigration_office", "job_centre", "case_management", "asylum_benefits")
    }
    manifest = json.loads(second["immigration_office/2025-09/manifest.json"])
    assert (manifest["sequence"], manifest["created"]) == (2, "2025-10-04T06:00:00Z")
