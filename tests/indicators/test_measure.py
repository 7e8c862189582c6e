"""Measuring: every figure of a small population, counted by hand."""

from datetime import timedelta
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from indicators.person_months import (
    KNOWN,
    MONTH,
    SOURCES,
    TOWNS,
    forget,
    invent,
    person,
    store,
)

from kim_pipeline.errors import DisclosureError
from kim_pipeline.indicators.catalogue import read_catalogue
from kim_pipeline.indicators.cells import Cell, CellKey, Percentile
from kim_pipeline.indicators.measure import State, measure
from kim_pipeline.warehouse.schema.person_month import person_month

CATALOGUE = read_catalogue()
HERE: dict[str, Any] = {"foreign_resident": True, "in_sources": ["immigration_office"], "age": 30}
NEW: dict[str, Any] = HERE | {"newly_arrived": True}


def numbers(persons: Any) -> np.ndarray:
    """Keys that are easy to add, at the upper edge of 64 bits."""
    return np.array([2**64 - 1 - int(p[:4], 16) for p in persons], np.uint64)


def counted(engine: sa.Engine, known_at: Any = KNOWN) -> dict[CellKey, Cell]:
    with engine.begin() as connection:
        cells = measure(
            connection, State(MONTH, known_at), CATALOGUE.indicators, CATALOGUE.labels, numbers
        )
    assert len({c.key for c in cells}) == len(cells)
    return {c.key: c for c in cells}


def total(cells: dict[CellKey, Cell], indicator: str) -> tuple[int | None, int | None]:
    cell = cells[CellKey(indicator, "total")]
    return (
        cell.numerator.count if cell.numerator else None,
        cell.denominator.count if cell.denominator else None,
    )


def hand_made() -> list[dict[str, Any]]:
    """Ten persons; what each is for stands beside it."""
    case = {"in_sources": list(SOURCES[:2]), "case_active": True, "case_ever": True}
    overlap = {"in_sources": list(SOURCES), "support_overlap": True}
    benefit = {"in_sources": list(SOURCES[1:]), "sgb2_benefit": True}
    return [
        person(1, **NEW, nationality_group="EU", status_group="EU_FZ"),  # no system knows her
        person(2, **(NEW | benefit), benefit_gap_days=10),
        person(3, **NEW, asylum_benefit_status=True, asylum_benefit=True, status_group="DULDUNG"),
        person(4, **NEW, work_title=True, status_group="AE_ERW"),
        person(5, **(NEW | case), case_opened=True, town_ags=TOWNS[1]),
        person(6, **(NEW | {"age": 17})),
        person(7, **(HERE | benefit | {"age": 66})),
        person(
            8,
            **(HERE | case | overlap),
            support_overlap_agreed=True,
            chance_title=True,
            chance_title_months_left="0_3",
            status_group="AE_CHANCE",
            benefit_gap_days=50,
            benefit_gap_over_30=True,
        ),
        person(
            9,
            naturalised_12_months=True,
            naturalisation_days=400,
            naturalisation_outcome="EINGEBUERGERT",
            in_sources=["job_centre"],
        ),
        person(10, case_ever=True, case_closed=True, naturalisation_open=True),
    ]


def test_indicators_equal_the_count_by_hand(warehouse: sa.Engine) -> None:
    store(warehouse, hand_made())
    cells = counted(warehouse)
    by_hand = {
        "S1": (8, None),
        "S2": (6, 8),
        "S5": (1, 5),
        "C1": (2, None),
        "C1_in": (1, None),
        "C1_out": (1, None),
        "C3": (1, 6),
        "C5": (1, 2),
        "C5_agreed": (1, 1),
        "V1": (1, None),
        "N1": (1, None),
        "N1_outcome": (1, None),
        "N6": (None, 1),
        "N6_p90": (None, 1),
        "N6_open": (1, None),
        "J1": (2, 8),
        "J1_under_65": (1, 7),
        "G2": (None, 2),
        "G2_over_30": (1, 2),
        "Q1": (3, 4),
        "A1": (1, None),
        "A2": (1, 1),
    }
    for indicator_id, counts in by_hand.items():
        assert total(cells, indicator_id) == counts, indicator_id
    assert cells[CellKey("N6", "total")].statistic == 400
    assert cells[CellKey("G2", "total")].statistic == 10
    assert cells[CellKey("G2", "total")].quantity == Percentile(10, 2)


