"""One table on its way in: typed, pseudonymised, its refused rows taken out and counted.

A draft still holds identifiers; it lives in memory only and is never written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from kim_pipeline.privacy.columns import Column
from kim_pipeline.privacy.key_derivation import Key
from kim_pipeline.privacy.pseudonyms import pseudonyms
from sources.contracts.location import Text
from sources.contracts.tables import KEY, Table
from sources.incoming.rejects import Rejection, judge
from sources.incoming.typing import Typed, Unreadable, type_table
from sources.readers.delivered import Delivered


@dataclass(frozen=True)
class Draft:
    """The accepted rows of one table: typed fields, and pseudonyms by staging column.

    `towns` are those in whose files the rows stood, where record numbers hold in one town only.
    `withheld` counts rows that were left out since no consent or approval covers them.
    """

    table: Table
    rows_read: int
    fields: Mapping[str, pa.Array[Any]]
    pseudonyms: Mapping[str, pa.Array[Any]]
    rejections: tuple[Rejection, ...]
    unreadable: Mapping[str, Unreadable]
    towns: pa.Array[Any] | None = None
    withheld: int = 0

    @property
    def rows(self) -> int:
        """Count the accepted rows."""
        return len(self.pseudonyms[KEY[0]])

    def by_domain(self) -> dict[str, pa.Array[Any]]:
        """Give the pseudonyms by their domain; equal ones in two tables mean one thing."""
        rules = [rule for field in self.table.fields for rule in field.rules_named("pseudonymise")]
        return {rule.domain or "": self.pseudonyms[rule.column or ""] for rule in rules}


def draft_table(delivered: Delivered, table: Table, key: Key, text: Text, where: str) -> Draft:
    """Type, pseudonymise and judge the rows of one table; `text` says how numbers are written.

    Raises DeliveryError when more rows are refused than the contract allows.
    """
    typed = type_table(delivered.rows, table, text)
    towns = delivered.towns() if table.by_town and delivered.shares else None
    keyed = _pseudonyms(typed, table, key, towns)
    accepted, rejections = judge(table, typed, keyed[KEY[0]], delivered, where)
    kept = np.flatnonzero(accepted)
    return Draft(
        table=table,
        rows_read=delivered.count,
        fields={name: column.take(kept) for name, column in typed.columns.items()},
        pseudonyms={name: column.take(kept) for name, column in keyed.items()},
        rejections=rejections,
        unreadable=typed.counts(delivered.row_numbers()),
        towns=None if towns is None else towns.take(kept),
    )


def _pseudonyms(
    typed: Typed, table: Table, key: Key, towns: pa.Array[Any] | None
) -> dict[str, pa.Array[Any]]:
    """Compute the row key and every pseudonym column of the contract."""
    scope: list[Column] = [] if towns is None else [towns]
    parts: list[Column] = [_text(typed.columns[field.name]) for field in table.key_fields]
    keyed: dict[str, pa.Array[Any]] = {KEY[0]: pseudonyms(scope + parts, key, table.key_domain)}
    for field in table.fields:
        for rule in field.rules_named("pseudonymise"):
            if rule.column and rule.column not in keyed:
                column = typed.columns[field.name]
                keyed[rule.column] = pseudonyms([*scope, column], key, rule.domain or "")
    return keyed


def _text(column: pa.Array[Any]) -> Column:
    return column.cast(pa.string())
