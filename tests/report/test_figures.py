"""Figures come from `published` alone, read as the report's own role, and nothing withheld is."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from indicators.person_months import set_up
from report.invented_figures import MONTH, invented_figures, publish

from kim_pipeline.errors import DisclosureError
from kim_pipeline.kreis import Kreis
from kim_pipeline.periods import previous_month
from kim_pipeline.report.figures import Figures, read_figures
from kim_pipeline.report.language import Language
from kim_pipeline.report.page import render_page, write_page
from kim_pipeline.settings import Settings
from kim_pipeline.warehouse.engine import owner_engine, role_engine
from kim_pipeline.warehouse.roles import apply_roles
from kim_pipeline.warehouse.schema import core, published


@pytest.fixture
def connection(empty_warehouse_settings: Settings, kreis: Kreis) -> Iterator[sa.Connection]:
    """The report's role on a warehouse with 15 months of published figures."""
    owner = owner_engine(empty_warehouse_settings)
    set_up(owner)
    with owner.begin() as opened:
        apply_roles(opened)
        publish(opened, invented_figures(kreis, months=15))
    reader = role_engine(empty_warehouse_settings, "kim_report")
    with reader.connect() as opened:
        yield opened
    reader.dispose()
    _wait_until_gone(owner, "kim_report")
    owner.dispose()


def _wait_until_gone(owner: sa.Engine, role: str) -> None:
    """A backend ends a moment after its client; the database cannot be dropped before."""
    activity = sa.text("SELECT count(*) FROM pg_stat_activity WHERE usename = :role")
    with owner.connect() as opened:
        for _ in range(200):
            if not opened.execute(activity, {"role": role}).scalar_one():
                return
            opened.rollback()
            time.sleep(0.01)


def test_what_was_published_is_read_for_thirteen_months(
    connection: sa.Connection, kreis: Kreis
) -> None:
    invented = invented_figures(kreis, months=15)
    first = sorted({month for _, month, _ in invented.cells})[2]
    recent = {key: cell for key, cell in invented.cells.items() if key[1] >= first}
    assert read_figures(connection, MONTH) == replace(invented, cells=recent)


def test_a_page_is_written_in_one_step_and_is_the_rendered_page(
    connection: sa.Connection, kreis: Kreis, language: Language, tmp_path: Path
) -> None:
    target = tmp_path / "report" / "index.html"
    counts = write_page(connection, kreis, MONTH, target)
    page = target.read_text(encoding="utf-8")
    assert page == render_page(read_figures(connection, MONTH), kreis, language)
    assert counts.size == len(page.encode())
    assert counts.withheld_cells > 0
    assert [path.name for path in target.parent.iterdir()] == ["index.html"]


def test_a_number_beside_a_withheld_status_is_not_read(
    empty_warehouse_settings: Settings, figures: Figures
) -> None:
    owner = owner_engine(empty_warehouse_settings)
    set_up(owner)
    with owner.begin() as opened:
        publish(opened, figures)
        opened.execute(sa.update(published.indicator_value).values(status="withheld"))
        read = read_figures(opened, MONTH)
    owner.dispose()
    assert {(cell.value, cell.numerator, cell.denominator) for cell in read.cells.values()} == {
        (None, None, None)
    }


def test_the_report_cannot_read_behind_the_published_figures(connection: sa.Connection) -> None:
    with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
        connection.execute(sa.select(core.person_month))


def test_a_month_without_figures_is_refused(connection: sa.Connection) -> None:
    with pytest.raises(DisclosureError, match="2024-10"):
        read_figures(connection, previous_month(MONTH).replace(year=2024, month=10))