def test_breakdowns_hold_every_declared_value_and_observed_zeros(warehouse: sa.Engine) -> None:
    store(warehouse, hand_made())
    cells = counted(warehouse)
    by_town = {
        k.town_ags: c.numerator.count
        for k, c in cells.items()
        if (k.indicator_id, k.breakdown) == ("C1", "town") and c.numerator
    }
    assert by_town == {TOWNS[0]: 1, TOWNS[1]: 1, TOWNS[2]: 0}
    crossed = [k for k in cells if (k.indicator_id, k.breakdown) == ("S1", "town+status_group")]
    assert len(crossed) == len(TOWNS) * len(CATALOGUE.labels.values["status_group"])
    key = CellKey("S1", "town+status_group", TOWNS[0], "status_group", "DULDUNG")
    assert cells[key].numerator
    assert cells[key].numerator.count == 1


def test_impossible_cells_are_marked(warehouse: sa.Engine) -> None:
    store(warehouse, hand_made())
    cells = counted(warehouse)
    assert cells[CellKey("S1", "nationality_group", "", "nationality_group", "GERMAN")].structural
    assert not cells[CellKey("S1", "nationality_group", "", "nationality_group", "EU")].structural


def test_key_sums_are_exact_beyond_64_bits(warehouse: sa.Engine) -> None:
    people = invent(200, seed=3)
    store(warehouse, people)
    expected = sum(int(k) for k in numbers([p["person_id"] for p in people])) % 2**64
    tally = counted(warehouse)[CellKey("S1", "total")].numerator
    assert tally is not None
    assert (tally.count, tally.key) == (200, expected)


def test_a_month_is_measured_as_it_was_known(warehouse: sa.Engine) -> None:
    store(warehouse, [person(1, **HERE)])
    store(warehouse, [person(2, **HERE)], KNOWN + timedelta(days=30))
    assert total(counted(warehouse), "S1") == (1, None)
    assert total(counted(warehouse, KNOWN + timedelta(days=31)), "S1") == (2, None)
    with warehouse.begin() as connection:
        connection.execute(
            person_month.update()
            .where(person_month.c.known_from == KNOWN)
            .values(known_to=KNOWN + timedelta(days=30))
        )
    assert total(counted(warehouse, KNOWN + timedelta(days=31)), "S1") == (1, None)
    assert total(counted(warehouse, KNOWN + timedelta(days=1)), "S1") == (1, None)


def test_measuring_writes_nothing(warehouse: sa.Engine) -> None:
    store(warehouse, [person(1, **HERE)])
    with warehouse.begin() as connection:
        connection.execute(sa.text("SET TRANSACTION READ ONLY"))
        state = State(MONTH, KNOWN)
        assert measure(connection, state, CATALOGUE.indicators, CATALOGUE.labels, numbers)


def test_a_value_nobody_declared_stops_the_month_without_being_named(warehouse: sa.Engine) -> None:
    store(warehouse, [person(1, **HERE, status_group="Erika Mustermann")])
    with pytest.raises(DisclosureError, match="1 values of status_group") as caught:
        counted(warehouse)
    assert "Mustermann" not in str(caught.value)


def test_an_empty_month_is_refused(warehouse: sa.Engine) -> None:
    store(warehouse, [person(1)])
    forget(warehouse)
    with pytest.raises(DisclosureError, match="2026-10"):
        counted(warehouse)


def test_persons_living_elsewhere_count_in_totals_only(warehouse: sa.Engine) -> None:
    store(warehouse, [person(1, **HERE, town_ags="09999999"), person(2, **HERE, town_ags=None)])
    cells = counted(warehouse)
    assert total(cells, "S1") == (2, None)
    by_town = [c for k, c in cells.items() if (k.indicator_id, k.breakdown) == ("S1", "town")]
    assert [c.numerator.count for c in by_town if c.numerator] == [0, 0, 0]
