"""From the linking roles of a contract to the table that token sets are made of."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from kim_pipeline.privacy.columns import Column, map_distinct
from kim_pipeline.privacy.key_derivation import Key
from kim_pipeline.privacy.link_fields import LINK_FIELDS
from kim_pipeline.privacy.pseudonyms import pseudonyms
from sources.contracts.checks import ALIAS_COMMA
from sources.contracts.code_lists import nationality_groups
from sources.contracts.fields import Field
from sources.incoming.drafts import Draft

PERSON = "person"
POINTERS = ("same_as", "not_same_as")
DATE_PARTS = ("year", "month", "day")


def link_columns(draft: Draft, key: Key) -> pa.Table:
    """Fill the link fields of every accepted person record; holds names, so memory only.

    Several fields of one role are joined into one list (birth and former names). An alias is
    written `family name, given names` and comes apart into two lists; either part may be missing.
    Pointers to other records of the source become their pseudonyms. Roles that no field plays, or
    only fields that no approval covers, are left out.
    """
    columns: dict[str, pa.Array[Any]] = {"record_pseudonym": draft.by_domain()[PERSON]}
    for role, fields in _roles(draft).items():
        values = [draft.fields[field.name] for field in fields]
        if role == "birth_date":
            for part in DATE_PARTS:
                columns[f"birth_{part}"] = pc.struct_field(values[0], part)
        elif role == "alias":
            columns |= _aliases(_joined(values))
        elif role in POINTERS:
            columns[role] = _pointers(_joined(values), key, draft.towns)
        elif pa.types.is_list(LINK_FIELDS.field(role).type):
            columns[role] = _joined(values)
        else:
            columns[role] = values[0]
    if "nationality" in columns:
        groups = nationality_groups()
        columns["nationality_group"] = map_distinct(groups.get, columns["nationality"], pa.string())
    return pa.table({name: column.cast(_kind(name)) for name, column in columns.items()})


def _kind(name: str) -> pa.DataType:
    kind: pa.DataType = LINK_FIELDS.field(name).type
    return kind


def _roles(draft: Draft) -> dict[str, list[Field]]:
    roles: dict[str, list[Field]] = {}
    for field in draft.table.fields:
        # What no approval covers does not become tokens, not even for a moment.
        for rule in field.rules_named("link") if field.approved else ():
            roles.setdefault(rule.role or "", []).append(field)
    return roles


def _joined(values: list[pa.Array[Any]]) -> pa.Array[Any]:
    """Join single values and lists row by row into one list; nothing at all is null."""
    rows = zip(*(value.to_pylist() for value in values), strict=True)
    joined = [[text for value in row for text in _texts(value)] or None for row in rows]
    return pa.array(joined, pa.list_(pa.string()))


def _texts(value: str | list[str] | None) -> list[str]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _aliases(lists: pa.Array[Any]) -> dict[str, pa.Array[Any]]:
    rows = [None if row is None else [_parts(alias) for alias in row] for row in lists.to_pylist()]
    return {
        name: pa.array(
            [None if row is None else [parts[place] for parts in row] for row in rows],
            pa.list_(pa.string()),
        )
        for place, name in enumerate(("alias_family", "alias_given"))
    }


def _parts(alias: str) -> tuple[str | None, str | None]:
    family, _, given = alias.partition(ALIAS_COMMA)
    return family.strip() or None, given.strip() or None


def _pointers(lists: pa.Array[Any], key: Key, towns: pa.Array[Any] | None) -> pa.Array[Any]:
    """Turn numbers into pseudonyms; where they hold in one town only, the row's own is meant."""
    numbers: list[Column] = [pc.list_flatten(lists)]
    if towns is not None:
        numbers.insert(0, towns.take(pc.list_parent_indices(lists)))
    flat = pseudonyms(numbers, key, PERSON).to_pylist()
    lengths = pc.fill_null(pc.list_value_length(lists), 0).to_pylist()
    taken = iter(flat)
    rows = [sorted({str(next(taken)) for _ in range(length)}) or None for length in lengths]
    return pa.array(rows, pa.list_(pa.string()))
