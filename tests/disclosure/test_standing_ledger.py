"""A ledger that was lost, cut or rolled back is found before anything is drawn anew (T30)."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from disclosure.publishing import CATALOGUE, KEYS, LATER, everything, publish
from indicators.person_months import MONTH, invent, store

from kim_pipeline.disclosure.release import publish_month
from kim_pipeline.disclosure.release_anchor import FILE, check_release, note_release
from kim_pipeline.errors import DisclosureError
from kim_pipeline.periods import next_month
from kim_pipeline.warehouse.schema import audit, published

NEXT = next_month(MONTH)
CELL, RELEASE = audit.cell_ledger, audit.release


@pytest.fixture
def house(warehouse: sa.Engine) -> sa.Engine:
    """A warehouse in which one month is published and the next one is built."""
    people = invent(200, seed=3)
    store(warehouse, people)
    store(warehouse, [row | {"month": NEXT} for row in people], LATER)
    publish(warehouse)
    return warehouse


def _lose(*statements: sa.Executable) -> Callable[[sa.Connection], None]:
    def lose(connection: sa.Connection) -> None:
        for statement in statements:
            connection.execute(statement)

    return lose


def test_a_damaged_ledger_holds_up_every_release_and_says_what_to_do(house: sa.Engine) -> None:
    damages = {
        r"lacks 1 releases whose figures stand in published.*Restore schema audit": _lose(
            CELL.delete(), RELEASE.delete()
        ),
        r"lacks cells of 1 releases.*Restore schema audit": _lose(
            CELL.delete().where(CELL.c.breakdown == "sex")
        ),
        r"differ from release 2026-10-r1.*restore them": _lose(RELEASE.update().values(position=2)),
    }
    for message, lose in damages.items():
        with house.connect() as connection, connection.begin() as transaction:
            lose(connection)
            with pytest.raises(DisclosureError, match=message):
                publish_month(connection, NEXT, LATER, KEYS, CATALOGUE, provisional=False)
            transaction.rollback()
    with house.connect() as connection, connection.begin() as transaction:
        connection.execute(CELL.update().where(CELL.c.numerator == 0).values(numerator=3))
        with pytest.raises(DisclosureError, match="2026-10-r1"):
            publish_month(connection, MONTH, LATER, KEYS, CATALOGUE, provisional=False)
        transaction.rollback()
    assert publish(house, LATER, NEXT).added > 0


def test_no_month_of_a_series_is_published_with_other_keys(house: sa.Engine) -> None:
    before = everything(house)
    other = replace(KEYS, kid="cell-other")
    with (
        house.begin() as connection,
        pytest.raises(
            DisclosureError, match=r"cell key cell-test, not with cell-other.*Restore that key"
        ),
    ):
        publish_month(connection, NEXT, LATER, other, CATALOGUE, provisional=False)
    assert everything(house) == before


def test_a_warehouse_that_was_rolled_back_is_found_by_the_note_outside(
    house: sa.Engine, tmp_path: Path
) -> None:
    with house.begin() as connection:
        check_release(connection, tmp_path)
        note_release(connection, tmp_path)
        check_release(connection, tmp_path)
    publish(house, LATER, NEXT)
    with house.connect() as connection, connection.begin() as transaction:
        check_release(connection, tmp_path)
        note_release(connection, tmp_path)
        for table in (CELL, RELEASE, published.indicator_value):
            connection.execute(table.delete().where(table.c.month == NEXT))
        with pytest.raises(DisclosureError, match=rf"holds 1 releases.*number 2.*delete .*{FILE}"):
            check_release(connection, tmp_path)
        transaction.rollback()
    (tmp_path / FILE).unlink()
    with house.begin() as connection:
        check_release(connection, tmp_path)


def test_nothing_is_noted_where_nothing_was_released(warehouse: sa.Engine, tmp_path: Path) -> None:
    with warehouse.begin() as connection:
        note_release(connection, tmp_path)
    assert not list(tmp_path.iterdir())
