"""Finding rule on code lists: codes that had expired and still stand on current rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa

from kim_pipeline.privacy.columns import map_distinct, nulls
from sources.contracts.checks import CODE_ARGUMENT, CODE_RULE
from sources.contracts.code_lists import listed_codes
from sources.contracts.tables import Finding, Table
from sources.incoming.spans import days
from sources.incoming.typing import Mask

Arguments: TypeAlias = "Mapping[str, list[pa.Array[Any]]]"

LAST_DAYS = "last_days"
"""What `with_last_days` adds: per code column, the last valid day of the code in each row."""


def code_expired(given: Arguments, reference_date: date) -> Mask:
    """Find rows not ended by the reference date whose code had its last valid day before it.

    `last_days` holds that day per code column; null for a code that may still be used.
    """
    today = np.datetime64(reference_date)
    current: Mask = np.ones(len(given[CODE_ARGUMENT][0]), np.bool_)
    if "ended_on" in given:
        ended = days(given["ended_on"][0])
        current = np.isnat(ended) | (ended > today)
    found: Mask = np.zeros(len(current), np.bool_)
    for column in given[LAST_DAYS]:
        found |= ~nulls(column) & (days(column) < today)
    return found & current


def with_last_days(finding: Finding, table: Table, given: Arguments) -> Arguments:
    """Add the last valid day of each code by the field's list, where the rule asks for it."""
    if finding.rule != CODE_RULE:
        return given
    names = finding.arguments[CODE_ARGUMENT]
    columns = zip(names, given[CODE_ARGUMENT], strict=True)
    return {**given, LAST_DAYS: [_last_days(table, name, codes) for name, codes in columns]}


def _last_days(table: Table, name: str, codes: pa.Array[Any]) -> pa.Array[Any]:
    field = table.field(name)
    listed = listed_codes(field.code_list or "", field.code_list_version)

    def last_day(code: str) -> date | None:
        entry = listed.get(code)
        return entry.valid_to if entry and entry.valid_to < date.max else None

    return map_distinct(last_day, codes, pa.date32())
