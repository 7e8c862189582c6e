"""How much of a delivery could be read at all, field by field, as its intake counted.

A value that could not be read is empty afterwards, so that rules on the rows cannot see it; a
column that was shifted or written in another form shows here.
"""

from collections.abc import Callable
from datetime import date

import pandas as pd

from quality_checks.hub import Hub
from quality_checks.rule import Rule
from quality_checks.shapes import is_within
from sources.contracts.contract import Contract
from sources.incoming.pseudonymise import load_incoming
from sources.incoming.table_counts import TableCounts

UNREADABLE_TOLERATED = 0.2


def readability_rules(contract: Contract) -> tuple[Rule, ...]:
    """List one rule per table of a source, named `<table>__fields_readable`."""
    percent = f"{UNREADABLE_TOLERATED * 100:.0f} %"
    return tuple(
        is_within(
            f"{table.name}__fields_readable",
            table.name,
            (0, UNREADABLE_TOLERATED),
            (
                f"In no field are more than {percent} of the values unreadable.",
                f"In keinem Feld sind mehr als {percent} der Angaben unlesbar.",
            ),
        )
        for table in contract.tables
    )


def readability_frame(contract: Contract) -> Callable[[date, Hub], pd.DataFrame]:
    """Give the function that reads the share of unreadable values: a column per table."""

    def load(month: date, hub: Hub) -> pd.DataFrame:
        tables = load_incoming(hub.settings, contract.source, month).tables
        return pd.DataFrame({name: shares(counts) for name, counts in tables.items()})

    return load


def shares(counts: TableCounts) -> "pd.Series[float]":
    """Give the share of unreadable values of each field that has some; 0.0 if there is none."""
    found = [entry.count / max(counts.rows_read, 1) for entry in counts.unreadable.values()]
    return pd.Series(found or [0.0], dtype="float64")
