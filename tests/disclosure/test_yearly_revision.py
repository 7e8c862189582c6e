"""Small changes wait for the revision of their year, which is made once and in the open."""

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from disclosure.publishing import CATALOGUE, KEYS, LATER, everything, publish, restate, rows, value
from indicators.person_months import KNOWN, MONTH, person, store

from kim_pipeline.disclosure.release import PublishCounts, publish_month
from kim_pipeline.disclosure.release_chain import verify_releases
from kim_pipeline.disclosure.yearly_revision import LEAST_CHANGE, Revised, revise_year
from kim_pipeline.errors import DisclosureError
from kim_pipeline.warehouse import audit_log
from kim_pipeline.warehouse.schema import audit, published

JANUARY = date(2027, 1, 1)
IN_JANUARY = KNOWN + timedelta(days=90)


def _people(count: int, women: int = 50) -> list[dict[str, object]]:
    return [person(n, foreign_resident=True, sex="w" if n < women else "m") for n in range(count)]


def _revise(engine: sa.Engine, known_at: datetime = LATER, year: int = MONTH.year) -> Revised:
    with engine.begin() as connection:

        def again(month: date) -> PublishCounts:
            way = (connection, month, known_at, KEYS, CATALOGUE)
            return publish_month(*way, provisional=False, least_change=LEAST_CHANGE)

        return revise_year(connection, year, again, LATER, KEYS.audit)


@pytest.fixture
def year(warehouse: sa.Engine) -> sa.Engine:
    """A month of a year that is over; two women of it were never there, as is known now."""
    store(warehouse, _people(100))
    publish(warehouse)
    store(warehouse, [row | {"month": JANUARY} for row in _people(100)], IN_JANUARY)
    publish(warehouse, IN_JANUARY, JANUARY)
    restate(warehouse, _people(100)[2:])
    return warehouse


def test_a_small_change_is_held_back_and_published_once(year: sa.Engine) -> None:
    before = value(year, "S1", month=MONTH), value(year, "S1", "sex", month=MONTH, value_1="m")
    assert publish(year, LATER).added == 0
    done = _revise(year)
    assert (done.months, done.releases, done.cells > 3) == (1, 1, True)
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
    restate(year, _people(100)[1:])
    before = everything(year)
    assert _revise(year, KNOWN).cells == 0
    assert everything(year) == before
