"""A few persons told by whole deliveries, month after month, late and again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa
import sqlalchemy as sa
from erasures import MARKS
from world import CONTRACTS, DEFINITIONS, FEEDS, KNOWN, MONTH, World, key

from kim_pipeline.periods import next_month
from kim_pipeline.warehouse.erased import read_erased
from kim_pipeline.warehouse.history import Moment, apply_delivery, until
from kim_pipeline.warehouse.schema import register
from kim_pipeline.warehouse.schema.base import FOREVER
from kim_pipeline.warehouse.schema.quality import delivery
from kim_pipeline.warehouse.staging import attributes
from sources.accepting.erasing import Erasing, erase
from sources.incoming.erased_rows import without_erased

OFFICE, CENTRE, CASES = "immigration_office", "job_centre", "case_management"
# Fewer sources make a build cheaper.
THREE = tuple(feed for feed in FEEDS if feed.source in (OFFICE, CENTRE, CASES))
SOURCE_OF = {feed.table.name: feed.source for feed in THREE}
_ARROW = {
    sa.Integer: pa.int32(),
    sa.SmallInteger: pa.int16(),
    sa.Date: pa.date32(),
    sa.Boolean: pa.bool_(),
    sa.Numeric: pa.decimal128(10, 2),
}


@dataclass(frozen=True)
class Edit:
    """What a delivery says otherwise of one row; None leaves the row out."""

    table: str
    row: int
    values: tuple[tuple[str, Any], ...] | None

    @property
    def source(self) -> str:
        """The source that delivers it."""
        return SOURCE_OF[self.table]


class Told:
    """What has been told so far in one transaction; every telling is a day later than the last."""

    def __init__(self, world: World) -> None:
        self.world, self.connection = world, world.connection
        self.moments, self.months = [KNOWN], [MONTH]

    def next(self, edits: Sequence[Edit] = ()) -> None:
        """Deliver the month after the newest."""
        self.months.append(next_month(self.months[-1]))
        self.again(len(self.months) - 1, edits, [OFFICE])

    def again(self, month: int, edits: Sequence[Edit], sources: Iterable[str] = ()) -> None:
        """Deliver a month, by its number, once more: as it stands, but for some rows."""
        for source in sorted({*sources, *(edit.source for edit in edits)}):
            own = [edit for edit in edits if edit.source == source]
            self._deliver(source, self.months[min(month, len(self.months) - 1)], own)

    def links(self, source: str, record: int, person: int) -> None:
        """Learn in the newest month that a record is another person's."""
        link, at = register.link, self._runs()
        same = (link.c.source == source, link.c.record_pseudonym == key(record))
        held = (*same, link.c.known_to == FOREVER)
        if self.connection.execute(link.update().where(*held).values(known_to=at)).rowcount:
            row = {"source": source, "record_pseudonym": key(record), "person_id": key(person)}
            self.connection.execute(link.insert().values(**row, known_from=at))

    def reviews(self, left: tuple[str, int], right: tuple[str, int]) -> None:
        """Decide in the newest month that two records are of one person."""
        at = self._runs()
        pair = {"source_l": left[0], "record_l": key(left[1])}
        pair |= {"source_r": right[0], "record_r": key(right[1])}
        row = {"item": "pair", "same": True, "reason": "same", "decided_by": "office"}
        times = {"decided_at": at, "known_from": at, "month": self.months[-1]}
        self.connection.execute(register.review_decision.insert().values(**pair, **row, **times))

    def erases(self, source: str, record: int) -> None:
        """Erase a record; no later delivery brings it back."""
        named = {source: frozenset({key(record)})}
        contracts = tuple(CONTRACTS.values())
        erase(self.connection, Erasing(named, self._later(), contracts, DEFINITIONS, MARKS))

    def _deliver(self, source: str, month: date, edits: Sequence[Edit]) -> None:
        before = sa.select(delivery.c.month).where(delivery.c.source == source)
        months = self.connection.execute(before).scalars().all()
        count = sa.select(sa.func.count()).select_from(delivery)
        number = self.connection.execute(count).scalar_one() + 1
        moment = Moment(month, until(months, month), self._later(), number)
        said = {
            name.removeprefix(f"{source}_"): self._said(name, month, edits)
            for name in sorted({edit.table for edit in edits})
        }
        erased = read_erased(self.connection, source, MARKS)
        for name, rows in without_erased(CONTRACTS[source], said, erased).items():
            table = self.world.tables[f"{source}_{name}"]
            apply_delivery(self.connection, table, rows, moment)
        self.world.deliver(source, month, moment.known_at, 1 + months.count(month))

    def _said(self, name: str, month: date, edits: Sequence[Edit]) -> pa.Table:
        """Say of a month what is known of it, but for some rows."""
        table = self.world.tables[name]
        names = attributes(table)
        held = (table.c.valid_from <= month, table.c.valid_to > month, table.c.known_to == FOREVER)
        query = sa.select(*(table.c[n] for n in names))
        found = self.connection.execute(query.where(*held)).mappings()
        rows = {row["row_key"]: dict(row) for row in found}
        for edit in (edit for edit in edits if edit.table == name):
            own = table.c.row_key == key(edit.row)
            last = query.where(own).order_by(table.c.known_from.desc(), table.c.valid_from.desc())
            row = rows.pop(key(edit.row), None) or self.connection.execute(last).mappings().first()
            if edit.values is not None:
                fresh = {**(row or {}), "row_key": key(edit.row), **dict(edit.values)}
                rows[key(edit.row)] = fresh
        kinds = [(n, _ARROW.get(type(table.c[n].type), pa.string())) for n in names]
        complete = [{**dict.fromkeys(names), **row} for row in rows.values()]
        return pa.Table.from_pylist(complete, pa.schema(kinds))

    def _later(self) -> datetime:
        self.moments.append(self.moments[-1] + timedelta(days=1))
        return self.moments[-1]

    def _runs(self) -> datetime:
        """Link the newest month anew."""
        at = self._later()
        run = {"month": self.months[-1], "known_at": at, "input_digest": b"", "summary": {}}
        self.connection.execute(register.link_run.insert().values(**run, model_version="1"))
        return at
