"""From one XML record to rows: the texts of its elements, and the rows of its parts."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
from lxml import etree

from sources.contracts.tables import Table
from sources.readers.delivered import Delivered
from sources.readers.xml_plan import Level, Node, Plan, Slots

BATCH = 20_000


class Rows:
    """The rows of one table while they are gathered: lists of texts, and batches once full."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.unknown: set[str] = set()
        self._schema = pa.schema([(field.name, pa.string()) for field in table.fields])
        self._rows: list[Sequence[str | None]] = []
        self._batches: list[pa.RecordBatch] = []

    def add(self, row: Sequence[str | None]) -> None:
        """Take one row: its texts in the order of the table's fields."""
        self._rows.append(row)
        if len(self._rows) >= BATCH:
            self._batches.append(self._batch())

    def take(self) -> list[pa.RecordBatch]:
        """Hand over the full batches, so that they need not be kept."""
        full, self._batches = self._batches, []
        return full

    def delivered(self) -> Delivered:
        """Give all rows that have not been handed over."""
        batches = [*self.take(), self._batch()] if self._rows else self.take()
        return Delivered(pa.Table.from_batches(batches, self._schema), (), len(self.unknown))

    def _batch(self) -> pa.RecordBatch:
        columns = zip(*self._rows, strict=True)
        arrays = [pa.array(column, pa.string()) for column in columns]
        self._rows = []
        return pa.RecordBatch.from_arrays(arrays, schema=self._schema)


class Gatherer:
    """Fills the rows of all tables of one plan, record by record."""

    def __init__(self, plan: Plan, tables: Sequence[Table]) -> None:
        self.rows = {table.name: Rows(table) for table in tables}
        self._plan = plan

    def add(self, record: etree._Element, path: Sequence[str], around: list[Slots]) -> None:
        """Take one outermost record; `around` has the texts of the elements it stands in."""
        node = self._plan.root
        for step in path:
            node = node.parts[step]
        self._level(record, node, around)

    def texts(self, element: etree._Element, path: Sequence[str]) -> Slots:
        """Read what stands so far in an element around records."""
        node = self._plan.root
        for step in path:
            node = node.parts[step]
        level = node.level or Level()
        slots: Slots = [None] * level.slots
        self._fill(element, node, level, slots)
        return slots

    def _level(self, element: etree._Element, node: Node, around: list[Slots]) -> None:
        level = node.level or Level()
        slots: Slots = [None] * level.slots
        unknown: set[str] = set()
        records = self._fill(element, node, level, slots, unknown)
        here = [*around, slots]
        for table, pick in level.tables:
            rows = self.rows[table.name]
            rows.add(pick(here))
            rows.unknown |= unknown
        for part, below in records:
            self._level(part, below, here)

    def _fill(
        self,
        element: etree._Element,
        node: Node,
        level: Level,
        slots: Slots,
        unknown: set[str] | None = None,
    ) -> list[tuple[etree._Element, Node]]:
        """Put the wanted texts below an element into slots; give the records that stand there."""
        records = []
        leaves, parts = node.leaves, node.parts
        for name, slot in node.attributes.items():
            slots[slot] = element.get(name)
        for child in element:
            tag = child.tag
            place = leaves.get(tag)
            if place is not None and not len(child):
                text = (child.text or "").strip()
                # To call for each text would take a tenth of the reading.
                if slots[place] is None:
                    slots[place] = text or None
                else:
                    _join(slots, place, text, level)
                continue
            below = parts.get(tag)
            if below is None:
                if unknown is not None:
                    unknown.add(tag)
            elif below.level is not None:
                records.append((child, below))
            else:
                records += self._fill(child, below, level, slots, unknown)
        return records


def _join(slots: Slots, slot: int, text: str, level: Level) -> None:
    """Keep all texts of an element that repeats where the field is a list; else the first stays."""
    if text and slot in level.joined:
        slots[slot] = f"{slots[slot]}{level.joined[slot]}{text}"
