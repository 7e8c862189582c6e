"""Ledger entries made by hand: what a release would publish of invented counts."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from kim_pipeline.disclosure.ledger import Entry
from kim_pipeline.indicators.catalogue import read_catalogue

CATALOGUE = read_catalogue()
BY_ID = {indicator.id: indicator for indicator in CATALOGUE.indicators}
KNOWN = datetime(2026, 11, 5, 6, tzinfo=UTC)
_BLANK = {
    "month": date(2026, 10, 1),
    "town_ags": "",
    "dimension_1": "",
    "value_1": "",
    "dimension_2": "",
    "value_2": "",
    "revision": 0,
    "known_at": KNOWN,
    "true_denominator": None,
    "true_value": None,
    "denominator": None,
    "value": None,
    "status": "published",
    "provisional": False,
    "ptable": "D7V3js2",
    "kid": "cell-1",
    "release": "2026-10-r1",
}


def entry(breakdown: str, true: int, shown: int | None, **facts: Any) -> Entry:
    """One published count of foreign residents (S1), unless `facts` say otherwise."""
    status = "published" if shown is not None else "withheld"
    made = {"indicator_id": "S1", "breakdown": breakdown, "status": status}
    numbers = {"true_numerator": true, "numerator": shown, "value": shown}
    return Entry(**{**_BLANK, **made, **numbers, **facts})


def table(dimension: str, cells: Mapping[str, tuple[int, int | None]]) -> list[Entry]:
    """One row of a table by a dimension: exact and shown count of each value."""
    return [
        entry(dimension, true, shown, dimension_1=dimension, value_1=value)
        for value, (true, shown) in cells.items()
    ]


def by_key(entries: Sequence[Entry]) -> dict[Any, Entry]:
    """Put entries under the labels of their cells."""
    return {one.key: one for one in entries}
