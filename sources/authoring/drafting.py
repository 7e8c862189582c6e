"""From a sample to the document of a draft contract: fields, keys, rules; never a value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sources.authoring.draft_fields import (
    DROP,
    SEVERAL,
    DraftField,
    draft_field,
    without_links,
)
from sources.authoring.headers import hide_values
from sources.authoring.samples import Sample, SampleTable
from sources.authoring.vocabulary import identifier, is_known_word

UP = "../"
RUNNING = "sequence"
"""The running number of a person's rows: where it is, the person's number alone is no key."""


@dataclass(frozen=True)
class DraftTable:
    """One table of the draft."""

    name: str
    delivered: str
    label: str
    rows: int
    fields: tuple[DraftField, ...]

    @property
    def has_key(self) -> bool:
        """Tell whether a primary key was found."""
        return any(field.key_position for field in self.fields)


def draft_tables(sample: Sample, table_name: str | None) -> tuple[DraftTable, ...]:
    """Draft every table; the first one with a person number of its own links people."""
    tables: list[DraftTable] = []
    linked = False
    for number, table in enumerate(sample.tables, 1):
        drafted = _table(sample, table, table_name, number)
        persons = _keyed_by_person(drafted)
        if linked or not persons:
            fields = tuple(map(without_links, drafted.fields))
            drafted = replace(drafted, fields=fields)
        linked = linked or persons
        tables.append(drafted)
    return _distinct(tables)


def _table(sample: Sample, table: SampleTable, told: str | None, number: int) -> DraftTable:
    shown = hide_values(table.columns)
    columns = {name: values for name, values in table.columns.items() if _is_own(name, table)}
    fields = _unique([draft_field(n, shown[n], values) for n, values in columns.items()])
    name = told if told and number == 1 else _name(sample, table, number)
    delivered = f"{name}.csv" if sample.single else _delivered(sample, table, number)
    label = delivered.rpartition("/")[2] if not sample.single else name
    return DraftTable(name, delivered, label, table.rows, _with_key(fields, columns))


def _is_own(name: str, table: SampleTable) -> bool:
    """Of what stands around a record only numbers lead back to it."""
    if not name.startswith(UP):
        return True
    return draft_field(name, name, table.columns[name]).classification == "direct-identifier" and (
        draft_field(name, name, table.columns[name]).reason == "pseudonymised"
    )


def _name(sample: Sample, table: SampleTable, number: int) -> str:
    if sample.single:
        return "records"
    last = _delivered(sample, table, number).rpartition("/")[2]
    return identifier(last.removesuffix(".csv")) or f"table_{number}"


def _delivered(sample: Sample, table: SampleTable, number: int) -> str:
    """Name the sheet or path, unless a value of the table is called so."""
    values = {v.casefold() for t in sample.tables for c in t.columns.values() for v in c if v}
    parts = table.delivered.split("/") if sample.format == "xml" else [table.delivered]
    hidden = any(part.casefold() in values and not is_known_word(part) for part in parts)
    return f"TABELLE_{number}" if hidden else table.delivered


def _unique(fields: Sequence[DraftField]) -> tuple[DraftField, ...]:
    """Give each field and each staging column its own name; the first of a role keeps the rule."""
    names: set[str] = set()
    seen: set[str] = set()
    found = []
    for field in fields:
        name = field.name
        while name in names:
            name = f"{name}_again"
        names.add(name)
        own = {rule.get("column") or rule.get("role", "") for rule in field.rules or ()}
        own -= {"", *SEVERAL}
        doubled = bool(own & seen)
        seen |= own
        rules = DROP if doubled else field.rules
        reason = "identifier" if doubled else field.reason
        found.append(replace(field, name=name, rules=rules, reason=reason))
    return tuple(found)


def _with_key(
    fields: tuple[DraftField, ...], columns: Mapping[str, Sequence[str | None]]
) -> tuple[DraftField, ...]:
    """Mark the primary key: one column that is always different, else two together."""
    values = list(columns.values())
    order = sorted(range(len(fields)), key=lambda place: _key_rank(fields[place]))
    running = any(field.name == RUNNING for field in fields)
    for place in order if not running else ():
        if fields[place].guess.unique and fields[place].guess.kind in ("string", "integer"):
            return _mark(fields, (place,))
    persons = [p for p in order if _is_person(fields[p]) and _complete(fields[p])]
    for first in persons:
        for second in order:
            other = fields[second]
            if second != first and _complete(other) and other.guess.kind != "number":
                pairs = set(zip(values[first], values[second], strict=True))
                if len(pairs) == fields[first].guess.rows:
                    return _mark(fields, (first, second))
    return fields


def _key_rank(field: DraftField) -> tuple[bool, bool, bool]:
    """Sort person numbers first, then running numbers and ids, then strings."""
    named = field.name.endswith(("_nr", "nummer", "number", "_id", "sequence", "kennung"))
    return not _is_person(field), not named, field.guess.kind != "string"


def _is_person(field: DraftField) -> bool:
    return any(rule.get("domain") == "person" for rule in field.rules or ())


def _complete(field: DraftField) -> bool:
    return 0 < field.guess.rows == field.guess.filled


def _mark(fields: tuple[DraftField, ...], places: tuple[int, ...]) -> tuple[DraftField, ...]:
    marked = list(fields)
    for position, place in enumerate(places, 1):
        marked[place] = replace(marked[place], key_position=position)
    if len(places) == 1 and not _is_person(marked[places[0]]):
        key = marked[places[0]]
        rule = {"rule": "pseudonymise", "domain": key.name, "column": "row_key"}
        marked[places[0]] = replace(
            key, rules=(rule,), classification="direct-identifier", reason="pseudonymised",
            guess=replace(key.guess, kind="string", code_list=None), codes=(),
        )  # fmt: skip
    return tuple(marked)


def _keyed_by_person(table: DraftTable) -> bool:
    keys = [field for field in table.fields if field.key_position]
    return len(keys) == 1 and _is_person(keys[0])


def _distinct(tables: Sequence[DraftTable]) -> tuple[DraftTable, ...]:
    names: dict[str, int] = {}
    found = []
    for table in tables:
        names[table.name] = names.get(table.name, 0) + 1
        number = names[table.name]
        found.append(table if number == 1 else replace(table, name=f"{table.name}_{number}"))
    return tuple(found)
