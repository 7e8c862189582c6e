"""The published tables as files."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
import sqlalchemy as sa
import yaml

from kim_pipeline.errors import DisclosureError
from kim_pipeline.export.described import read_tables
from kim_pipeline.export.output_check import check_counts
from kim_pipeline.export.package import Package
from kim_pipeline.kreis import Kreis
from kim_pipeline.periods import format_month
from kim_pipeline.warehouse.load import read_table
from kim_pipeline.warehouse.schema.base import metadata
from kim_pipeline.warehouse.schema.published import indicator_value

SCHEMA = "published"
_TEXTS = Path(__file__).parent / "templates" / "texts.yaml"


@dataclass(frozen=True)
class Months:
    """The months of an export, both included."""

    first: date
    last: date

    def __str__(self) -> str:
        """Write them as people do."""
        ends = dict.fromkeys((format_month(self.first), format_month(self.last)))
        return " – ".join(ends)


def published_months(
    connection: sa.Connection, first: date | None = None, last: date | None = None
) -> Months:
    """Find the published months within these bounds.

    Raises DisclosureError when there is none.
    """
    month = indicator_value.c.month
    query = sa.select(sa.func.min(month), sa.func.max(month)).where(
        month.between(first or date.min, last or date.max)
    )
    found = connection.execute(query).one()
    if found[0] is None:
        raise DisclosureError("Nothing is published for these months; run: kim run")
    return Months(*found)


def read_published(connection: sa.Connection, months: Months) -> dict[str, pa.Table]:
    """Read every published table by name, its rows in the order of their keys.

    Tables with a month hold these months only. Raises DisclosureError when a table is not
    protected.
    """
    tables = [table for table in metadata.sorted_tables if table.schema == SCHEMA]
    read = {table.name: read_table(connection, _query(table, months)) for table in tables}
    check_counts(read)
    described = read_tables(connection, SCHEMA)
    return {table.name: read[table.name] for table in described if table.name in read}


def published_package(kreis: Kreis, months: Months, licence: Mapping[str, str] | None) -> Package:
    """Say what the published tables are."""
    texts = yaml.safe_load(_TEXTS.read_text("utf-8"))
    wording = {locale: texts[locale]["package"] for locale in ("de", "en")}
    return Package(
        name="kim-published",
        title={locale: f"{w['title']}, {kreis.name}, {months}" for locale, w in wording.items()},
        description={
            locale: " ".join(filter(None, (kreis.notice, w["description"].strip())))
            for locale, w in wording.items()
        },
        publisher=kreis.name,
        licence=licence,
        facts={"temporal": {"start": str(months.first), "end": str(months.last)}},
    )


def _query(table: sa.Table, months: Months) -> sa.Select[tuple[object, ...]]:
    within: sa.ColumnElement[bool] = sa.true()
    if "month" in table.c:
        within = table.c.month.between(months.first, months.last)
    return sa.select(table).where(within).order_by(*table.primary_key)
