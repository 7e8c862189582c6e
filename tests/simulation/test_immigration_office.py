"""What the immigration office delivers about its people."""

from collections import Counter
from datetime import date
from pathlib import Path

from delivery_readers import csv_rows

from kim_pipeline.simulation.dates import last_day
from kim_pipeline.simulation.immigration_office import person_row, title_rows
from kim_pipeline.simulation.world import World

LAST = "immigration_office/2025-11"


def test_nearly_everyone_in_file_a_has_one_current_title(delivered: Path) -> None:
    current = Counter(
        row["AKTENZEICHEN"]
        for row in csv_rows(delivered / LAST / "residence_titles.csv")
        if not row["BEENDET_AM"]
    )
    live = [
        r["AKTENZEICHEN"] for r in csv_rows(delivered / LAST / "persons.csv") if r["AKTE"] == "A"
    ]
    odd = sum(current[number] != 1 for number in live)
    assert 0 < odd < 0.01 * len(live)


def test_a_naturalised_person_moves_to_file_b(world: World) -> None:
    naturalised = [
        record
        for record in world.immigration_office
        if record.life.left_reason == "EINBUERGERUNG"
        and record.life.left
        and date(2025, 8, 5) < record.life.left < date(2026, 1, 1)
        and record.since < date(2025, 8, 1)
    ]
    assert naturalised
    before = [person_row(world, r, last_day(date(2025, 7, 1)))[18:20] for r in naturalised]
    after = [person_row(world, r, date(2026, 8, 31))[18:20] for r in naturalised]
    assert set(before) == {("A", "")}
    assert set(after) == {("B", "EINBUERGERUNG")}


def test_nationalities_follow_the_official_figures(delivered: Path) -> None:
    rows = csv_rows(delivered / LAST / "persons.csv")
    share = Counter(row["STAATSANGEHOERIGKEIT"] for row in rows)
    for code, official in (("163", 13150), ("475", 5815), ("166", 6405), ("152", 6025)):
        expected = official / 84390
        assert abs(share[code] / len(rows) - expected) < 0.35 * expected + 0.005


def test_codes_are_reportable_on_the_day_of_grant_but_for_planted_ones(world: World) -> None:
    today = date(2025, 11, 30)
    opportunity = [
        row
        for record in world.immigration_office
        for row in title_rows(record, today)
        if row[2] == "aufenthaltserlaubnis" and row[3] in {"488", "489", "490", "491"}
    ]
    assert opportunity
    for row in opportunity:
        granted = date(int(row[4][6:]), int(row[4][3:5]), int(row[4][:2]))
        assert date(2022, 12, 31) <= granted <= date(2025, 12, 30)


def test_nothing_that_lies_in_the_future_is_delivered(delivered: Path) -> None:
    first = "immigration_office/2025-08"
    for table, column in (
        ("residence_titles", "ERTEILT_AM"),
        ("residence_titles", "BEENDET_AM"),
        ("integration_courses", "ENDE"),
        ("naturalisations", "URKUNDE_AM"),
    ):
        days = [row[column] for row in csv_rows(delivered / first / f"{table}.csv") if row[column]]
        assert max((d[6:], d[3:5], d[:2]) for d in days) <= ("2025", "08", "31")
