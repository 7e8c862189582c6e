"""Temporary tables of a build: what one query found, under a name that later queries read."""

from collections.abc import Iterable, Sequence
from importlib import resources
from typing import Any

import sqlalchemy as sa

from kim_pipeline.warehouse.schema.base import known_columns
from kim_pipeline.warehouse.statements import run, statement

KNOWN = frozenset(column.name for column in known_columns())


def query_of(folder: str, name: str) -> sa.TextClause:
    """Read a query that ships with the package: a folder of `kim_pipeline/core` and a name."""
    place = resources.files("kim_pipeline.core").joinpath(folder, f"{name}.sql")
    return sa.text(place.read_text("utf-8"))


def like(table: sa.Table, names: Iterable[str]) -> list[sa.Column[Any]]:
    """Copy columns of a table by name: name and type, nothing else."""
    return [sa.Column(name, table.c[name].type) for name in names]


def keep(
    connection: sa.Connection, name: str, columns: Sequence[sa.Column[Any]], rows: sa.Select[Any]
) -> sa.Table:
    """Keep the rows of a query in a temporary table until the transaction ends.

    The planner is told how large it is: nobody else will, and later queries join it.
    """
    temporary = sa.Table(
        name, sa.MetaData(), *columns, prefixes=["TEMPORARY"], postgresql_on_commit="DROP"
    )
    temporary.create(connection)
    connection.execute(temporary.insert().from_select([c.name for c in columns], rows))
    run(connection, statement("ANALYZE {}", name))
    return temporary


def found(query: sa.TextClause, columns: Sequence[sa.Column[Any]]) -> sa.Select[Any]:
    """Select the named columns of a query, in their order."""
    rows = query.columns(*(sa.Column(c.name, c.type) for c in columns)).subquery("rows")
    return sa.select(*(rows.c[c.name] for c in columns))
