"""Are the people of a delivery those of the Kreis: all towns, birthdays as the month before (R16)?

Birthdays on 1 January stand for unknown days. Where their share jumps, a system has begun to fill
in, or has lost, what was unknown.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date

import pandas as pd
import sqlalchemy as sa

from kim_pipeline.periods import previous_month
from kim_pipeline.warehouse.schema.base import FOREVER
from kim_pipeline.warehouse.schema.meta import town
from quality_checks.completeness import AREA, SMALLEST_TABLE
from quality_checks.hub import Hub
from quality_checks.rule import Rule
from quality_checks.shapes import holds, is_within, warn_only
from sources.accepting.staging import staging_tables
from sources.contracts.contract import Contract
from sources.contracts.domain_rules import domain_rule
from sources.contracts.tables import Table
from sources.incoming.pseudonymise import read_incoming

NEW_YEAR_RULE = "birth_date_is_1_january"
NEW_YEAR_PERCENT = domain_rule("R16").today("new_year_percent")
# Fewer birthdays than this move too much by themselves to be judged.
SMALLEST_NEW_YEAR = 50
TOWNS, NEW_YEAR = "all_towns_present", "new_year_births_steady"


def people_rules(table: Table) -> tuple[Rule, ...]:
    """List the rules on the people of a table, each named `<table>__<rule>`; they only tell."""
    return tuple(warn_only(rule) for rule in _rules(table))


def _rules(table: Table) -> Iterator[Rule]:
    text = (
        "Every town of the Kreis has rows (R16).",
        "Jede Gemeinde des Kreises hat Zeilen (R16).",
    )
    yield holds(f"{table.name}__{TOWNS}", text)
    if _finding(table) is not None:
        share = NEW_YEAR_PERCENT / 100
        yield is_within(
            f"{table.name}__{NEW_YEAR}",
            NEW_YEAR,
            (1 - share, 1 + share),
            (
                "The share of birthdays on 1 January differs from the month before by "
                f"{NEW_YEAR_PERCENT} % at most (R16).",
                "Der Anteil der Geburtstage am 1. Januar weicht höchstens "
                f"{NEW_YEAR_PERCENT} % vom Vormonat ab (R16).",
            ),
        )


def people_frame(contract: Contract, table: Table) -> Callable[[date, Hub], pd.DataFrame]:
    """Give the function that looks at the people of an incoming table and of the month before."""
    staged, finding = staging_tables(contract)[table.name], _finding(table)

    def load(month: date, hub: Hub) -> pd.DataFrame:
        rows = read_incoming(hub.settings, contract.source, month, table.name)
        with hub.engine.connect() as connection:
            towns = connection.execute(sa.select(town.c.town_ags)).scalars().all()
            before = _before(connection, staged, finding, previous_month(month))
        marks = rows[finding].to_pylist() if finding else []
        change = change_of_share(marks, before)
        present = towns_present(rows[AREA].to_pylist(), towns)
        columns = {f"{table.name}__{TOWNS}": pd.Series([None, *present], dtype="object")}
        changes = pd.Series([change, *(None for _ in present)], dtype="float64")
        return pd.DataFrame(columns | {NEW_YEAR: changes})

    return load


def towns_present(delivered: Iterable[str | None], towns: Iterable[str]) -> list[bool]:
    """Tell of each town of the Kreis whether it has rows; nothing of a small table."""
    rows = list(delivered)
    there = set(rows)
    return [code in there for code in towns] if len(rows) >= SMALLEST_TABLE else []


def change_of_share(now: Iterable[bool | None], before: Iterable[bool | None]) -> float | None:
    """Divide the share of marked rows by that of the month before; None where too few to tell."""
    new, old = list(now), list(before)
    marked = sum(map(bool, old))
    if marked < SMALLEST_NEW_YEAR or not new:
        return None
    return (sum(map(bool, new)) / len(new)) / (marked / len(old))


def _finding(table: Table) -> str | None:
    return next((f.column for f in table.findings if f.rule == NEW_YEAR_RULE), None)


def _before(
    connection: sa.Connection, staged: sa.Table, finding: str | None, month: date
) -> list[bool | None]:
    if finding is None:
        return []
    s = staged.c
    query = sa.select(s[finding]).where(
        s.known_to == FOREVER, s.valid_from <= month, s.valid_to > month
    )
    return list(connection.execute(query).scalars())
