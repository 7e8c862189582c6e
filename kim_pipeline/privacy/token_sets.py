"""Keyed token sets (KTS-1): what the linker sees of a person instead of name, date and address.

Tokens are made where names are known (link keys) and keyed again at the hub (hub keys), so that
neither side alone can recompute or guess them. Both keys change with their epochs.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from kim_pipeline.errors import LinkError
from kim_pipeline.privacy.batch_cmac import cmac64
from kim_pipeline.privacy.columns import Coded, one_array
from kim_pipeline.privacy.composites import Secret, date_tokens, match_keys, place_tokens
from kim_pipeline.privacy.epochs import Epochs, epochs_of
from kim_pipeline.privacy.keyed_names import KeyedNames, key_names
from kim_pipeline.privacy.keyring import Keyring
from kim_pipeline.privacy.link_fields import link_field
from kim_pipeline.privacy.normalise import VERSION
from kim_pipeline.privacy.other_names import OWN, other_sets
from kim_pipeline.privacy.padded_lists import lists_of, padded, sorted_lists
from kim_pipeline.privacy.plain_tokens import PlainTokens, plain_tokens
from kim_pipeline.privacy.record_digest import DIGEST, record_digests
from kim_pipeline.privacy.word_cmac import cmac64_of_words

_TOKEN: pa.DataType = pa.int64()
_TOKENS: pa.DataType = pa.list_(pa.int64())
_COLUMNS: list[tuple[str, pa.DataType]] = [
    ("record_pseudonym", pa.string()),
    ("nationality_group", pa.string()),
    *((f"{name}{form}", _TOKEN) for form in ("", "_canon") for name in ("given", "family")),
    *((f"{name}{form}", _TOKENS) for form in ("_words", "_del1") for name in ("given", "family")),
    *((f"{name}{form}", _TOKEN) for form in ("_skel", "_skel1") for name in ("given", "family")),
    *((f"dob{part}", _TOKEN) for part in ("", "_swapped", "_my", "_dy", "_dm")),
    *((name, _TOKEN) for name in ("addr", "street", "plz", "pob", "nat", "sex")),
    *((f"k{number}", _TOKEN) for number in range(1, 9)),
    ("azr", _TOKEN),
    *((name, _TOKENS) for name in OWN),
    ("same_as", pa.list_(pa.string())),
    ("not_same_as", pa.list_(pa.string())),
]
LINK_TOKENS = pa.schema(_COLUMNS)
"""What leaves the place where names are known: tokens under link keys."""
TOKEN_SETS = LINK_TOKENS.append(pa.field("digest", DIGEST))
"""What the linker works on: tokens under hub keys, and the digest of what they were before."""
_SHARED_LABELS = {
    "name": ("given", "family"),
    "canon": ("given_canon", "family_canon"),
    "word": ("given_words", "family_words"),
    "del1": ("given_del1", "family_del1"),
    "skel": ("given_skel", "family_skel", "given_skel1", "family_skel1"),
    "dob": ("dob", "dob_swapped"),
}
_SHARED = {column: label for label, columns in _SHARED_LABELS.items() for column in columns}
_LABELS = _SHARED | {other: _SHARED.get(own, own) for other, own in OWN.items()}
_PART_LABELS = {"behind": "number"}
_ROWS_AT_ONCE = 1 << 17  # what is held beside the result does not grow with the source
_PASSED = ("record_pseudonym", "nationality_group", "same_as", "not_same_as")
_SIZES = {
    **{f"{name}_words": (4,) for name in ("given", "family")},
    **{f"{name}_del1": (8, 12, 16) for name in ("given", "family")},
    **dict.fromkeys(OWN, (4,)),
}


def encode(fields: pa.Table, keyring: Keyring, month: date) -> pa.Table:
    """Make the token table of a source for the month that is linked: key, then key again.

    Its schema metadata is the `stamp` of the month.
    """
    epochs = epochs_of(month)
    made = rekey(token_sets(fields, keyring, epochs), keyring, epochs)
    return made.replace_schema_metadata(stamp(month))


def stamp(month: date) -> dict[bytes, bytes]:
    """Return what token tables that may be compared in this month's link run say of themselves."""
    epochs = epochs_of(month)
    texts = {"version": VERSION, "link_epoch": epochs.link, "hub_epoch": epochs.hub}
    return {name.encode(): text.encode() for name, text in texts.items()}


