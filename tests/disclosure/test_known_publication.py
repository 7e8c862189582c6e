"""A page as known on an earlier day is the page that was made then, byte by byte."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from disclosure.publishing import publish, rows
from indicators.person_months import KNOWN, MONTH, forget, invent, store
from small_kreis import ROOT

from kim_pipeline.disclosure.known_publication import as_published, record_around
from kim_pipeline.errors import DisclosureError
from kim_pipeline.kreis import read_kreis
from kim_pipeline.periods import next_month
from kim_pipeline.report.build import build_report
from kim_pipeline.report.language import read_language
from kim_pipeline.report.reading import read_figures
from kim_pipeline.report.setting.html import render_pages
from kim_pipeline.warehouse.schema import audit, published

KREIS = read_kreis(ROOT / "kreis.yaml")
MONTHS = [next_month(MONTH, number) for number in range(5)]
DAYS = [KNOWN + timedelta(days=30 * number) for number in range(5)]
THIRD, FOURTH, LAST = MONTHS[2:]


@dataclass(frozen=True)
class Story:
    """Month 3 was delivered again in month 5; the page of month 4 was made before and after."""

    warehouse: sa.Engine
    then: bytes
    cells_then: list[dict[str, Any]]
    folder: Path

    def page(self, month: date, known_on: date | None = None) -> bytes:
        return _page(self.warehouse, self.folder, month, known_on)


def _page(engine: sa.Engine, folder: Path, month: date, known_on: date | None = None) -> bytes:
    with engine.begin() as connection:
        read = connection if known_on is None else as_published(connection, month, known_on)
        figures, language = read_figures(read, month), read_language()
    pages = render_pages(build_report(figures, KREIS, language), language)
    return "".join(page for _, page in pages).encode()


def _publish(engine: sa.Engine, month: date, known_at: datetime, size: int) -> None:
    forget(engine, month)
    store(engine, [row | {"month": month} for row in invent(size, seed=7)], known_at)
    publish(engine, known_at, month)
    with engine.begin() as connection:
        record_around(connection, known_at)


def _cells(engine: sa.Engine) -> list[dict[str, Any]]:
    return rows(engine, published.indicator_value)


@pytest.fixture
def story(warehouse: sa.Engine, tmp_path: Path) -> Story:
    for month, day in zip(MONTHS[:4], DAYS, strict=False):
        _publish(warehouse, month, day, 300)
    then, cells = _page(warehouse, tmp_path, FOURTH), _cells(warehouse)
    _publish(warehouse, LAST, DAYS[4], 300)
    _publish(warehouse, THIRD, DAYS[4] + timedelta(hours=1), 420)
    return Story(warehouse, then, cells, tmp_path)


@pytest.mark.long
def test_the_page_of_month_4_is_rebuilt_byte_by_byte_from_the_ledger(story: Story) -> None:
    now = story.page(FOURTH)
    assert now != story.then
    assert story.page(FOURTH, DAYS[3].date()) == story.then
    assert story.page(FOURTH, DAYS[4].date()) == now
    assert story.page(FOURTH) == now
    changed = [row for row in _cells(story.warehouse) if row not in story.cells_then]
    assert {row["month"] for row in changed} == {THIRD, LAST}
    assert all(row["revision"] == 1 for row in changed if row["month"] == THIRD)
    with pytest.raises(DisclosureError, match="was not published by"):
        story.page(LAST, DAYS[3].date())
    kept = rows(story.warehouse, audit.published_row)
    with story.warehouse.begin() as connection:
        record_around(connection, DAYS[4])
    assert rows(story.warehouse, audit.published_row) == kept


def test_a_revision_is_not_shown_before_it_was_published(warehouse: sa.Engine) -> None:
    then = _shown_after(warehouse, KNOWN, 300)
    learnt, made = KNOWN + timedelta(days=10), KNOWN + timedelta(days=90)
    forget(warehouse)
    now = _shown_after(warehouse, learnt, 420, made)
    assert now != then
    for day, cells in (
        (KNOWN, then),
        (learnt, then),
        (made - timedelta(days=1), then),
        (made, now),
    ):
        assert _shown_on(warehouse, day) == cells


def _shown_after(
    engine: sa.Engine, known_at: datetime, size: int, made: datetime | None = None
) -> list[Any]:
    """Publish what was known at a moment, give the values; readers have them since `made`."""
    store(engine, invent(size, seed=7), known_at)
    release = publish(engine, known_at, MONTH).release
    with engine.begin() as connection:
        record_around(connection, made or known_at, release)
    return [(row["indicator_id"], row["value"], row["revision"]) for row in _cells(engine)]


def _shown_on(engine: sa.Engine, moment: datetime) -> list[Any]:
    value = published.indicator_value
    query = sa.select(value.c.indicator_id, value.c.value, value.c.revision)
    with engine.begin() as connection:
        read = as_published(connection, MONTH, moment.date())
        return [tuple(row) for row in read.execute(query.order_by(*value.primary_key))]
