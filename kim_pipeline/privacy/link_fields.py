"""The fields of a record that link people, as they are handed over: plaintext in memory only."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from kim_pipeline.privacy.columns import one_array

_TEXTS = pa.list_(pa.string())

LINK_FIELDS = pa.schema(
    {
        "record_pseudonym": pa.string(),
        "given": pa.string(),
        "family": pa.string(),
        "other_family": _TEXTS,
        "alias_given": _TEXTS,
        "alias_family": _TEXTS,
        "birth_year": pa.int32(),
        "birth_month": pa.int32(),
        "birth_day": pa.int32(),
        "birth_place": pa.string(),
        "nationality": pa.string(),
        "sex": pa.string(),
        "street": pa.string(),
        "house_number": pa.string(),
        "postcode": pa.string(),
        "azr_number": pa.string(),
        "same_as": _TEXTS,
        "not_same_as": _TEXTS,
        "nationality_group": pa.string(),
    }
)


def link_field(fields: pa.Table, name: str) -> Any:
    """Return one field as a plain array of its type; a column that is absent is all null."""
    kind = LINK_FIELDS.field(name).type
    if name not in fields.column_names:
        return pa.nulls(len(fields), kind)
    return one_array(fields[name]).cast(kind)
