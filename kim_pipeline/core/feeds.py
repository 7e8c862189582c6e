"""Feeds: which staging table yields which rows of the history.

Contracts declare them; nothing here knows a source. A feed maps the columns of a target to staging
columns or to constants. Rows without a person column of their own (a goal has a case, a case has a
client) reach their person through the table they point to.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from kim_pipeline.core.feed_targets import LAST_DAY, TARGETS, feedable
from kim_pipeline.errors import ConfigError
from kim_pipeline.warehouse.schema.base import UUID

SQL_TYPES: dict[str, Any] = {"text": sa.Text(), "integer": sa.Integer(), "date": sa.Date()}


@dataclass(frozen=True)
class Feed:
    """How one staging table feeds one target.

    A spell gives either `valid_to`, the first day on which it was no longer so, or `last_day`.
    `through` names the staging table and the column that lead to the person, for tables without
    a `record_pseudonym`. `precedence` orders sources that contradict each other: the lowest wins.
    """

    source: str
    table: sa.Table
    target: str
    columns: Mapping[str, str]
    constants: Mapping[str, str] = field(default_factory=dict)
    through: tuple[sa.Table, str] | None = None
    precedence: int = 100

    def __post_init__(self) -> None:
        """Refuse targets and columns that do not exist, before any row is touched."""
        if self.target not in TARGETS:
            raise ConfigError(f"{self.source}: no such feed target: {self.target}.")
        unknown = {*self.columns, *self.constants} - feedable(self.target)
        missing = set(self.columns.values()) - set(self.table.columns.keys())
        if unknown or missing:
            names = ", ".join(sorted(unknown | missing))
            raise ConfigError(f"{self.source}.{self.table.name}: feed names unknown {names}.")

    def value(self, name: str, rows: sa.FromClause) -> sa.ColumnElement[Any]:
        """Give one target column as an expression over the staging rows."""
        kind = SQL_TYPES[TARGETS[self.target][name]]
        if name == "valid_to" and LAST_DAY in self.columns:
            last_day = sa.cast(rows.c[self.columns[LAST_DAY]], sa.Date())
            return sa.cast(last_day + sa.literal_column("1", sa.Integer()), kind).label(name)
        if name in self.columns:
            return sa.cast(rows.c[self.columns[name]], kind).label(name)
        return sa.cast(sa.literal(self.constants.get(name)), kind).label(name)


def target_columns(target: str, *times: str) -> list[sa.Column[Any]]:
    """List the columns every row of a target carries: person, source, key, `times`, and its own."""
    return [
        sa.Column("person_id", UUID),
        sa.Column("source", sa.Text()),
        sa.Column("precedence", sa.Integer()),
        sa.Column("row_key", UUID),
        sa.Column("owner_key", UUID),
        *(sa.Column(name, sa.Date()) for name in times),
        *(sa.Column(name, SQL_TYPES[kind]) for name, kind in TARGETS[target].items()),
    ]
