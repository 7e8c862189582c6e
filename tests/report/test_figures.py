"""Figures come from `published` alone, read as the report's own role, and nothing withheld is."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from indicators.person_months import set_up
from report.invented_figures import MONTH, invented_figures
from report.invented_publication import publish

from kim_pipeline.errors import DisclosureError
from kim_pipeline.kreis import Kreis
from kim_pipeline.periods import previous_month
from kim_pipeline.report.build import build_report
from kim_pipeline.report.editions import edition_of, editions_of
from kim_pipeline.report.figures import Figures
from kim_pipeline.report.language import Language
from kim_pipeline.report.reading import read_figures
from kim_pipeline.report.site import write_site
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
    # Only this month is published, so no source had one before.
    new = tuple(replace(delivery, first=True) for delivery in invented.deliveries)
    assert read_figures(connection, MONTH) == replace(invented, cells=recent, deliveries=new)


@pytest.mark.long
def test_a_report_is_written_in_one_step_and_keeps_other_editions(
    connection: sa.Connection, kreis: Kreis, language: Language, tmp_path: Path
) -> None:
    folder = tmp_path / "report"
    for kept in ("jahr-2025", "2026-08-known-on-2026-09-09", "left"):
        (folder / kept).mkdir(parents=True)
    counts = write_site(connection, kreis, editions_of(MONTH), folder)
    report = build_report(read_figures(connection, MONTH), kreis, language)
    names = {f"{page.name}.html" for page in report.pages}
    found = {path.name for path in folder.iterdir()}
    assert found == names | {"jahr-2025", "2026-08-known-on-2026-09-09", "en", "tabellen"} | {
        "bericht.pdf",
        "bericht.xlsx",
    }
    assert {path.name for path in (folder / "en").glob("*.html")} == names
    assert counts.pages == 2 * len(names)
    assert counts.withheld_cells > 0
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


@pytest.mark.long
def test_an_edition_alone_leaves_the_others_as_they_are(
    connection: sa.Connection, kreis: Kreis, tmp_path: Path
) -> None:
    (tmp_path / "index.html").write_text("the month")
    quarter = edition_of("quarterly", previous_month(MONTH))
    write_site(connection, kreis, [quarter], tmp_path, "en")
    assert (tmp_path / "index.html").read_text() == "the month"
    page = (tmp_path / "quartal-2026-Q3" / "index.html").read_text("utf-8")
    assert 'lang="en"' in page
    assert "Compared with June\u00a02026" in page


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
