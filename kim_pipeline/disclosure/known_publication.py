"""What was published as known on an earlier day, laid out again from the ledger.

The cells come from the cell ledger. What stands around them on the page (catalogue, deliveries,
link and conflict rates, marks) is kept in known time as `audit.published_row`, beside the ledger;
and so is since when readers have a release.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, distinct_on

from kim_pipeline.errors import DisclosureError
from kim_pipeline.periods import format_month
from kim_pipeline.warehouse.comparison import temporary_from
from kim_pipeline.warehouse.history import Difference
from kim_pipeline.warehouse.restatement import restate
from kim_pipeline.warehouse.schema import published
from kim_pipeline.warehouse.schema.audit import cell_ledger, published_row

AROUND = (
    published.indicator,
    published.source_quality,
    published.link_quality,
    published.conflict_rate,
    published.measure,
    published.measure_indicator,
)
_RELEASE = "release"
_LAID_OUT = "pg_temp"


def record_around(
    connection: sa.Connection, known_at: datetime, release: str | None = None
) -> Difference:
    """Keep what stands around the published cells, as known at a moment; unchanged rows stay.

    A month that is published again after a later one is known no earlier than that one, and
    neither is the `release` that was just made.
    """
    last = connection.execute(sa.select(sa.func.max(published_row.c.known_from))).scalar()
    around = sa.union_all(*map(_rows, AROUND)).subquery("around")
    shown = temporary_from(connection, "kim_published_row", sa.select(around))
    moment = max(known_at, last or known_at)
    tables = [published_row.c.table_name != _RELEASE]
    change = restate(connection, published_row, shown, moment, tables)
    shown.drop(connection)
    if release is not None:
        made: dict[str, Any] = {
            "table_name": _RELEASE,
            "row_key": release,
            "content": {},
            "known_from": moment,
        }
        connection.execute(published_row.insert().values(made))
    return change


def _rows(table: sa.Table) -> sa.Select[Any]:
    key = sa.func.concat_ws(
        sa.literal("|", sa.Text()), *(sa.cast(c, sa.Text) for c in table.primary_key)
    )
    whole = sa.func.to_jsonb(sa.literal_column(table.name))
    return sa.select(
        sa.literal(table.name, sa.Text()).label("table_name"),
        key.label("row_key"),
        sa.type_coerce(whole, JSONB).label("content"),
    ).select_from(table)


def as_published(connection: sa.Connection, month: date, known_on: date) -> sa.Connection:
    """Lay out schema `published` as it stood at the end of a day, and return a view of it.

    Through the returned connection every table of the schema is read as known then; nothing is
    changed. Must run in a transaction. Raises DisclosureError when the month was not published by
    that day, or nothing of that time is kept.
    """
    until = datetime.combine(known_on + timedelta(days=1), time(), UTC)
    for table in (*AROUND, published.indicator_value):
        _temporary(table).create(connection)
    for table in AROUND:
        _fill(connection, table, _kept(table, until))
    _fill(connection, published.indicator_value, _cells(until))
    value = _temporary(published.indicator_value)
    found = sa.select(sa.func.count()).select_from(value).where(value.c.month == month)
    if not connection.execute(found).scalar():
        raise DisclosureError(
            f"{format_month(month)} was not published by {known_on}, or what stood on the page "
            "then was not kept yet."
        )
    return connection.execution_options(schema_translate_map={"published": _LAID_OUT})


def _temporary(table: sa.Table) -> sa.Table:
    columns = [sa.Column(c.name, c.type, primary_key=c.primary_key) for c in table.columns]
    return sa.Table(
        table.name, sa.MetaData(), *columns, prefixes=["TEMPORARY"], postgresql_on_commit="DROP"
    )


def _fill(connection: sa.Connection, table: sa.Table, rows: sa.Select[Any]) -> None:
    connection.execute(_temporary(table).insert().from_select([c.name for c in table.c], rows))


def _kept(table: sa.Table, until: datetime) -> sa.Select[Any]:
    """Read the rows of one table as they were shown before a moment."""
    columns = [sa.column(c.name, c.type) for c in table.columns]
    read = sa.func.jsonb_to_record(published_row.c.content)
    rows = read.table_valued(*columns, name="shown").render_derived(with_types=True)
    return (
        sa.select(*(rows.c[c.name] for c in table.columns))
        .select_from(published_row.join(rows, sa.true()))
        .where(published_row.c.table_name == table.name, *_known(until))
    )


def _known(until: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return published_row.c.known_from < until, published_row.c.known_to >= until


def _cells(until: datetime) -> sa.Select[Any]:
    """Select the newest revision of every cell shown before a moment, of indicators shown then.

    A revision carries the knowledge of its month, and may be published much later.
    """
    indicator, source = map(_temporary, (published.indicator, published.source_quality))
    made_later = sa.exists().where(
        published_row.c.table_name == _RELEASE,
        published_row.c.row_key == cell_ledger.c.release,
        published_row.c.known_from >= until,
    )
    newest = (
        sa.select(cell_ledger)
        .where(cell_ledger.c.known_at < until, ~made_later)
        .ext(distinct_on(*_key()))
        .order_by(*_key(), cell_ledger.c.revision.desc())
        .subquery("newest")
    )
    open_still = sa.exists().where(
        source.c.month == newest.c.month,
        source.c.provisional,
        source.c.source == sa.any_(sa.func.string_to_array(indicator.c.sources, ", ")),
    )
    known_on = sa.cast(sa.func.timezone("UTC", newest.c.known_at), sa.Date)
    own = {"known_on": known_on, "unit": indicator.c.unit, "provisional": open_still}
    names = [c.name for c in published.indicator_value.columns]
    columns = [own[name] if name in own else newest.c[name] for name in names]
    return sa.select(*columns).join_from(
        newest, indicator, indicator.c.indicator_id == newest.c.indicator_id
    )


def _key() -> list[sa.Column[Any]]:
    return [c for c in cell_ledger.primary_key if c.name != "revision"]
