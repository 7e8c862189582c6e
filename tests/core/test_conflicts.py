"""Contradictions between sources are kept as rows, decided by precedence, and counted."""

from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa
from world import KNOWN, LATER, MONTH, World, key

from kim_pipeline.core.claims import reported_status
from sources.contracts.code_lists import code_list

OTHER_TOWN = "05158008"
CONFLICT = (
    "attribute",
    "source",
    "value",
    "other_source",
    "other_value",
    "kept_source",
    "kept_value",
)
OFFICE, CENTRE, CASES = "immigration_office", "job_centre", "case_management"


def rates(world: World) -> dict[tuple[str, str, str], tuple[int, int, Decimal]]:
    view = sa.table(
        "conflict_rate",
        *map(sa.column, ("attribute", "source", "other_source", "persons", "conflicts", "rate")),
        schema="quality",
    )
    return {tuple(r)[:3]: tuple(r)[3:] for r in world.connection.execute(sa.select(view))}


def test_the_source_that_goes_first_wins_and_core_keeps_its_value(world: World) -> None:
    world.resident(1, 1, birth_year=1990, sex=None)
    world.client(2, 1, birth_year=1991, town_ags=OTHER_TOWN, sex="w")
    world.row(
        "case_management_clients", 3, record_pseudonym=key(3), birth_year=1990, sex="m",
        nationality="475",
    )  # fmt: skip
    world.link(CASES, 3, 1)
    world.build()
    assert sorted(world.spells("conflict", *CONFLICT)) == [
        ("birth_year", OFFICE, "1990", CENTRE, "1991", OFFICE, "1990"),
        ("birth_year", CENTRE, "1991", CASES, "1990", OFFICE, "1990"),
        ("sex", CENTRE, "w", CASES, "m", CENTRE, "w"),
        ("town", OFFICE, "05158004", CENTRE, OTHER_TOWN, OFFICE, "05158004"),
    ]
    assert world.spells("person", "birth_year", "sex", "town_ags") == [(1990, "w", "05158004")]


def test_the_rate_counts_persons_of_whom_both_sources_say_something(world: World) -> None:
    world.resident(1, 1)
    world.client(11, 1, birth_year=1991)
    world.resident(2, 2)
    world.client(12, 2)
    world.resident(3, 3, birth_year=None)
    world.client(13, 3)
    world.resident(4, 4)
    world.build()
    found = rates(world)
    assert found["birth_year", OFFICE, CENTRE] == (2, 1, Decimal("0.5000"))
    assert found["nationality", OFFICE, CENTRE] == (3, 0, Decimal("0.0000"))


@pytest.mark.parametrize(
    ("title", "reported", "conflicts"),
    [
        ("027", "AUFENTHALTSERLAUBNIS", False),
        ("027", "DULDUNG", True),
        ("027", "DEUTSCH", True),
        ("027", "UNBEKANNT", False),
        ("027", None, False),
        (None, "DULDUNG", False),
    ],
)
def test_a_reported_status_contradicts_a_title_of_another_group(
    world: World, title: str | None, reported: str | None, conflicts: bool
) -> None:
    world.resident(1, 1)
    world.client(2, 1, residence_status_reported=reported)
    if title:
        world.title(11, 1, title, date(2024, 3, 1))
    world.build()
    row = ("residence_status", OFFICE, "AE_HUM_SCHUTZ", CENTRE, reported, OFFICE, "AE_HUM_SCHUTZ")
    assert world.spells("conflict", *CONFLICT) == ([row] if conflicts else [])


def test_closed_files_and_vanished_records_contradict_nobody(world: World) -> None:
    world.resident(1, 1, file="B", left_reason="EINBUERGERUNG", left_on=date(2025, 8, 1))
    world.client(2, 1, nationality="000")
    world.resident(3, 2)
    world.client(4, 2, birth_year=1991, valid_from=date(2025, 8, 1), valid_to=MONTH)
    world.build()
    assert world.spells("conflict", "attribute") == []
    assert rates(world) == {}


def test_a_correction_ends_a_conflict_and_the_former_view_keeps_it(world: World) -> None:
    world.resident(1, 1)
    world.client(2, 1, birth_year=1991)
    world.build()
    before = world.spells("conflict", *CONFLICT)
    world.restate("job_centre_persons", 2, birth_year=1990)
    world.build(known_at=LATER)
    assert world.spells("conflict", *CONFLICT) == []
    assert len(before) == 1
    assert world.spells_as_of("conflict", *CONFLICT, known_on=KNOWN) == before
    counts = ("attribute", "persons", "conflicts")
    assert ("birth_year", 1, 1) in world.spells_as_of("conflict_count", *counts)
    assert ("birth_year", 1, 0) in world.spells("conflict_count", *counts)


def test_reported_statuses_stand_for_status_groups_that_titles_have() -> None:
    groups = {row["status_group"] for row in code_list("residence_titles").to_pylist()}
    named = {group for groups in reported_status().values() for group in groups}
    assert named - groups == {"GERMAN"}
    assert groups - named <= {None, ""}
