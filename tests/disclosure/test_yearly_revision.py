"""Small changes wait for the revision of their year, which is made once and in the open."""

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from disclosure.publishing import CATALOGUE, KEYS, LATER, everything, publish, restate, rows, value
from indicators.person_months import KNOWN, MONTH, TOWNS, person, store

from kim_pipeline.disclosure.earlier_values import read_earlier
from kim_pipeline.disclosure.ledger import read_entries
from kim_pipeline.disclosure.month_pages import read_pages
from kim_pipeline.disclosure.release import PublishCounts, publish_month
from kim_pipeline.disclosure.release_chain import verify_releases
from kim_pipeline.disclosure.yearly_revision import LEAST_CHANGE, Revised, revise_year
from kim_pipeline.errors import DisclosureError
from kim_pipeline.indicators.cells import CellKey
from kim_pipeline.warehouse import audit_log
from kim_pipeline.warehouse.schema import audit, published
from kim_pipeline.warehouse.schema.base import FOREVER
from kim_pipeline.warehouse.schema.person_month import person_month

JANUARY = date(2027, 1, 1)
IN_JANUARY = KNOWN + timedelta(days=90)


def _people(count: int, women: int = 50, moved: int = 0) -> list[dict[str, object]]:
    """Persons of whom some live in the second town; `moved` of each town have changed places."""
    return [
        person(
            n,
            foreign_resident=True,
            sex="w" if n < women else "m",
            town_ags=TOWNS[(n // 24 == 1) ^ (n % 24 < moved and n < 48)],
        )
        for n in range(count)
    ]


def _learn(engine: sa.Engine, people: list[dict[str, object]]) -> None:
    """Learn later that the month was so; what was known before stays readable."""
    row = person_month.c
    held = (row.month == MONTH, row.known_to == FOREVER)
    with engine.begin() as connection:
        connection.execute(person_month.update().values(known_to=LATER).where(*held))
    store(engine, people, LATER)


def _revise(engine: sa.Engine, known_at: datetime = LATER, year: int = MONTH.year) -> Revised:
    with engine.begin() as connection:

        def again(month: date) -> PublishCounts:
            way = (connection, month, known_at, KEYS, CATALOGUE)
            return publish_month(*way, provisional=False, least_change=LEAST_CHANGE)

        return revise_year(connection, year, again, LATER, KEYS.audit)


@pytest.fixture
def year(warehouse: sa.Engine) -> sa.Engine:
    """A month of a year that is over; two women of it were never there, as is known now.

    As many moved into each town as out of it: enough persons to hide the two.
    """
    store(warehouse, _people(100))
    publish(warehouse)
    store(warehouse, [row | {"month": JANUARY} for row in _people(100)], IN_JANUARY)
    publish(warehouse, IN_JANUARY, JANUARY)
    _learn(warehouse, _people(100, moved=24)[2:])
    return warehouse


def test_a_small_change_is_held_back_and_published_once(year: sa.Engine) -> None:
    before = value(year, "S1", month=MONTH), value(year, "S1", "sex", month=MONTH, value_1="m")
    assert publish(year, LATER).added == 0
    done = _revise(year)
    assert (done.months, done.months_left) == (1, 0)
    assert (done.releases, done.cells > 3) == (1, True)
    total, men = (
        value(year, "S1", month=MONTH),
        value(year, "S1", "sex", month=MONTH, value_1="m"),
    )
    assert (total["revision"], total["release"]) == (1, "2026-10-r2")
    assert men == before[1], "whoever was not touched keeps value and noise"
    same = audit.cell_ledger.c
    ledger = rows(year, audit.cell_ledger, same.indicator_id == "S1", same.breakdown == "total")
    assert [row["true_numerator"] for row in ledger] == [100, 98, 100]
    with year.begin() as connection:
        assert verify_releases(connection, KEYS.audit) == 3
        (logged,) = audit_log.events(connection)
        assert (logged.action, logged.month) == (audit_log.REVISED, date(2026, 1, 1))
        assert logged.counts == vars(done)
    after = everything(year)
    restate(year, _people(100)[3:])
    with pytest.raises(DisclosureError, match=r"2026 was revised on 2026-12-05.*the noise away"):
        _revise(year, LATER + timedelta(days=1))
    assert publish(year, LATER + timedelta(days=1)).added == 0
    assert everything(year) == after


def test_readers_keep_both_values_of_a_revision_and_the_gate_attacks_both(year: sa.Engine) -> None:
    old = value(year, "S1", month=MONTH)["numerator"]
    _revise(year)
    new = value(year, "S1", month=MONTH)["numerator"]
    by_id = {one.id: one for one in CATALOGUE.indicators}
    who = by_id["S1"].numerator
    assert who is not None
    with year.begin() as connection:
        first, revised = read_pages(connection, MONTH)
        assert revised == read_entries(connection, MONTH)
        values = [page[CellKey("S1", "total")].numerator for page in (first, revised)]
        assert values == [old, new]
        # The change is small: of such values an attacker of later months takes the mean.
        assert sorted(read_earlier(connection, JANUARY, by_id)[who][()]) == sorted([old, new])
    before, after, _ = rows(year, audit.release_audit)
    assert after["release"] == "2026-10-r2"
    # The superseded counts, and how much they have changed, are looked for too.
    assert after["attacked"] > before["attacked"]
    assert after["smallest_interval"] >= 3


def test_a_year_that_may_still_change_is_not_revised(year: sa.Engine) -> None:
    before = everything(year)
    with pytest.raises(DisclosureError, match=r"2027 is revised once a month after it"):
        _revise(year, year=2027)
    with pytest.raises(DisclosureError, match=r"2025 is revised once a month after it"):
        _revise(year, year=2025)
    value_table = published.indicator_value
    with year.begin() as connection:
        connection.execute(value_table.update().values(provisional=True))
    with pytest.raises(DisclosureError, match=r"2026-10 may still change"):
        _revise(year)
    with year.begin() as connection:
        connection.execute(value_table.update().values(provisional=False))
    assert everything(year) == before


def test_who_is_erased_changes_no_figure_even_in_the_revision(year: sa.Engine) -> None:
    who = person(0)["person_id"]
    with year.begin() as connection:
        connection.execute(person_month.delete().where(person_month.c.person_id == who))
    before = everything(year)
    assert _revise(year, KNOWN).cells == 0
    assert everything(year) == before


def test_a_month_in_which_few_persons_changed_is_never_revised(warehouse: sa.Engine) -> None:
    store(warehouse, _people(100))
    publish(warehouse)
    store(warehouse, [row | {"month": JANUARY} for row in _people(100)], IN_JANUARY)
    publish(warehouse, IN_JANUARY, JANUARY)
    _learn(warehouse, _people(100, moved=12)[2:])
    before = everything(warehouse)
    # Two were never there and 22 of the others moved: which cells change would tell of them.
    assert vars(_revise(warehouse)) == {"months": 0, "months_left": 1, "cells": 0, "releases": 0}
    assert everything(warehouse) == before
