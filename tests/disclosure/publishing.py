"""Publishing invented months, and reading what came of it."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from indicators.person_months import KNOWN, MONTH, forget, store

from kim_pipeline.disclosure.disclosure_keys import DisclosureKeys
from kim_pipeline.disclosure.release import PublishCounts, publish_month
from kim_pipeline.indicators.catalogue import Catalogue, read_catalogue
from kim_pipeline.warehouse.schema import audit, published, quality

KEYS = DisclosureKeys(bytes(range(32)), bytes(range(32, 64)), b"a" * 32, "cell-test")
CATALOGUE = read_catalogue()
LATER = KNOWN + timedelta(days=30)
RELEASED = (
    published.indicator_value,
    published.indicator,
    published.link_quality,
    published.source_quality,
    quality.link_rate,
    audit.cell_ledger,
    audit.ladder,
    audit.release,
    audit.release_audit,
)


def publish(
    engine: sa.Engine,
    known_at: datetime = KNOWN,
    month: date = MONTH,
    catalogue: Catalogue = CATALOGUE,
) -> PublishCounts:
    with engine.begin() as connection:
        return publish_month(connection, month, known_at, KEYS, catalogue, provisional=False)


def rows(engine: sa.Engine, table: sa.Table, *where: Any) -> list[dict[str, Any]]:
    with engine.begin() as connection:
        query = sa.select(table).where(*where).order_by(*table.primary_key)
        return [dict(row._mapping) for row in connection.execute(query)]


def everything(engine: sa.Engine) -> str:
    return repr([rows(engine, table) for table in RELEASED])


def restate(engine: sa.Engine, people: Iterable[dict[str, Any]]) -> None:
    forget(engine)
    store(engine, people)


def value(engine: sa.Engine, indicator: str, breakdown: str = "total", **labels: str) -> Any:
    table = published.indicator_value
    where = [table.c[name] == text for name, text in labels.items()]
    (row,) = rows(
        engine, table, table.c.indicator_id == indicator, table.c.breakdown == breakdown, *where
    )
    return row


def delivery(number: int, source: str, month: date, **facts: Any) -> dict[str, Any]:
    received = datetime(2026, 11, 3, 6, tzinfo=UTC) + (month - MONTH)
    blank = {
        "delivery_id": number,
        "source": source,
        "month": month,
        "sequence": 1,
        "received_at": received,
        "known_at": received,
        "status": "accepted",
        "content_mac": b"",
        "contract_version": "1",
        "code_version": "1",
    }
    rows_of = dict.fromkeys(("rows_delivered", "rows_rejected", "rows_opened", "rows_closed"), 0)
    return blank | rows_of | facts
