"""Temporary tables of a build: what one query found, under a name that later queries read."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
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
    """Keep the rows of a query in a temporary table until the transaction ends."""
    temporary = make(connection, name, columns)
    connection.execute(temporary.insert().from_select([c.name for c in columns], rows))
    describe(connection, temporary)
    return temporary


def make(connection: sa.Connection, name: str, columns: Sequence[sa.Column[Any]]) -> sa.Table:
    """Make an empty temporary table that ends with the transaction."""
    temporary = sa.Table(
        name, sa.MetaData(), *columns, prefixes=["TEMPORARY"], postgresql_on_commit="DROP"
    )
    temporary.create(connection)
    return temporary


def sample_less(connection: sa.Connection) -> None:
    """Let 3,000 rows of a table do to describe it, for the rest of the transaction."""
    connection.execute(sa.text("SET LOCAL default_statistics_target = 10"))


def describe(connection: sa.Connection, temporary: sa.Table) -> None:
    """Tell the planner how large a temporary table is: nobody else will, and queries join it."""
    run(connection, statement("ANALYZE {}", temporary.name))


@contextmanager
def without_nested_loops(connection: sa.Connection) -> Iterator[None]:
    """Let the planner join temporary tables by hashing and sorting alone.

    It knows too little of what a query finds on its way to choose nested loops well: where it
    expects one row and meets many thousands, these take minutes.
    """
    connection.execute(sa.text("SET LOCAL enable_nestloop = off"))
    yield
    connection.execute(sa.text("SET LOCAL enable_nestloop TO DEFAULT"))


def found(query: sa.TextClause, columns: Sequence[sa.Column[Any]]) -> sa.Select[Any]:
    """Select the named columns of a query, in their order."""
    rows = query.columns(*(sa.Column(c.name, c.type) for c in columns)).subquery("rows")
    return sa.select(*(rows.c[c.name] for c in columns))
