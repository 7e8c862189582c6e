"""Estimates of link quality reach readers rounded, on enough persons, and only when identified."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from indicators.person_months import KNOWN, MONTH, forget, person, store

from kim_pipeline.disclosure.disclosure_keys import DisclosureKeys
from kim_pipeline.disclosure.ledger import Entry
from kim_pipeline.disclosure.link_bands import LEAST_BASE, shown_band, step_of
from kim_pipeline.disclosure.ptable import read_ptable
from kim_pipeline.disclosure.release import publish_month
from kim_pipeline.indicators.catalogue import read_catalogue
from kim_pipeline.linkage.calibration.support import FEWEST as IDENTIFIED_PAIRS
from kim_pipeline.warehouse import link_estimates
from kim_pipeline.warehouse.link_estimates import LinkEstimate
from kim_pipeline.warehouse.schema import published, quality

KEYS = DisclosureKeys(bytes(range(32)), bytes(range(32, 64)), b"a" * 32, "cell-test")
CATALOGUE = read_catalogue()
PAIR = ("immigration_office", "job_centre")
GOOD = LinkEstimate(*PAIR, "", 400, 0.9951, 0.9901, 0.9989, 0.972, 0.9612, 0.9837, True, None)
FIGURES = (
    "precision",
    "precision_low",
    "precision_high",
    "recall",
    "recall_low",
    "recall_high",
)
NOTHING = dict.fromkeys(FIGURES)
SHARES = st.floats(0, 1)


def entry(numerator: int | None = 400, status: str = "published") -> Entry:
    blank: dict[str, Any] = dict.fromkeys(Entry.__dataclass_fields__, "")
    blank |= {"value": None, "true_value": None}
    facts = {"numerator": numerator, "denominator": 500, "status": status, "known_at": KNOWN}
    return Entry(**blank | facts)


def figures(band: Any) -> list[float]:
    return [band[name] for name in FIGURES]


def test_bands_are_rounded_outwards_to_half_percents() -> None:
    band = shown_band(GOOD, entry())
    assert figures(band) == [99.5, 99.0, 100.0, 97.0, 96.0, 98.5]
    assert band["estimate_status"] == "estimated"


@pytest.mark.parametrize(("base", "step"), [(107, 1), (199, 1), (200, 0.5)])
def test_the_step_is_never_finer_than_one_person(base: int, step: float) -> None:
    assert step_of(base) == step
    assert step / 100 * base >= 1


@given(SHARES, SHARES, SHARES, st.integers(LEAST_BASE, 10_000))
def test_a_rounded_band_holds_what_the_exact_one_held(
    a: float, b: float, c: float, base: int
) -> None:
    low, middle, high = sorted((a, b, c))
    exact = replace(GOOD, precision_low=low, precision=middle, precision_high=high)
    band = shown_band(exact, entry(base))
    assert 0 <= band["precision_low"] <= 100 * low + 1e-6
    assert 100 * high - 1e-6 <= band["precision_high"] <= 100
    assert band["precision_low"] <= band["precision"] <= band["precision_high"]
    assert band["precision"] % step_of(base) == 0


@pytest.mark.parametrize(
    ("estimate", "link", "status"),
    [
        (None, entry(), "not_identified"),
        (replace(GOOD, identified=False), entry(), "not_identified"),
        (GOOD, entry(LEAST_BASE - 1), "withheld"),
        (GOOD, entry(None, "withheld"), "withheld"),
        (None, entry(None, "withheld"), "withheld"),
        (replace(GOOD, identified=False), entry(None, "withheld"), "withheld"),
        (replace(GOOD, identified=False), entry(LEAST_BASE - 1), "withheld"),
    ],
)
def test_what_is_not_known_or_rests_on_few_shows_no_figure(
    estimate: LinkEstimate | None, link: Entry, status: str
) -> None:
    assert shown_band(estimate, link) == NOTHING | {"estimate_status": status}


def test_the_border_of_the_method_decides_nothing_that_is_shown() -> None:
    assert IDENTIFIED_PAIRS + read_ptable().deviation <= LEAST_BASE
    for pairs in (5, int(IDENTIFIED_PAIRS)):
        assert shown_band(replace(GOOD, pairs=pairs), entry()) == shown_band(GOOD, entry())


def publish(engine: sa.Engine, known_at: datetime = KNOWN, month: date = MONTH) -> None:
    with engine.begin() as connection:
        publish_month(connection, month, known_at, KEYS, CATALOGUE, provisional=False)


def people(found: int) -> list[dict[str, Any]]:
    both, one = ["immigration_office", "job_centre"], ["job_centre"]
    return [
        person(n, nationality_group="EU", in_sources=both if n < found else one) for n in range(400)
    ]


def estimate(engine: sa.Engine, *estimates: LinkEstimate) -> None:
    with engine.begin() as connection:
        link_estimates.write(connection, MONTH, KNOWN, estimates)


def bands(engine: sa.Engine) -> dict[tuple[str, str, str], Any]:
    with engine.connect() as connection:
        rows = connection.execute(sa.select(published.link_quality)).mappings().all()
    return {(r["source"], r["other_source"], r["nationality_group"]): r for r in rows}


def test_both_directions_of_a_pair_show_its_estimate(warehouse: sa.Engine) -> None:
    store(warehouse, people(300))
    estimate(warehouse, GOOD)
    publish(warehouse)
    shown = bands(warehouse)
    for pair in (PAIR, PAIR[::-1]):
        assert figures(shown[*pair, ""]) == [99.5, 99.0, 100.0, 97.0, 96.0, 98.5]
        assert shown[*pair, "EU"]["estimate_status"] == "not_identified"
    assert shown["case_management", "job_centre", ""]["estimate_status"] == "withheld"
    assert {row["release"] for row in shown.values()} == {"2026-10-r1"}


def test_an_estimate_changes_only_with_a_release_or_when_it_cannot_be_known(
    warehouse: sa.Engine,
) -> None:
    store(warehouse, people(300))
    estimate(warehouse, GOOD)
    publish(warehouse)
    before = bands(warehouse)
    better = replace(GOOD, recall=0.99, recall_low=0.98, recall_high=1.0)
    estimate(warehouse, better)
    publish(warehouse)
    assert bands(warehouse) == before
    forget(warehouse)
    store(warehouse, people(330))
    publish(warehouse, KNOWN + timedelta(days=30))
    revised = bands(warehouse)[*PAIR, ""]
    assert (revised["release"], revised["recall"]) == ("2026-10-r2", 99.0)
    nothing = dict.fromkeys(FIGURES)
    estimate(warehouse, replace(GOOD, identified=False, reason="coverage", **nothing))
    publish(warehouse)
    assert bands(warehouse)[*PAIR, ""]["estimate_status"] == "not_identified"


def test_analysts_keep_the_exact_estimate_and_its_reason(warehouse: sa.Engine) -> None:
    estimate(warehouse, GOOD)
    stopped = replace(GOOD, nationality_group="EU", identified=False, reason="coverage")
    estimate(warehouse, GOOD, stopped)
    with warehouse.connect() as connection:
        assert link_estimates.read(connection, MONTH) == {GOOD.key: GOOD, stopped.key: stopped}
        known = connection.execute(sa.select(quality.link_estimate.c.known_at)).scalars()
        assert set(known) == {KNOWN}
