"""Which columns each column of core is computed from, read out of the queries themselves.

What a query only filters or joins by is no origin; a column that only says that there are such
rows has all that is asked of these rows as origin.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TypeGuard

from sqlglot import exp, parse_one
from sqlglot.lineage import Node, lineage
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import build_scope, traverse_scope
from sqlglot.schema import MappingSchema

from kim_pipeline.core.build import DERIVED
from kim_pipeline.core.feed_targets import TARGETS
from kim_pipeline.core.feeds import target_columns
from kim_pipeline.core.snapshot import EVERY, NEWEST
from kim_pipeline.core.temporary import KNOWN, query_of
from kim_pipeline.warehouse.schema import core
from kim_pipeline.warehouse.schema.person_month import PARTS

Read = tuple[str, str]
Reads = Mapping[str, frozenset[Read]]
DIALECT = "postgres"
WHOSE = "person_id"
PREFIX = "kim_"
ROWS, PART, VERSIONS = "_row", "kim_month_", "kim_person_version"


def own_columns(table: str) -> list[str]:
    """List the columns of a core table but those of its known time."""
    return [column.name for column in core.HISTORIES[table].columns if column.name not in KNOWN]


@cache
def spell_reads() -> Mapping[str, Reads]:
    """Say by core table and column which columns of the temporary tables are read for it."""
    return {table: _reads("spells", table, own_columns(table)) for table in DERIVED}


@cache
def month_reads() -> Mapping[str, Reads]:
    """Say by part of a person month and column which columns are read for it."""
    return {part: _reads("month", part, names) for part, names in PARTS.items()}


def _reads(folder: str, name: str, columns: Sequence[str]) -> Reads:
    schema = _schema()
    query = parse_one(str(query_of(folder, name)), dialect=DIALECT)
    whole = qualify(query, schema=schema, dialect=DIALECT, validate_qualify_columns=False)
    scope = build_scope(whole)
    found = lineage(None, whole, schema, dialect=DIALECT, scope=scope, trim_selects=False)
    nodes = found if isinstance(found, dict) else {}
    named = frozenset(_named(whole))
    return {c: _telling(frozenset(_leaves(nodes[c])), named) for c in columns if c in nodes}


def _telling(leaves: frozenset[Read], named: frozenset[Read]) -> frozenset[Read]:
    """Leave out whose a row is; if that is all, take what is asked of the rows of that table."""
    telling = frozenset(read for read in leaves if read[1] != WHOSE)
    tables = {table for table, _ in leaves}
    return telling or frozenset(read for read in named if read[0] in tables) or named


def _leaves(node: Node) -> Iterator[Read]:
    for one in node.walk():
        column = exp.to_column(one.name, dialect=DIALECT).name
        if not one.downstream and _is_laid_out(one.source, column):
            yield one.source.name, column


def _named(query: exp.Expr) -> Iterator[Read]:
    """List every column the query names of a temporary table, but whose row it is."""
    for scope in traverse_scope(query):
        for column in scope.columns:
            table = scope.sources.get(column.table)
            if column.name != WHOSE and _is_laid_out(table, column.name):
                yield table.name, column.name


def _is_laid_out(source: object, column: str) -> TypeGuard[exp.Table]:
    """Tell whether this is a column of a temporary table, not of a part of the query."""
    return isinstance(source, exp.Table) and column in _temporary_tables().get(source.name, ())


@cache
def _schema() -> MappingSchema:
    return MappingSchema({**_temporary_tables()}, dialect=DIALECT)


@cache
def _temporary_tables() -> dict[str, dict[str, str]]:
    """Describe what the queries find laid out; settings of the month are no origin of a column."""
    rows = {f"{PREFIX}{t}{ROWS}": [c.name for c in target_columns(t, NEWEST)] for t in TARGETS}
    versions = {VERSIONS: [c.name for c in target_columns("person", *EVERY)]}
    spells = {f"{PREFIX}{table}": own_columns(table) for table in DERIVED}
    parts = {f"{PART}{part}": [WHOSE, *names] for part, names in PARTS.items()}
    laid_out = rows | versions | spells | parts
    return {table: dict.fromkeys(names, "text") for table, names in laid_out.items()}
