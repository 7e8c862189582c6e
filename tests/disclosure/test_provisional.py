"""A month is marked provisional until its source has delivered all that may still change it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from kim_pipeline.disclosure.provisional import mark_provisional, provisional_sources
from kim_pipeline.indicators.catalogue import read_catalogue
from kim_pipeline.periods import next_month
from kim_pipeline.warehouse.engine import owner_engine
from kim_pipeline.warehouse.provision import provision
from kim_pipeline.warehouse.schema.published import indicator_value, source_quality
from kim_pipeline.warehouse.schema.quality import delivery

MONTH = date(2025, 9, 1)
KNOWN = datetime(2025, 10, 5, tzinfo=UTC)
WAITING = {"job_centre": 3, "immigration_office": 0}
CATALOGUE = read_catalogue()
SLOW = next(i for i in CATALOGUE.indicators if "job_centre" in i.sources)
FAST = next(i for i in CATALOGUE.indicators if "job_centre" not in i.sources)


@pytest.fixture
def connection(warehouse_settings):
    engine = owner_engine(warehouse_settings)
    provision(engine, [], [], {})
    with engine.connect() as open_connection:
        yield open_connection
    engine.dispose()


def delivers(connection: sa.Connection, source: str, month: date, status: str = "accepted") -> None:
    number = connection.execute(sa.select(sa.func.count()).select_from(delivery)).scalar_one() + 1
    row = dict.fromkeys(("rows_delivered", "rows_rejected", "rows_opened", "rows_closed"), 0)
    words = dict.fromkeys(("contract_version", "code_version"), "1")
    connection.execute(
        delivery.insert().values(
            delivery_id=number, source=source, month=month, sequence=number, status=status,
            received_at=KNOWN, known_at=KNOWN + timedelta(number), content_mac=b"x", **row, **words,
        )
    )  # fmt: skip


def publishes(connection: sa.Connection, month: date) -> None:
    for one in (SLOW, FAST):
        value: dict[str, Any] = dict.fromkeys(
            ("town_ags", "dimension_1", "value_1", "dimension_2", "value_2"), ""
        )
        value |= {"indicator_id": one.id, "month": month, "breakdown": "total", "unit": one.unit}
        value |= {"known_on": KNOWN.date(), "status": "withheld", "revision": 0}
        connection.execute(
            indicator_value.insert().values(**value, provisional=False, release="r1")
        )
    for source in WAITING:
        connection.execute(
            source_quality.insert().values(
                month=month, source=source, name_de=source, rules_passed=0, rules_checked=0,
                provisional=False, status="withheld",
            )
        )  # fmt: skip


def marks(connection: sa.Connection, month: date) -> dict[str, bool]:
    value, source = indicator_value.c, source_quality.c
    found = connection.execute(
        sa.select(value.indicator_id, value.provisional).where(value.month == month)
    ).all()
    boxes = sa.select(source.source, source.provisional).where(source.month == month)
    return dict([*found, *connection.execute(boxes).all()])


def test_a_month_is_provisional_until_the_last_month_that_may_change_it(
    connection: sa.Connection,
) -> None:
    expected = []
    for step in range(5):
        delivers(connection, "job_centre", next_month(MONTH, step))
        expected.append(bool(provisional_sources(connection, WAITING, MONTH)))
    assert expected == [True, True, True, False, False]


def test_only_accepted_deliveries_settle_a_month(connection: sa.Connection) -> None:
    delivers(connection, "job_centre", MONTH)
    for status in ("refused", "withdrawn", "withdrawal"):
        delivers(connection, "job_centre", next_month(MONTH, 3), status)
    assert provisional_sources(connection, WAITING, MONTH) == {"job_centre"}


def test_marks_follow_the_deliveries_and_only_where_the_source_counts(
    connection: sa.Connection,
) -> None:
    for source in WAITING:
        delivers(connection, source, MONTH)
    publishes(connection, MONTH)
    waiting = {"job_centre": 3}
    assert mark_provisional(connection, CATALOGUE.indicators, waiting) == 2
    before = marks(connection, MONTH)
    assert before == {
        SLOW.id: True, FAST.id: False, "job_centre": True, "immigration_office": False,
    }  # fmt: skip
    assert mark_provisional(connection, CATALOGUE.indicators, waiting) == 0
    delivers(connection, "job_centre", next_month(MONTH, 3))
    assert mark_provisional(connection, CATALOGUE.indicators, waiting) == 2
    assert not any(marks(connection, MONTH).values())
