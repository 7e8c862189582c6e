"""Microdata leave for declared purposes alone, coarse, limited, and noted (T16, T17, T38)."""

import json
from collections import Counter
from datetime import date
from pathlib import Path

import pyarrow.csv as arrow_csv
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa
import yaml
from exporting import PERSONS, House, place
from indicators.person_months import MONTH

from kim_pipeline.errors import ConfigError, DisclosureError, LegalError
from kim_pipeline.export.coarse import coarse_columns
from kim_pipeline.export.making import export_microdata
from kim_pipeline.export.purposes import read_offers
from kim_pipeline.warehouse.schema.person_month import person_month

DECLARED = {
    "purpose": "status",
    "title": "Muster",
    "audience": "statistics",
    "recipient": "Kreis Mustermann",
    "basis": "Muster",
    "last_day": date(2099, 12, 31),
    "columns": ["status_group", "age_group", "sgb2_benefit", "benefit_gap_days"],
    "smallest_group": 5,
    "most_withheld": 50,
    "most_rows": PERSONS,
}
ALL = (None, None)


def _declare(folder: Path, **changed: object) -> Path:
    entries = [DECLARED | {"purpose": "status"} | changed, DECLARED | {"purpose": "other"}]
    path = folder / "exports.yaml"
    path.write_text(yaml.safe_dump({"purposes": entries}), encoding="utf-8")
    return path


def test_two_extracts_share_no_number_and_no_order(house: House, tmp_path: Path) -> None:
    told = house.told(_declare(tmp_path))
    tables = {}
    for name in ("status", "other"):
        where = place(tmp_path / name)
        export_microdata(told, name, ALL, where)
        tables[name] = pq.read_table(where.folder / "person_month.parquet")
    numbers = {n: set(t["purpose_person_id"].to_pylist()) for n, t in tables.items()}
    with house.engine.connect() as connection:
        ids = set(connection.scalars(sa.select(person_month.c.person_id)))
    assert numbers["status"].isdisjoint(numbers["other"])
    assert ids.isdisjoint(numbers["status"] | numbers["other"])
    facts = [t.drop_columns("purpose_person_id").to_pylist() for t in tables.values()]
    assert facts[0] != facts[1]
    assert Counter(map(str, facts[0])) == Counter(map(str, facts[1]))


def test_the_same_purpose_gives_the_same_files(house: House, tmp_path: Path) -> None:
    told = house.told(_declare(tmp_path))
    made = []
    for number in ("1", "2"):
        where = place(tmp_path / number)
        export_microdata(told, "status", ALL, where)
        made.append({p.name: p.read_bytes() for p in where.folder.iterdir()})
    assert made[0] == made[1]
    assert set(made[0]) == {"person_month.csv", "person_month.parquet", "datapackage.json"}


def test_an_extract_is_coarse_and_says_for_whom_it_is(house: House, tmp_path: Path) -> None:
    where = place(tmp_path)
    made = export_microdata(house.told(_declare(tmp_path)), "status", ALL, where)
    rows = pq.read_table(where.folder / "person_month.parquet")
    days = set(rows["benefit_gap_days"].to_pylist()) - {None}
    assert days <= {0, 30, 60}
    groups = Counter(
        zip(rows["status_group"].to_pylist(), rows["age_group"].to_pylist(), strict=True)
    )
    assert min(groups.values()) >= 5
    assert arrow_csv.read_csv(where.folder / "person_month.csv").num_rows == rows.num_rows
    told = json.loads((where.folder / "datapackage.json").read_text("utf-8"))
    assert (told["recipient"], told["delete_by"]) == ("Kreis Mustermann", "2099-12-31")
    assert told["rows_with_withheld_values"] + told["rows_left_out"] == made.withheld
    assert oct(where.folder.stat().st_mode)[-3:] == "700"


def test_an_export_is_noted_before_its_files_are_there(house: House, tmp_path: Path) -> None:
    export_microdata(house.told(_declare(tmp_path)), "status", ALL, place(tmp_path))
    (entry,) = house.ledger()
    assert (entry["kind"], entry["purpose"], entry["outcome"]) == ("microdata", "status", "made")
    assert (entry["first_month"], entry["last_month"]) == (MONTH, MONTH)
    assert entry["columns"] == DECLARED["columns"]
    assert entry["rows"] <= PERSONS


@pytest.mark.parametrize(
    ("changed", "error", "words"),
    [
        ({"most_rows": PERSONS - 1}, DisclosureError, "2000 rows were asked for"),
        ({"last_day": date(2026, 1, 31)}, LegalError, "ended on 2026-01-31"),
        ({"smallest_group": 500}, DisclosureError, "would lose values"),
        ({"purpose": "another"}, LegalError, "not declared"),
    ],
)
def test_what_goes_too_far_is_refused_noted_and_leaves_no_file(
    house: House, tmp_path: Path, changed: dict[str, object], error: type[Exception], words: str
) -> None:
    told = house.told(_declare(tmp_path, **changed))
    with pytest.raises(error, match=words):
        export_microdata(told, "status", ALL, place(tmp_path))
    (entry,) = house.ledger()
    assert entry["outcome"] == "refused"
    assert words in str(entry["reason"])
    assert {path.name for path in tmp_path.iterdir()} <= {"exports.yaml", "kim-home"}


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"audience": "job_centre"}, "audience must be one of statistics, research"),
        ({"columns": ["birth_year"]}, "birth_year is no coarse column"),
        ({"columns": ["person_id"]}, "person_id is no coarse column"),
        ({"columns": ["sex", "sex"]}, "stands twice"),
        ({"smallest_group": 2}, "must be 3 persons or more"),
        ({"last_day": "bald"}, "last_day must be a day"),
        ({"extra": 1}, "should not have, extra"),
    ],
)
def test_a_purpose_that_is_too_fine_is_no_purpose(
    tmp_path: Path, changed: dict[str, object], words: str
) -> None:
    with pytest.raises(ConfigError, match=words):
        read_offers(_declare(tmp_path, **changed))


def test_no_column_that_tells_a_person_is_coarse() -> None:
    fine = {
        "person_id",
        "birth_year",
        "age",
        "nationality",
        "title_code",
        "arrived_on",
        "known_from",
    }
    assert fine.isdisjoint(coarse_columns())
    dates = {c.name for c in person_month.c if isinstance(c.type, sa.Date)}
    assert dates.isdisjoint(coarse_columns())
