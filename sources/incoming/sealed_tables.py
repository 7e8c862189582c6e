"""The tables of a sealed delivery, checked: exactly the contract's columns, and no strange text.

What is written there must be a pseudonym or a value that the contract knows.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from kim_pipeline.errors import DeliveryError
from kim_pipeline.privacy.recontact import BLOBS, ENVELOPE, NONCE, TAG
from kim_pipeline.privacy.token_sets import LINK_TOKENS
from sources.contracts.code_lists import codes, nationality_groups
from sources.contracts.fields import Field
from sources.contracts.tables import KEY, PRECISIONS, Table, precisions
from sources.incoming.staged_rows import staged_schema

UUID = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
LONGEST_TEXT = 200


def check_staged(found: pa.Table, table: Table, where: str) -> None:
    """Check one staged table.

    Raises DeliveryError naming the first column that is wrong, and how many rows.
    """
    if not found.schema.equals(staged_schema(table)):
        raise DeliveryError(
            f"{where}: sealed with other columns than the contract's; seal again.", "changed_header"
        )
    unapproved = {field.name for field in table.fields if not field.approved}
    for column in table.columns:
        missing = found[column.name].null_count
        if missing and not column.nullable and column.name not in unapproved:
            raise _wrong(where, column.name, missing)
        if column.sql_type == "uuid":
            _check_pseudonyms(found[column.name], where, column.name)
    _check_keys(found[KEY[0]], where)
    for field in table.fields:
        for name in _open_texts(field, found):
            _check_texts(found[name], field, where, name)
        for column in precisions(field):
            _check(found[column.name], PRECISIONS.__contains__, where, column.name)


def _check_keys(keys: Any, where: str) -> None:
    if pc.count_distinct(keys).as_py() != len(keys):
        raise DeliveryError(f"{where}: {KEY[0]} is not unique; seal it again.", "unreadable")


def _open_texts(field: Field, found: pa.Table) -> list[str]:
    names = [rule.column or field.name for rule in field.rules_named("open")]
    return [name for name in names if pa.types.is_string(found[name].type)]


def check_tokens(found: pa.Table, persons: pa.ChunkedArray[Any], where: str) -> None:
    """Check a table of link tokens: one row per person of the delivery, in order, nothing legible.

    Raises DeliveryError naming the first column that is wrong.
    """
    if not found.schema.equals(LINK_TOKENS):
        raise DeliveryError(
            f"{where}: made by another version; seal with the hub's version.", "unreadable"
        )
    pseudonyms = found["record_pseudonym"]
    if pseudonyms.to_pylist() != persons.take(pc.sort_indices(persons)).to_pylist():
        raise DeliveryError(
            f"{where}: not one row for each person in order; seal it again.", "unreadable"
        )
    groups = {*nationality_groups().values()}
    _check(found["nationality_group"], groups.__contains__, where, "nationality_group")
    for name in ("same_as", "not_same_as"):
        _check_pseudonyms(pc.list_flatten(found[name]), where, name)


def check_blobs(found: pa.Table, persons: pa.ChunkedArray[Any], kid: str, where: str) -> None:
    """Check sealed record numbers: under the known key, of persons of the delivery, of fit size.

    Raises DeliveryError when they are not.
    """
    if not found.schema.equals(BLOBS):
        raise DeliveryError(
            f"{where}: made by another version; seal with the hub's version.", "unreadable"
        )
    known = set(persons.to_pylist())
    pseudonyms = found["record_pseudonym"].to_pylist()
    sizes = set(pc.binary_length(found["envelope"]).to_pylist())
    least = pc.min(pc.binary_length(found["blob"])).as_py() or NONCE + TAG
    other = set(found["kid"].to_pylist()) - {kid}
    if other or not set(pseudonyms) <= known or len(set(pseudonyms)) != len(pseudonyms):
        raise DeliveryError(
            f"{where}: not sealed to {kid} for the persons of this delivery.", "unreadable"
        )
    if not sizes <= {ENVELOPE} or least < NONCE + TAG:
        raise DeliveryError(f"{where}: damaged; seal it again.", "unreadable")


def _check_pseudonyms(column: Any, where: str, name: str) -> None:
    strange = pc.invert(pc.match_substring_regex(column, UUID))
    count = pc.sum(strange).as_py() or 0
    if count:
        raise _wrong(where, name, count)


def _check_texts(column: Any, field: Field, where: str, name: str) -> None:
    allowed = {code.value for code in field.staged_codes}
    if field.code_list:
        listed = codes(field.code_list, field.code_list_version)
        allowed |= {(field.value_map or {}).get(code, code) for code in listed}
    if allowed:
        _check(column, allowed.__contains__, where, name)
    elif field.pattern:
        pattern, mapped = re.compile(field.pattern), {*(field.value_map or {}).values()}
        _check(column, lambda text: text in mapped or bool(pattern.fullmatch(text)), where, name)
    else:
        _check(column, lambda text: len(text) <= LONGEST_TEXT, where, name)


def _check(column: Any, fits: Callable[[str], bool], where: str, name: str) -> None:
    values = pc.value_counts(column.drop_null() if column.null_count else column).to_pylist()
    count = sum(value["counts"] for value in values if not fits(value["values"]))
    if count:
        raise _wrong(where, name, count)


def _wrong(where: str, column: str, count: int) -> DeliveryError:
    return DeliveryError(
        f"{where}, column {column}: {count} sealed values are not what the contract allows; have "
        "the authority seal with the same contract.",
        "unreadable",
    )
