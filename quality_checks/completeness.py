"""Is a delivery whole? Its persons against those delivered for the month before (R16).

A file that was cut, doubled, or lost a town is well-formed row by row; only its size gives it away.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

import pandas as pd
import sqlalchemy as sa

from kim_pipeline.periods import previous_month
from kim_pipeline.warehouse.schema.base import FOREVER
from quality_checks.hub import Hub
from quality_checks.rule import Rule
from quality_checks.shapes import holds, is_within, warn_only
from sources.accepting.staging import staging_tables
from sources.contracts.contract import Contract
from sources.contracts.tables import Table
from sources.incoming.pseudonymise import read_incoming

Towns = Mapping[str | None, int]

AREA = "town_ags"
# Fewer rows than this move too much by themselves to be judged.
SMALLEST_TABLE = 100
SMALLEST_TOWN = 20

_RULES = (
    is_within(
        "rows_not_cut_or_doubled",
        "change",
        (0.5, 1.8),
        (
            "There are 50 to 180 % of the rows of the month before.",
            "Es sind 50 bis 180 % der Zeilen des Vormonats.",
        ),
    ),
    warn_only(
        is_within(
            "rows_steady",
            "change",
            (0.85, 1.15),
            (
                "The number of rows differs from the month before by 15 % at most (R16).",
                "Die Zeilenzahl weicht höchstens 15 % vom Vormonat ab (R16).",
            ),
        )
    ),
    holds(
        "no_town_emptied",
        (
            "Every town that had rows in the month before has rows (R16).",
            "Jede Gemeinde mit Zeilen im Vormonat hat wieder Zeilen (R16).",
        ),
    ),
)


def completeness_rules(table: Table) -> tuple[Rule, ...]:
    """List the rules on the size of a person table, each named `<table>__<rule>`."""
    return tuple(replace(rule, name=f"{table.name}__{rule.name}") for rule in _RULES)


def completeness_frame(contract: Contract, table: Table) -> Callable[[date, Hub], pd.DataFrame]:
    """Give the function that counts an incoming person table against the month before."""
    staged = staging_tables(contract)[table.name]

    def load(month: date, hub: Hub) -> pd.DataFrame:
        rows = read_incoming(hub.settings, contract.source, month, table.name)
        now = Counter(rows[AREA].to_pylist())
        return compare(now, _rows_before(hub, staged, previous_month(month)))

    return load


def compare(now: Towns, before: Towns) -> pd.DataFrame:
    """Compare rows per town: one row for the whole table, then one per town of the month before.

    `change` (float) is set in the first row alone, `no_town_emptied` (boolean) in the others; both
    are null where the month before had too few rows to tell.
    """
    rows, rows_before = sum(now.values()), sum(before.values())
    change = rows / rows_before if rows_before >= SMALLEST_TABLE else None
    towns = [town for town, count in before.items() if town and count >= SMALLEST_TOWN]
    kept = [now.get(town, 0) > 0 for town in towns]
    return pd.DataFrame(
        {
            "change": pd.Series([change, *(None for _ in towns)], dtype="float64"),
            "no_town_emptied": pd.Series([None, *kept], dtype="object"),
        }
    )


def _rows_before(hub: Hub, staged: sa.Table, month: date) -> Towns:
    s = staged.c
    query = (
        sa.select(s[AREA].label("town"), sa.func.count().label("rows"))
        .where(s.known_to == FOREVER, s.valid_from <= month, s.valid_to > month)
        .group_by(s[AREA])
    )
    with hub.engine.connect() as connection:
        return {row.town: row.rows for row in connection.execute(query)}
