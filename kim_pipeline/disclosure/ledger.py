"""The ledger of released cells: a cell once published is served from here for ever.

Append-only. A cell gets a new, marked revision only with a new state of knowledge and a
recognisable change of its exact count; otherwise a late correction or an erasure would show by its
noise. Smaller changes wait for the one revision of their year.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, fields
from datetime import UTC, date, datetime

import pyarrow as pa
import sqlalchemy as sa

from kim_pipeline.disclosure.protect import STRUCTURAL_ZERO, Figure
from kim_pipeline.disclosure.rules import RECOGNISABLE
from kim_pipeline.disclosure.served_tally import drawn_from
from kim_pipeline.indicators.cells import Cell, CellKey
from kim_pipeline.warehouse.load import copy_table
from kim_pipeline.warehouse.schema.audit import cell_ledger


@dataclass(frozen=True)
class Entry:
    """One revision of one cell: its exact and its protected content, and the release it is in."""

    indicator_id: str
    month: date
    breakdown: str
    town_ags: str
    dimension_1: str
    value_1: str
    dimension_2: str
    value_2: str
    revision: int
    known_at: datetime
    true_numerator: int | None
    true_denominator: int | None
    true_value: float | None
    numerator: int | None
    denominator: int | None
    value: float | None
    status: str
    provisional: bool
    ptable: str
    kid: str
    release: str

    def __post_init__(self) -> None:
        # Servers give the session's time zone, and a whole number as a float; the keyed hash of a
        # release needs one form.
        object.__setattr__(self, "known_at", self.known_at.astimezone(UTC))
        for name in ("true_value", "value"):
            number = getattr(self, name)
            object.__setattr__(self, name, None if number is None else float(number))

    @property
    def known_on(self) -> date:
        """Day of the state of knowledge."""
        return self.known_at.date()

    @property
    def key(self) -> CellKey:
        """Labels of the cell."""
        return CellKey(
            self.indicator_id,
            self.breakdown,
            self.town_ags,
            self.dimension_1,
            self.value_1,
            self.dimension_2,
            self.value_2,
        )


@dataclass(frozen=True)
class Edition:
    """What all new entries of one release share."""

    month: date
    known_at: datetime
    provisional: bool
    ptable: str
    kid: str
    release: str


COLUMNS = tuple(field.name for field in fields(Entry))


def read_entries(connection: sa.Connection, month: date) -> dict[CellKey, Entry]:
    """Read the newest revision of every cell released for a month."""
    query = (
        sa.select(*(cell_ledger.c[name] for name in COLUMNS))
        .where(cell_ledger.c.month == month)
        .order_by(*cell_ledger.primary_key)
    )
    entries = (Entry(*row) for row in connection.execute(query))
    return {entry.key: entry for entry in entries}


def new_entries(
    cells: Sequence[Cell],
    figures: Sequence[Figure],
    released: Mapping[CellKey, Entry],
    edition: Edition,
    least_change: int = RECOGNISABLE,
) -> list[Entry]:
    """Find the cells to enter: those never released, and changes known only now.

    A change is entered from `least_change` on; below that it waits for the revision of the year.
    """
    entries = []
    for cell, figure in zip(cells, figures, strict=True):
        before = released.get(cell.key)
        if before is None:
            entries.append(_entry(cell, figure, 0, edition))
        elif _is_due(cell, before, edition, least_change):
            entries.append(_entry(cell, figure, before.revision + 1, edition))
    return sorted(entries, key=lambda entry: entry.key)


def standing_entries(
    cells: Sequence[Cell],
    released: Mapping[CellKey, Entry],
    edition: Edition,
    least_change: int = RECOGNISABLE,
) -> dict[CellKey, Entry]:
    """Find the released cells that stay as they are, whatever would be shown of them today."""
    before = ((cell, released[cell.key]) for cell in cells if cell.key in released)
    return {
        cell.key: entry for cell, entry in before if not _is_due(cell, entry, edition, least_change)
    }


def _is_due(cell: Cell, before: Entry, edition: Edition, least: int) -> bool:
    return edition.known_at > before.known_at and _changed(cell, before, least)


def append_entries(connection: sa.Connection, entries: Iterable[Entry]) -> None:
    """Write entries to the ledger."""
    columns = zip(*(astuple(entry) for entry in entries), strict=True)
    copy_table(
        connection, cell_ledger, pa.table(dict(zip(COLUMNS, map(list, columns), strict=True)))
    )


def _changed(cell: Cell, before: Entry, least: int) -> bool:
    if cell.structural and before.status == STRUCTURAL_ZERO:
        return False
    pairs = zip(_truth(cell), _true_before(before), strict=True)
    return any(
        (now is None) != (then is None)
        or (now is not None and then is not None and abs(now - then) >= least)
        for now, then in pairs
    )


def _truth(cell: Cell) -> tuple[float | None, float | None, float | None]:
    return (
        None if cell.numerator is None else cell.numerator.count,
        None if cell.denominator is None else cell.denominator.count,
        cell.statistic,
    )


def _true_before(entry: Entry) -> tuple[float | None, float | None, float | None]:
    return entry.true_numerator, entry.true_denominator, entry.true_value


def _entry(cell: Cell, figure: Figure, revision: int, edition: Edition) -> Entry:
    return Entry(
        **asdict(cell.key),
        **asdict(edition),
        **asdict(figure),
        revision=revision,
        true_numerator=drawn_from(cell.numerator),
        true_denominator=drawn_from(cell.denominator),
        true_value=cell.statistic,
    )
