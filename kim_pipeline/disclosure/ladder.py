"""The ladder of group disclosure: rows that would give their members away are shown coarser.

Rung 0 shows a row as declared, 1 its categories merged if the large one is then harmless, 2
nothing. A rung once needed is kept for
12 months, else the switch itself would tell. If a single row of a table stood on the ladder, its
cells would follow from the totals: the smallest other row goes with it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import add

from kim_pipeline.disclosure.backwards import cells_of, columns_of, told
from kim_pipeline.disclosure.ladder_rows import (
    AS_DECLARED,
    HIDDEN,
    MERGED,
    RowKey,
    Rungs,
    Table,
    counted,
    size,
)
from kim_pipeline.disclosure.rules import discloses_group, has_base, tells_of_members
from kim_pipeline.indicators.cells import EMPTY, Cell, CellKey
from kim_pipeline.indicators.indicator import Indicator, Sensitive


@dataclass(frozen=True)
class Coarsened:
    """Cells with merged ones added, those that show nothing, and the rungs that were needed."""

    cells: list[Cell]
    withheld: frozenset[CellKey]
    needed: dict[RowKey, int]


def coarsen(
    cells: Sequence[Cell],
    indicators: Mapping[str, Indicator],
    standing: Rungs,
    released: Collection[CellKey],
) -> Coarsened:
    """Put every row of a sensitive table on the rung it needs, or on which it still stands.

    `released` are the cells already published for the month: in their tables no further merged
    cells appear, and a row that needs a higher rung than before shows nothing new.
    """
    rows = _rows(cells, indicators)
    tables = frozenset((key.indicator_id, key.breakdown) for key in released)
    needed = {key: rung for key, row in rows.items() if (rung := _needed(row, indicators))}
    for key in set(needed):
        if key.table in tables and needed[key] > standing.get(key, AS_DECLARED):
            needed[key] = HIDDEN
    needed |= _companions(rows, _highest(standing, needed), indicators, tables)
    rungs = _highest(standing, needed)
    merged = [key for key in rows if rungs.get(key) == MERGED]
    tell = {key: HIDDEN for key in merged if _merged_tells(rows[key], indicators)}
    made = [m for key in merged if key not in tell for m in _merged(rows[key], indicators)]
    added = [
        cell
        for cell in made
        if cell.key in released or (cell.key.indicator_id, cell.key.breakdown) not in tables
    ]
    columns = columns_of(cells, indicators)
    past = told(columns, indicators, standing)
    behind = cells_of(columns, _highest(standing, past), added, indicators)
    return Coarsened(
        cells=[*cells, *added],
        withheld=behind | {cell.key for key in rows if key in rungs for cell in rows[key]},
        needed=needed | tell | dict(past),
    )


def _highest(standing: Rungs, needed: Rungs) -> dict[RowKey, int]:
    keys = {*standing, *needed}
    return {k: max(standing.get(k, AS_DECLARED), needed.get(k, AS_DECLARED)) for k in keys}


def _rows(cells: Iterable[Cell], indicators: Mapping[str, Indicator]) -> dict[RowKey, list[Cell]]:
    rows: dict[RowKey, list[Cell]] = defaultdict(list)
    for cell in cells:
        sensitive = indicators[cell.key.indicator_id].sensitive
        if sensitive is not None and _speaks_of(cell, sensitive):
            rows[_row_key(cell.key, sensitive.attribute)].append(cell)
    return rows


def _speaks_of(cell: Cell, sensitive: Sensitive) -> bool:
    named = sensitive.attribute is None or cell.key.value_of(sensitive.attribute) is not None
    return named and not cell.structural


def _row_key(key: CellKey, attribute: str | None) -> RowKey:
    pairs = ((key.dimension_1, key.value_1), (key.dimension_2, key.value_2))
    others = [value for dimension, value in pairs if dimension and dimension != attribute]
    return RowKey(key.indicator_id, key.breakdown, key.town_ags, "+".join(others))


def _needed(row: Sequence[Cell], indicators: Mapping[str, Indicator]) -> int:
    if _sensitive(row, indicators).attribute is None:
        return HIDDEN if _share_tells(row[0]) else AS_DECLARED
    if len(row) < 2 or not discloses_group([counted(c).count for c in row]):
        return AS_DECLARED
    return HIDDEN if _merged_tells(row, indicators) else MERGED


def _merged_tells(row: Sequence[Cell], indicators: Mapping[str, Indicator]) -> bool:
    # Merging never makes the largest category smaller: it passes when that one is harmless.
    harmless = _sensitive(row, indicators).harmless
    return any(
        counted(cell).count
        and tells_of_members(counted(cell).count, size(row))
        and harmless.isdisjoint((cell.key.value_1, cell.key.value_2))
        for cell in _merged(row, indicators)
    )


def _sensitive(row: Sequence[Cell], indicators: Mapping[str, Indicator]) -> Sensitive:
    return indicators[row[0].key.indicator_id].sensitive or Sensitive(None)


def _share_tells(cell: Cell) -> bool:
    base = cell.denominator or EMPTY
    # A smaller base is never shown, so it needs no rung that lasts a year.
    return has_base(base.count) and tells_of_members(counted(cell).count, base.count)


def _companions(
    rows: Mapping[RowKey, Sequence[Cell]],
    rungs: Rungs,
    indicators: Mapping[str, Indicator],
    released: frozenset[Table],
) -> dict[RowKey, int]:
    coarse: dict[Table, list[RowKey]] = defaultdict(list)
    for key, row in rows.items():
        by_attribute = _sensitive(row, indicators).attribute is not None
        if key in rungs and by_attribute and key.table not in released:
            coarse[key.table].append(key)
    companions = {}
    for table, alone in coarse.items():
        others = sorted(
            (size(row), key)
            for key, row in rows.items()
            if key.table == table and key not in alone and size(row)
        )
        if len(alone) == 1 and others:
            companions[others[0][1]] = rungs[alone[0]]
    return companions


def _merged(row: Sequence[Cell], indicators: Mapping[str, Indicator]) -> list[Cell]:
    sensitive = _sensitive(row, indicators)
    parts: dict[CellKey, list[Cell]] = defaultdict(list)
    for cell in row:
        parts[_merged_key(cell.key, sensitive)].append(cell)
    return [
        Cell(key, reduce(add, (counted(c) for c in cells), EMPTY), None)
        for key, cells in parts.items()
    ]


def _merged_key(key: CellKey, sensitive: Sensitive) -> CellKey:
    if key.dimension_1 == sensitive.attribute:
        return replace(key, value_1=sensitive.merged[key.value_1])
    return replace(key, value_2=sensitive.merged[key.value_2])
