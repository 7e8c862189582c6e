"""What is built of a few persons that were told of, in part and whole, and how it reads."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from told import THREE, Told
from world import DEFINITIONS

from kim_pipeline.core.build import build_person_month, build_spells, knowledge_of
from kim_pipeline.core.renewal import renew_month, renew_spells
from kim_pipeline.warehouse.history import Difference
from kim_pipeline.warehouse.schema import core

NOTHING = Difference(0, 0)
PLAIN = {
    name: [c.name for c in table.columns if c.name not in ("known_from", "known_to")]
    for name, table in core.HISTORIES.items()
}
Reads = dict[tuple[str, datetime], list[tuple[Any, ...]]]


def renew(told: Told, *months: date) -> Iterator[tuple[str, bool, bool]]:
    """Renew spells and months, all of them if none is named.

    Tells of each whether some persons alone were built, and whether anything was written.
    """
    known = knowledge_of(told.connection, told.months[-1])
    changes = renew_spells(told.connection, THREE, known, DEFINITIONS)
    yield "spells", _were_some(told), set(changes.values()) != {NOTHING}
    for month in months or told.months:
        known = knowledge_of(told.connection, month)
        change = renew_month(told.connection, THREE, known, DEFINITIONS)
        yield "month", _were_some(told), change != NOTHING


def _were_some(told: Told) -> bool:
    """Tell whether the last build laid out some persons alone, and clear what it laid out."""
    laid_out = sa.select(sa.func.to_regclass("pg_temp.kim_scope").is_not(None))
    some = bool(told.connection.execute(laid_out).scalar())
    told.connection.execute(sa.text("DISCARD TEMPORARY"))
    return some


def build_whole(told: Told) -> dict[str, Difference]:
    """Build everybody in every month; name what this changes, for it stood there wrongly."""
    known = [knowledge_of(told.connection, month) for month in told.months]
    changes = build_spells(told.connection, THREE, known[-1], DEFINITIONS)
    _were_some(told)
    for one in known:
        built = build_person_month(told.connection, THREE, one, DEFINITIONS)
        changes[f"person_month {one.month}"] = built
        _were_some(told)
    return {name: change for name, change in changes.items() if change != NOTHING}


def as_known(told: Told) -> Reads:
    """Read every table of core as it was known at every moment so far."""
    read = told.world.spells_as_of
    return {(n, at): read(n, *PLAIN[n], known_on=at) for n in PLAIN for at in told.moments}


def written_at(told: Told, at: datetime) -> set[str]:
    """Name the persons of whom something was opened or closed at a moment."""
    tables = [table for table in core.HISTORIES.values() if "person_id" in table.c]
    found = [
        sa.select(table.c.person_id).where(sa.or_(table.c.known_from == at, table.c.known_to == at))
        for table in tables
    ]
    return set(told.connection.execute(sa.union(*found)).scalars())
