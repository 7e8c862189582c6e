"""The review queue: which pairs of records wait for a decision, stable from month to month."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd
import sqlalchemy as sa

from kim_pipeline.warehouse.schema.register import review_item

# What a trust office can look at: more open items than this are of no use to it.
BUDGET = 200
OPEN, DECIDED, LAPSED = "open", "decided", "lapsed"
_MARKS = ("kind", "reason", "own", "levels", "probability")
_PAIR = ("source_l", "record_l", "source_r", "record_r")


@dataclass(frozen=True)
class QueueChange:
    """What a run did to the queue: items opened and lapsed, and how many found no room in it."""

    opened: int
    lapsed: int
    left_out: int


@dataclass(frozen=True)
class Item:
    """One question, with the pseudonyms that only an export may show."""

    item: str
    source_l: str
    record_l: str
    source_r: str
    record_r: str
    kind: str
    reason: str
    own: bool
    levels: Mapping[str, str]
    probability: float | None
    first_month: date
    month: date
    state: str


def update_queue(
    connection: sa.Connection, month: date, known_at: datetime, wanted: pd.DataFrame
) -> QueueChange:
    """Bring the queue to what the run of a month would ask.

    `wanted` has `item`, the pair, `kind`, `reason`, `own`, `levels` (JSON) and `probability`, the
    most informative first. Open items that are wanted stay; others lapse and keep neither agreement
    nor probability; what is decided stays decided. New ones come in while fewer than `BUDGET` are
    open; those chosen from the columns of one source alone always come in, for another source must
    not decide about them. The queue follows the newest month: a run for an earlier one changes
    nothing.
    """
    stored = connection.execute(
        sa.select(review_item.c.item, review_item.c.state, review_item.c.own, review_item.c.month)
    ).all()
    if any(row.month > month for row in stored):
        return QueueChange(0, 0, 0)
    state = {row.item: row.state for row in stored}
    asked = wanted[wanted["item"].map(state).ne(DECIDED)]
    chosen = _chosen(asked, {item for item, was in state.items() if was == OPEN})
    names = set(chosen["item"])
    opened = sum(state.get(item) != OPEN for item in names)
    lapsed = [item for item, was in state.items() if was == OPEN and item not in names]
    _set_state(connection, lapsed, known_at, state=LAPSED, levels={}, probability=None)
    _enter(connection, chosen, month, known_at, state)
    return QueueChange(opened, len(lapsed), len(asked) - len(chosen))


def _chosen(asked: pd.DataFrame, open_items: set[str]) -> pd.DataFrame:
    """Take what is open already and what an authority may be asked, then fill up the budget."""
    stays = asked["item"].isin(open_items)
    room = max(0, BUDGET - int((stays & ~asked["own"]).sum()))
    fresh = ~stays & ~asked["own"]
    return asked[stays | asked["own"] | (fresh & (fresh.cumsum() <= room))]


def _set_state(connection: sa.Connection, items: list[str], at: datetime, **values: object) -> None:
    if items:
        change = review_item.update().where(review_item.c.item == sa.bindparam("named"))
        rows = [{"named": item} for item in items]
        connection.execute(change.values(changed_at=at, **values), rows)


def _enter(
    connection: sa.Connection,
    chosen: pd.DataFrame,
    month: date,
    known_at: datetime,
    state: Mapping[str, str],
) -> None:
    rows = [_values(row) | {"month": month} for row in chosen.to_dict("records")]
    known = [row for row in rows if row["item"] in state]
    fresh = [row for row in rows if row["item"] not in state]
    began = {"first_month": month, "state": OPEN, "known_from": known_at, "changed_at": known_at}
    if fresh:
        connection.execute(review_item.insert(), [row | began for row in fresh])
    if known:
        marks: dict[str, Any] = {n: sa.bindparam("new_" + n) for n in (*_MARKS, "month")}
        again = review_item.update().where(review_item.c.item == sa.bindparam("named"))
        given = [
            {"named": row["item"]} | {"new_" + name: row[name] for name in marks} for row in known
        ]
        connection.execute(again.values(marks), given)
        lapsed = [row["item"] for row in known if state[row["item"]] == LAPSED]
        _set_state(connection, lapsed, known_at, state=OPEN)


def _values(row: Mapping[Any, Any]) -> dict[str, Any]:
    names = ("item", *_PAIR, *_MARKS)
    values = {name: row[name] for name in names} | {"levels": json.loads(row["levels"])}
    return values | {"probability": None if pd.isna(row["probability"]) else row["probability"]}


def read_items(connection: sa.Connection, *where: sa.ColumnElement[bool]) -> list[Item]:
    """Read items, doubt and conflict before plain duplicates, in the order of their names."""
    columns = [review_item.c[name] for name in Item.__dataclass_fields__]
    query = sa.select(*columns).where(*where).order_by(review_item.c.own, review_item.c.item)
    return [Item(**row) for row in connection.execute(query).mappings()]


def is_open() -> sa.ColumnElement[bool]:
    """Select what waits for a decision."""
    return review_item.c.state == OPEN


def concerns(source: str) -> sa.ColumnElement[bool]:
    """Select what has a record of a source."""
    return sa.or_(review_item.c.source_l == source, review_item.c.source_r == source)


def of_kind(kind: str) -> sa.ColumnElement[bool]:
    """Select the items of a kind."""
    return review_item.c.kind == kind


def may_be_asked(source: str) -> sa.ColumnElement[bool]:
    """Select what a source may be asked: pairs chosen from its own columns and no others."""
    return sa.and_(
        review_item.c.own, review_item.c.source_l == source, review_item.c.source_r == source
    )
