"""What the warehouse says of its tables, columns and codes, in both languages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import sqlalchemy as sa

from kim_pipeline.warehouse.schema import meta, published
from kim_pipeline.warehouse.schema.base import metadata
from kim_pipeline.warehouse.schema.core import HISTORIES

Row = Mapping[str, object]


@dataclass(frozen=True)
class Column:
    """One column: its SQL type, whether it tells rows apart, and its meaning by language."""

    name: str
    data_type: str
    key: bool
    meaning: Mapping[str, str]


@dataclass(frozen=True)
class Table:
    """One table or view; `as_of` is the function that reads it as known at a moment."""

    schema: str
    name: str
    meaning: Mapping[str, str]
    columns: tuple[Column, ...]

    @property
    def full_name(self) -> str:
        """Schema and name."""
        return f"{self.schema}.{self.name}"

    @property
    def as_of(self) -> str:
        """The call that reads it as known at a moment; empty where there is none."""
        current = self.schema == "core" and self.name in HISTORIES
        return f"core.{self.name}_as_of(known_on)" if current else ""


@dataclass(frozen=True)
class Dictionary:
    """The whole data dictionary of a warehouse."""

    tables: tuple[Table, ...]
    indicators: tuple[Row, ...]
    codes: tuple[Row, ...]


def read_dictionary(connection: sa.Connection) -> Dictionary:
    """Read the data dictionary of a warehouse; every analyst may."""
    return Dictionary(
        read_tables(connection),
        _rows(connection, published.indicator, ("position",)),
        _rows(connection, meta.code, ("code_list", "code", "valid_from")),
    )


def read_tables(connection: sa.Connection, *schemas: str) -> tuple[Table, ...]:
    """Read what is said of the tables of these schemas; of all that analysts read by default."""
    tables, columns = meta.dictionary_table, meta.dictionary_column
    within = tables.c.schema_name.in_(schemas) if schemas else sa.true()
    place = (columns.c.schema_name, columns.c.table_name)
    listed = connection.execute(sa.select(columns).order_by(*place, columns.c.position)).mappings()
    of = {
        where: tuple(group)
        for where, group in groupby(listed, lambda row: (row["schema_name"], row["table_name"]))
    }
    query = sa.select(tables).where(within).order_by(tables.c.schema_name, tables.c.table_name)
    return tuple(
        _table(row, of.get((row["schema_name"], row["table_name"]), ()))
        for row in connection.execute(query).mappings()
    )


def key_names(schema: str, name: str) -> frozenset[str]:
    """Name the columns that tell the rows of a table or of a current view apart."""
    history = HISTORIES.get(name) if schema == "core" else None
    described = metadata.tables.get(f"{schema}.{name}")
    if history is not None:
        return frozenset(c.name for c in history.primary_key) - {"known_from"}
    return (
        frozenset(c.name for c in described.primary_key) if described is not None else frozenset()
    )


def _table(row: sa.RowMapping, columns: Sequence[sa.RowMapping]) -> Table:
    schema, name = str(row["schema_name"]), str(row["table_name"])
    keys = key_names(schema, name)
    return Table(schema, name, _meaning(row), tuple(_column(one, keys) for one in columns))


def _column(row: sa.RowMapping, keys: frozenset[str]) -> Column:
    name = str(row["column_name"])
    return Column(name, str(row["data_type"]), name in keys, _meaning(row))


def _meaning(row: sa.RowMapping) -> Mapping[str, str]:
    return {locale: str(row[f"description_{locale}"]) for locale in ("de", "en")}


def _rows(connection: sa.Connection, table: sa.Table, order: Sequence[str]) -> tuple[Row, ...]:
    query = sa.select(table).order_by(*(table.c[name] for name in order))
    return tuple(dict(row) for row in connection.execute(query).mappings())
