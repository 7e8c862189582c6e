"""The truth behind the deliveries: who every record is, and how it stood in each month."""

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import combinations
from pathlib import Path

from kim_pipeline.simulation.dates import last_day
from kim_pipeline.simulation.hard_cases import HardCase
from kim_pipeline.simulation.life_courses import Life
from kim_pipeline.simulation.naturalisations import title_on
from kim_pipeline.simulation.world import World


def person_name(number: int) -> str:
    """Return how a person is called in the truth."""
    return f"P{number:07d}"


def _write(path: Path, header: str, rows: Iterable[tuple[str, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header.split(","))
        writer.writerows(rows)


def _person_row(life: Life) -> tuple[str, ...]:
    person = life.person
    return (
        person_name(person.truth),
        str(life.household.number),
        person.nationality.code,
        person.nationality.origin,
        person.nationality.name_region,
        person.birth.isoformat(),
        person.real_birth.isoformat(),
        person.sex,
        person.arrived.isoformat(),
        person.arrived_in_district.isoformat(),
        life.household.entry,
        life.left.isoformat() if life.left else "",
        life.left_reason,
    )


def _month_row(life: Life, month: date, today: date) -> tuple[str, ...]:
    person = life.person
    naturalised = life.left_reason == "EINBUERGERUNG" and life.left and life.left <= today
    held = title_on(life.titles, today)
    return (
        person_name(person.truth),
        f"{month:%Y-%m}",
        life.household.home_on(today).address.ags,
        "000" if naturalised else person.nationality.code,
        "DEUTSCH" if naturalised else held.status_group if held else "",
        held.list if held else "",
        held.code if held else "",
        str(int(any(s.began <= today < s.ended for s in life.spells))),
        str(int(any(c.intake <= today < c.closed for c in life.cases))),
        str(int(not (life.gone and life.gone <= today))),
        str(int(life.foreign_resident_on(today) and life.household.entry != "german")),
    )


def write_truth(world: World, months: list[date], out: Path) -> None:
    """Write all tables of the truth."""
    folder, end = out / "truth", last_day(months[-1])
    folder.mkdir(parents=True, exist_ok=True)
    _write(
        folder / "records.csv",
        "source,town_ags,person_number,person",
        (
            (r.source, r.numbered_in, r.given_number, person_name(r.life.person.truth))
            for r in world.records()
            if r.since <= end
        ),
    )
    _write(
        folder / "persons.csv",
        "person,household,nationality,origin,name_region,birth_date,real_birth_date,sex,arrived_on,"
        "arrived_in_district_on,entry,left_on,left_reason",
        (
            _person_row(life)
            for life in world.lives
            if life.person.arrived_in_district <= end and life.person.number == life.person.truth
        ),
    )
    _write(
        folder / "hard_cases.csv",
        "kind,person,other_person",
        (row for case in world.hard_cases for row in _case_rows(case)),
    )
    _write(
        folder / "person_month.csv",
        "person,month,town_ags,nationality,status_group,title_list,title_code,sgb2,kim_case,"
        "in_kreis,foreign_resident",
        (
            _month_row(life, month, last_day(month))
            for month in months
            for life in world.lives
            if life.person.arrived_in_district <= last_day(month) and not _again(life, month)
        ),
    )


def _again(life: Life, month: date) -> bool:
    """Tell whether another life of the same person tells this month."""
    return life.household.again is not None and life.household.again <= last_day(month)


def _case_rows(case: HardCase) -> Iterator[tuple[str, ...]]:
    """Yield each pair of people once; a case of one person has no other."""
    if len(case.persons) == 1:
        yield case.kind, person_name(case.persons[0]), ""
    for one, other in combinations(sorted(case.persons), 2):
        yield case.kind, person_name(one), person_name(other)
