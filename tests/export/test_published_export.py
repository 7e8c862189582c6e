"""The published tables leave as the ledger has them, described, and harmless to a spreadsheet."""

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa
from exporting import House, place
from indicators.person_months import MONTH

from kim_pipeline.errors import ConfigError, DisclosureError
from kim_pipeline.export.formulas import TRIGGERS
from kim_pipeline.export.making import export_published
from kim_pipeline.warehouse.schema import published
from kim_pipeline.warehouse.schema.base import metadata

ALL = (None, None)
TABLES = {t.name for t in metadata.sorted_tables if t.schema == "published"}


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def _descriptor(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "datapackage.json").read_text("utf-8"))
    return found


def test_every_published_table_leaves_in_both_formats(house: House, tmp_path: Path) -> None:
    where = place(tmp_path)
    export_published(house, ALL, where)
    files = {path.name for path in where.folder.iterdir()}
    assert files == {"datapackage.json"} | {f"{t}.{f}" for t in TABLES for f in where.formats}
    values = pq.read_table(where.folder / "indicator_value.parquet").to_pylist()
    assert [(v["indicator_id"], v["town_ags"], v["value"]) for v in values] == [("S1", "", 1200.0)]


def test_no_field_of_a_csv_begins_like_a_formula(house: House, tmp_path: Path) -> None:
    where = place(tmp_path)
    export_published(house, ALL, where)
    header, row = _rows(where.folder / "indicator.csv")
    told = dict(zip(header, row, strict=True))
    assert told["name_de"] == '\'=HYPERLINK("x")'
    for path in where.folder.glob("*.csv"):
        for line in _rows(path):
            assert [field for field in line if field.startswith(tuple(TRIGGERS))] == [], path.name
    whole = pq.read_table(where.folder / "indicator.parquet")["name_de"].to_pylist()
    assert whole == ['=HYPERLINK("x")']


def test_the_descriptor_names_types_keys_and_meanings_in_two_languages(
    house: House, tmp_path: Path
) -> None:
    where = place(tmp_path)
    export_published(house, ALL, where)
    told = _descriptor(where.folder)
    resources = {r["name"]: r for r in told["resources"]}
    assert set(resources) == TABLES | {f"{name}.parquet" for name in TABLES}
    assert told["licenses"][0]["name"] == "dl-de-by-2.0"
    assert told["temporal"] == {"start": "2026-10-01", "end": "2026-10-01"}
    assert "Cell-Key" in told["description"]
    assert "cell-key" in told["description_en"]
    value = resources["indicator_value"]
    fields = {f["name"]: f for f in value["schema"]["fields"]}
    typed = {name: fields[name]["type"] for name in ("month", "value", "numerator", "status")}
    assert typed == {"month": "date", "value": "number", "numerator": "integer", "status": "string"}
    assert value["schema"]["foreignKeys"][0]["reference"]["resource"] == "indicator"
    assert fields["town_ags"]["missingValues"] == []
    for resource in told["resources"]:
        path = where.folder / resource["path"]
        assert path.stat().st_size == resource["bytes"]
        for field in resource["schema"]["fields"]:
            assert field["description"]
            assert field["description_en"]
            assert field["description"] != field["description_en"], field["name"]


def test_the_same_warehouse_gives_the_same_bytes(house: House, tmp_path: Path) -> None:
    made = []
    for _ in range(2):
        export_published(house, ALL, place(tmp_path))
        made.append({p.name: p.read_bytes() for p in place(tmp_path).folder.iterdir()})
    assert made[0] == made[1]
    assert [(e["kind"], e["outcome"]) for e in house.ledger()] == [("published", "made")] * 2


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"value": 1199.0}, "not in the ledger"),
        ({"release": "another"}, "not in the ledger"),
        ({"status": "withheld"}, "is told where withheld"),
    ],
)
def test_a_value_that_was_not_released_does_not_leave(
    house: House, tmp_path: Path, change: dict[str, object], words: str
) -> None:
    with house.transaction("") as connection:
        connection.execute(sa.update(published.indicator_value).values(**change))
    _refused(house, tmp_path, words)


def test_a_one_or_a_two_does_not_leave(house: House, tmp_path: Path) -> None:
    row = {c.name: None for c in published.source_quality.c} | {
        "month": MONTH, "source": "job_centre", "name_de": "Jobcenter", "persons": 2,
        "rules_passed": 1, "rules_checked": 1, "provisional": False, "status": "published",
    }  # fmt: skip
    with house.transaction("") as connection:
        connection.execute(published.source_quality.insert().values(**row))
    _refused(house, tmp_path, "source_quality: column persons holds a 1 or a 2 in 1 rows")


def _refused(house: House, tmp_path: Path, words: str) -> None:
    where = place(tmp_path)
    with pytest.raises(DisclosureError, match=words):
        export_published(house, ALL, where)
    assert not where.folder.exists()
    (entry,) = house.ledger()
    assert (entry["outcome"], words in str(entry["reason"])) == ("refused", True)


def test_months_without_figures_are_said(house: House, tmp_path: Path) -> None:
    with pytest.raises(DisclosureError, match="Nothing is published for these months"):
        export_published(house, (date(2026, 11, 1), None), place(tmp_path))


def test_files_of_somebody_else_are_never_removed(house: House, tmp_path: Path) -> None:
    where = place(tmp_path)
    where.folder.mkdir()
    (where.folder / "mine.txt").write_text("Muster")
    with pytest.raises(ConfigError, match="holds other files"):
        export_published(house, ALL, where)
    assert [path.name for path in where.folder.iterdir()] == ["mine.txt"]
