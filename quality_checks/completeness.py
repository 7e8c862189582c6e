"""Is a delivery whole? Its persons against those delivered for the month before (R16).

A file that was cut, doubled, lost a town, or numbers its records in another way is well-formed row
by row; only the month before gives it away. What follows is said by the contract's delivery rules.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
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
from sources.contracts.delivery_rules import IGNORE, REJECT, action
from sources.contracts.domain_rules import domain_rule
from sources.contracts.tables import KEY, Table
from sources.incoming.pseudonymise import read_incoming

Rows = Mapping[str, str | None]

AREA = "town_ags"
ROWS_PERCENT = domain_rule("R16").today("rows_percent")
# Fewer rows than this move too much by themselves to be judged.
SMALLEST_TABLE = 100
SMALLEST_TOWN = 20

# By the delivery rule they belong to.
_RULES = (
    (
        "half",
        is_within(
            "rows_not_cut_or_doubled",
            "change",
            (0.5, 1.8),
            (
                "There are 50 to 180 % of the rows of the month before.",
                "Es sind 50 bis 180 % der Zeilen des Vormonats.",
            ),
        ),
    ),
    (
        "row_count",
        is_within(
            "rows_steady",
            "change",
            (1 - ROWS_PERCENT / 100, 1 + ROWS_PERCENT / 100),
            (
                f"The number of rows differs from the month before by {ROWS_PERCENT} % at most "
                "(R16).",
                f"Die Zeilenzahl weicht höchstens {ROWS_PERCENT} % vom Vormonat ab (R16).",
            ),
        ),
    ),
    (
        "town_empty",
        holds(
            "no_town_emptied",
            (
                "Every town that had rows in the month before has rows (R16).",
                "Jede Gemeinde mit Zeilen im Vormonat hat wieder Zeilen (R16).",
            ),
        ),
    ),
    (
        "id_format",
        is_within(
            "ids_keep_their_form",
            "kept",
            (0.5, None),
            (
                "At least half of the records of the month before are there again.",
                "Mindestens die Hälfte der Datensätze des Vormonats ist wieder dabei.",
            ),
        ),
    ),
)


def completeness_rules(contract: Contract, table: Table) -> tuple[Rule, ...]:
    """List the rules on the size of a person table, each named `<table>__<rule>`."""
    return tuple(_rules(contract, table))


def delivery_rule(name: str) -> str | None:
    """Give the delivery rule that a check of an incoming table stands for, if it does."""
    checks = {rule.name: delivery for delivery, rule in _RULES}
    return checks.get(name.rpartition("__")[2])


def _rules(contract: Contract, table: Table) -> Iterator[Rule]:
    for name, rule in _RULES:
        follows = action(contract.delivery_rules, name)
        named = replace(rule, name=f"{table.name}__{rule.name}")
        if follows != IGNORE:
            yield named if follows == REJECT else warn_only(named)


def completeness_frame(contract: Contract, table: Table) -> Callable[[date, Hub], pd.DataFrame]:
    """Give the function that counts an incoming person table against the month before."""
    staged = staging_tables(contract)[table.name]

    def load(month: date, hub: Hub) -> pd.DataFrame:
        rows = read_incoming(hub.settings, contract.source, month, table.name)
        keys = map(str, rows[KEY[0]].to_pylist())
        now = dict(zip(keys, rows[AREA].to_pylist(), strict=True))
        return compare(now, _rows_before(hub, staged, previous_month(month)))

    return load


def compare(now: Rows, before: Rows) -> pd.DataFrame:
    """Compare rows, a key with its town each: one row for the whole, one per town of before.

    `change` and `kept` (floats) are set in the first row alone, `no_town_emptied` (boolean) in the
    others; they are null where the month before had too few rows to tell.
    """
    judged = len(before) >= SMALLEST_TABLE
    change = len(now) / len(before) if judged else None
    kept = len(before.keys() & now.keys()) / len(before) if judged else None
    counts, present = Counter(before.values()), set(now.values())
    towns = [town for town, count in counts.items() if town and count >= SMALLEST_TOWN]
    return pd.DataFrame(
        {
            "change": pd.Series([change, *(None for _ in towns)], dtype="float64"),
            "kept": pd.Series([kept, *(None for _ in towns)], dtype="float64"),
            "no_town_emptied": pd.Series([None, *(t in present for t in towns)], dtype="object"),
        }
    )


def _rows_before(hub: Hub, staged: sa.Table, month: date) -> Rows:
    s = staged.c
    query = sa.select(sa.cast(s[KEY[0]], sa.Text), s[AREA]).where(
        s.known_to == FOREVER, s.valid_from <= month, s.valid_to > month
    )
    with hub.engine.connect() as connection:
        return {row[0]: row[1] for row in connection.execute(query)}
