"""The ladder read backwards: what a table of two times tells of the past of those in one state.

Who is known to be naturalised now must not thereby be known to have been tolerated a year ago. So
the categories of the past within each present value are judged as a row is; there is nothing to
merge them into, so they are shown or not.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from kim_pipeline.disclosure.ladder_rows import HIDDEN, RowKey, Rungs, counted, size
from kim_pipeline.disclosure.rules import tells_of_members
from kim_pipeline.indicators.cells import Cell, CellKey
from kim_pipeline.indicators.indicator import Indicator, Sensitive

Columns = Mapping[RowKey, Sequence[Cell]]


def columns_of(cells: Sequence[Cell], indicators: Mapping[str, Indicator]) -> Columns:
    """Gather, for each present value of a sensitive attribute, the cells of all past values."""
    columns: dict[RowKey, list[Cell]] = defaultdict(list)
    for cell in cells:
        rule = indicators[cell.key.indicator_id].sensitive
        if rule is None or rule.past is None or cell.structural:
            continue
        now = cell.key.value_of(rule.attribute or "")
        if now is not None and cell.key.value_of(rule.past) is not None:
            key = cell.key
            name = f"{rule.attribute}={now}"
            columns[RowKey(key.indicator_id, key.breakdown, key.town_ags, name)].append(cell)
    return columns


def told(columns: Columns, indicators: Mapping[str, Indicator], standing: Rungs) -> Rungs:
    """Say which columns show nothing; where it would be one alone, the smallest other goes too."""
    needed = {key for key, cells in columns.items() if _tells(cells, indicators)}
    hidden = needed | {key for key in columns if standing.get(key) == HIDDEN}
    for table in {key.table for key in hidden}:
        others = sorted(
            (size(cells), key)
            for key, cells in columns.items()
            if key.table == table and key not in hidden and size(cells)
        )
        if others and sum(key.table == table for key in hidden) == 1:
            needed.add(others[0][1])
    return dict.fromkeys(needed, HIDDEN)


def cells_of(
    columns: Columns, hidden: Rungs, cells: Sequence[Cell], indicators: Mapping[str, Indicator]
) -> frozenset[CellKey]:
    """List the cells of hidden columns, and the merged ones that hold persons of them."""
    keys = {cell.key for name in hidden if name in columns for cell in columns[name]}
    merged = {
        (key.indicator_id, key.breakdown, key.town_ags, _into(key, indicators)) for key in keys
    }
    return frozenset(keys) | {
        cell.key for cell in cells if (*_place(cell.key), _now(cell.key, indicators)) in merged
    }


def _tells(cells: Sequence[Cell], indicators: Mapping[str, Indicator]) -> bool:
    rule = _rule(cells[0].key, indicators)
    largest = max(cells, key=lambda cell: counted(cell).count)
    past = largest.key.value_of(rule.past or "") or ""
    # A past value without a group, as who was not here, is no category of the attribute.
    harmless = past not in rule.merged or rule.merged[past] in rule.harmless
    return not harmless and tells_of_members(counted(largest).count, size(cells))


def _rule(key: CellKey, indicators: Mapping[str, Indicator]) -> Sensitive:
    return indicators[key.indicator_id].sensitive or Sensitive(None)


def _place(key: CellKey) -> tuple[str, str, str]:
    return key.indicator_id, key.breakdown, key.town_ags


def _now(key: CellKey, indicators: Mapping[str, Indicator]) -> str | None:
    return key.value_of(_rule(key, indicators).attribute or "")


def _into(key: CellKey, indicators: Mapping[str, Indicator]) -> str | None:
    return _rule(key, indicators).merged.get(_now(key, indicators) or "")
