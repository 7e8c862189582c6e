"""The sources the warehouse was set up for, under the names their contracts give them."""

from dataclasses import dataclass

import sqlalchemy as sa

from kim_pipeline.warehouse.schema import meta


@dataclass(frozen=True)
class SourceName:
    """How readers see a source."""

    source: str
    name_de: str
    name_en: str


def read_source_names(connection: sa.Connection) -> dict[str, SourceName]:
    """Read the names of all sources, in the order of their ids."""
    rows = connection.execute(sa.select(meta.source).order_by(meta.source.c.source)).mappings()
    return {row["source"]: SourceName(**row) for row in rows}
