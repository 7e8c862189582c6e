"""Records that were erased are left out of what is delivered, with all rows that lead to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from kim_pipeline.warehouse.erased import Erased
from sources.contracts.contract import Contract
from sources.contracts.leading import PERSON, pseudonym_columns, reached
from sources.incoming.table_counts import TableCounts

RECORD = "record_pseudonym"


def without_erased(
    contract: Contract, tables: Mapping[str, pa.Table], erased: Erased
) -> dict[str, pa.Table]:
    """Leave the rows of erased records out of staged tables, and of others that have their key."""
    kept = dict(tables)
    lost = {PERSON: erased_in(contract, tables, erased)}
    if not lost[PERSON]:
        return kept
    waiting = {table.name: table for table in contract.tables if table.name in tables}
    while found := reached(waiting.values(), lost):
        for name, domain in found.items():
            columns = pseudonym_columns(waiting.pop(name))
            rows = kept[name]
            gone = _is_in(rows, columns[domain], lost[domain])
            kept[name] = rows.filter(pc.invert(gone))
            _lose(lost, columns, rows.filter(gone), kept[name])
    others = [name for name in tables if name not in {table.name for table in contract.tables}]
    return kept | {name: without_records(tables[name], lost[PERSON]) for name in others}


def erased_in(contract: Contract, tables: Mapping[str, pa.Table], erased: Erased) -> frozenset[str]:
    """Name the erased records that staged tables, or parts of them, speak of."""
    if not erased.marks:
        return frozenset()
    columns = {t.name: pseudonym_columns(t).get(PERSON) for t in contract.tables}
    named = (_texts(tables[n], column) for n, column in columns.items() if column and n in tables)
    return erased.among(frozenset().union(*named))


def without_records(rows: pa.Table, gone: Iterable[str]) -> pa.Table:
    """Leave records out of a table with one row per record."""
    return rows.filter(pc.invert(_is_in(rows, RECORD, gone)))


def tokens_without_erased(tokens: pa.Table, erased: Erased) -> pa.Table:
    """Leave erased records out of a token table."""
    gone = erased.among(_texts(tokens, RECORD)) if erased.marks else ()
    return without_records(tokens, gone) if gone else tokens


def counts_without(
    counts: Mapping[str, TableCounts], before: Mapping[str, pa.Table], kept: Mapping[str, pa.Table]
) -> dict[str, TableCounts]:
    """Count what was left out as withheld."""
    return {
        name: replace(
            count,
            rows_accepted=count.rows_accepted - (before[name].num_rows - kept[name].num_rows),
            rows_withheld=count.rows_withheld + before[name].num_rows - kept[name].num_rows,
        )
        for name, count in counts.items()
    }


def _lose(
    lost: dict[str, frozenset[str]], columns: Mapping[str, str], gone: pa.Table, kept: pa.Table
) -> None:
    """Add what only the rows that are gone led to."""
    for domain, column in columns.items():
        if domain != PERSON:
            named, stays = (_texts(rows, column) for rows in (gone, kept))
            lost[domain] = lost.get(domain, frozenset()) | (named - stays)


def _texts(rows: pa.Table, column: str) -> frozenset[str]:
    return frozenset(map(str, pc.unique(rows[column].drop_null()).to_pylist()))


def _is_in(rows: pa.Table, column: str, names: Iterable[str]) -> Any:
    return pc.is_in(rows[column], value_set=pa.array(list(names), pa.string()))