def token_sets(fields: pa.Table, keyring: Keyring, epochs: Epochs) -> pa.Table:
    """Key the link fields of a source: one row per record, sorted by `record_pseudonym`.

    `fields` has the columns of `LINK_FIELDS`, the result those of `LINK_TOKENS`. Columns that may
    be compared (given and family name, a date and its swapped form, a match key and the one under
    another name) share a key. Lists are padded to few sizes with tokens that follow from
    `record_pseudonym`, so that two runs agree. Pseudonyms are keyed: their order is a shuffle that
    tells nothing of the order of delivery. `rekey` the tokens before they are written.
    Raises LinkError when a record has no pseudonym.
    """
    unnamed = fields["record_pseudonym"].null_count
    if unnamed:
        raise LinkError(f"{unnamed} records have no record_pseudonym; reject them at intake.")
    ordered = fields.sort_by("record_pseudonym")
    return _in_parts(ordered, lambda p: key_contents(plain_tokens(p), p, keyring, epochs))


def key_contents(
    plain: PlainTokens, fields: pa.Table, keyring: Keyring, epochs: Epochs
) -> pa.Table:
    """Key the contents of `plain_tokens`; pseudonyms and what is open come from `fields`."""

    def secret(label: str) -> bytes:
        return keyring.link_key(label, epochs.link).secret

    names = key_names(plain.names, secret)
    tokens = _single_tokens(plain, names, secret)
    sets = names.sets("given") | names.sets("family")
    sets |= other_sets(plain.others, names, tokens, plain.born.year, secret)
    passed = {name: link_field(fields, name) for name in _PASSED}
    columns = passed | tokens
    seeds = cmac64(secret("padding"), passed["record_pseudonym"])
    for name, sizes in _SIZES.items():
        columns[name] = padded(sets[name], sizes, secret(f"padding {name}"), seeds)
    return pa.table({name: columns[name] for name in LINK_TOKENS.names}, schema=LINK_TOKENS)


def rekey(tokens: pa.Table, keyring: Keyring, epochs: Epochs) -> pa.Table:
    """Key every token again under the hub's keys, and add the digest of each record as it came.

    `tokens` has the columns of `LINK_TOKENS`, the result those of `TOKEN_SETS`. Equal tokens stay
    equal within the hub epoch, their order does not. The digest's key is lasting: it is the same in
    all months of a link epoch in which nothing of the record changed.
    """
    return _in_parts(tokens, lambda part: _rekeyed_part(part, keyring, epochs))


def label(column: str) -> str:
    """Return the key label of a token column; columns with one label can be compared."""
    return _LABELS.get(column, column)


def _single_tokens(plain: PlainTokens, names: KeyedNames, secret: Secret) -> dict[str, Any]:
    texts = {
        name: content.rows(cmac64(secret(_PART_LABELS.get(name, name)), content.values))
        for name, content in plain.texts.items()
    }
    number = pc.coalesce(texts["number"], texts["behind"])
    place = Coded(cmac64(secret("pob"), plain.names.forms.canon), plain.names.places["pob"])
    tokens = names.tokens("given") | names.tokens("family") | texts | {"pob": place.rows()}
    tokens |= date_tokens(plain.born, secret)
    tokens |= place_tokens(texts["plz"], texts["road"], number, secret)
    return tokens | match_keys(tokens, plain.born.year, secret)


def _in_parts(table: pa.Table, work: Callable[[pa.Table], pa.Table]) -> pa.Table:
    """Make tokens of some records at a time: no record's tokens depend on another's."""
    starts = range(0, max(1, table.num_rows), _ROWS_AT_ONCE)
    return pa.concat_tables(work(table.slice(start, _ROWS_AT_ONCE)) for start in starts)


def _rekeyed_part(tokens: pa.Table, keyring: Keyring, epochs: Epochs) -> pa.Table:
    columns = {field.name: _rekeyed(field, tokens, keyring, epochs) for field in LINK_TOKENS}
    columns["digest"] = record_digests(tokens, keyring.hub_key("digest").secret)
    return pa.table(columns, schema=TOKEN_SETS)


def _rekeyed(field: pa.Field[Any], tokens: pa.Table, keyring: Keyring, epochs: Epochs) -> Any:
    array: Any = one_array(tokens[field.name])
    key = keyring.hub_key(label(field.name), epochs.hub).secret
    if field.type == _TOKEN:
        return cmac64_of_words(key, array)
    if field.type == _TOKENS:
        return sorted_lists(lists_of(array, cmac64_of_words(key, array.flatten())))
    return array
