"""Keyed token sets (KTS-1): what the linker sees of a person instead of name, date and address.

Tokens are made where names are known (link keys) and keyed again at the hub (hub keys), so that
neither side alone can recompute or guess them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kim_pipeline.errors import LinkError
from kim_pipeline.privacy.batch_cmac import cmac64, cmac64_of_tokens, cmac128
from kim_pipeline.privacy.columns import one_array
from kim_pipeline.privacy.keyring import Keyring
from kim_pipeline.privacy.padded_lists import bytes_of_lists, lists_of, padded, sorted_lists
from kim_pipeline.privacy.plain_tokens import LINK_FIELDS, Coded, plain_tokens

_TOKEN: pa.DataType = pa.int64()
_TOKENS: pa.DataType = pa.list_(pa.int64())
_COLUMNS: list[tuple[str, pa.DataType]] = [
    ("record_pseudonym", pa.string()),
    ("nationality_group", pa.string()),
    *((f"{name}{form}", _TOKEN) for form in ("", "_canon") for name in ("given", "family")),
    *((f"{name}{form}", _TOKENS) for form in ("_words", "_del1") for name in ("given", "family")),
    *((f"{name}{form}", _TOKEN) for form in ("_skel", "_skel1") for name in ("given", "family")),
    ("other_family", _TOKENS),
    *((f"dob{part}", _TOKEN) for part in ("", "_swapped", "_my", "_dy", "_dm")),
    *((name, _TOKEN) for name in ("addr", "street", "plz", "pob", "nat", "sex")),
    *((f"k{number}", _TOKEN) for number in range(1, 9)),
    ("azr", _TOKEN),
    ("same_as", pa.list_(pa.string())),
    ("not_same_as", pa.list_(pa.string())),
]
TOKEN_SETS = pa.schema(_COLUMNS)
_SHARED_LABELS = {
    "name": ("given", "family"),
    "canon": ("given_canon", "family_canon", "other_family"),
    "word": ("given_words", "family_words"),
    "del1": ("given_del1", "family_del1"),
    "skel": ("given_skel", "family_skel", "given_skel1", "family_skel1"),
    "dob": ("dob", "dob_swapped"),
}
_LABELS = {column: label for label, columns in _SHARED_LABELS.items() for column in columns}
_SIZES = {"_words": (4,), "_del1": (8, 12, 16), "other_family": (4,)}


def token_sets(fields: pa.Table, keyring: Keyring) -> pa.Table:
    """Key the link fields of a source: one row per record, sorted by `record_pseudonym`.

    `fields` has the columns of `LINK_FIELDS`, the result those of `TOKEN_SETS`. Columns that may
    be compared with each other (given and family name, a date and its swapped form) share a key.
    Lists are padded to few sizes with tokens that follow from `record_pseudonym`, so that two runs
    agree. The tokens are not yet re-keyed; `rekey` them before they are written.
    Raises LinkError when a record has no pseudonym.
    """
    unnamed = fields["record_pseudonym"].null_count
    if unnamed:
        raise LinkError(f"{unnamed} records have no record_pseudonym; reject them at intake.")
    plain = plain_tokens(fields)
    pseudonyms = one_array(fields["record_pseudonym"]).cast(pa.string())
    columns = {
        name: _keyed(name, plain[name], pseudonyms, keyring)
        if name in plain
        else _passed(fields, name)
        for name in TOKEN_SETS.names
    }
    return pa.table(columns, schema=TOKEN_SETS).sort_by("record_pseudonym")


def rekey(tokens: pa.Table, keyring: Keyring) -> pa.Table:
    """Key every token again under the hub's keys; equal tokens stay equal, order does not."""
    columns = {field.name: _rekeyed(field, tokens[field.name], keyring) for field in TOKEN_SETS}
    return pa.table(columns, schema=TOKEN_SETS)


def token_set_digest(tokens: pa.Table, keyring: Keyring) -> pa.FixedSizeBinaryArray:
    """Return a keyed 128-bit digest per record that changes when anything else in its row does.

    Compares two deliveries of a source without keeping tokens; row order is that of `tokens`.
    """
    key = keyring.hub_key("digest").secret
    parts = [
        _digest_part(key, tokens[field.name])
        for field in TOKEN_SETS
        if field.name != "record_pseudonym"
    ]
    rows = np.ascontiguousarray(np.column_stack(parts))
    wide = pa.binary(rows.shape[1] * rows.itemsize)
    return cmac128(
        key, pa.Array.from_buffers(wide, len(rows), [None, pa.py_buffer(rows.tobytes())])
    )


def label(column: str) -> str:
    """Return the key label of a token column; columns with one label can be compared."""
    return _LABELS.get(column, column)


def _passed(fields: pa.Table, name: str) -> Any:
    kind = LINK_FIELDS.field(name).type
    if name not in fields.column_names:
        return pa.nulls(len(fields), kind)
    return one_array(fields[name]).cast(kind)


def _keyed(name: str, content: Coded, pseudonyms: Any, keyring: Keyring) -> Any:
    key = keyring.link_key(label(name)).secret
    if not pa.types.is_list(content.values.type):
        return content.rows(cmac64(key, content.values))
    tokens = cmac64(key, content.values.flatten())
    sets = content.rows(lists_of(content.values, tokens))
    sizes = next(sizes for end, sizes in _SIZES.items() if name.endswith(end))
    starts = cmac64(keyring.link_key(f"padding {name}").secret, pseudonyms)
    return padded(sets, sizes, keyring.link_key("padding").secret, starts)


def _rekeyed(field: pa.Field[Any], column: Any, keyring: Keyring) -> Any:
    array: Any = one_array(column)
    if field.type == _TOKEN:
        return cmac64_of_tokens(keyring.hub_key(label(field.name)).secret, array)
    if field.type == _TOKENS:
        tokens = cmac64_of_tokens(keyring.hub_key(label(field.name)).secret, array.flatten())
        return sorted_lists(lists_of(array, tokens))
    return array


def _digest_part(key: bytes, column: Any) -> Any:
    """Return (n, m) int64: a mark for null, then the token or the digest of list or text."""
    array: Any = one_array(column)
    valid = array.is_valid().to_numpy(zero_copy_only=False).astype(np.int64)
    if pa.types.is_integer(array.type):
        return np.column_stack([valid, array.fill_null(0).to_numpy()])
    if array.type == _TOKENS:
        array = bytes_of_lists(array)
    elif pa.types.is_list(array.type):
        array = pc.binary_join(array, " ")
    tags: Any = cmac128(key, array.fill_null("" if array.type == pa.string() else b""))
    words = np.frombuffer(tags.buffers()[1], np.int64).reshape(-1, 2)
    return np.column_stack([valid, words])
