"""Texts that a spreadsheet would run as a formula, made harmless."""

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

# Also the full-width forms, which spreadsheets read as the plain ones.
TRIGGERS = "=+-@\t\r\n|＝＋－＠｜"
_BEGINS = f"^[{TRIGGERS.replace('-', chr(92) + '-').replace('|', chr(92) + '|')}]"
_MARK = "'"


def harmless(text: str) -> str:
    """Put an apostrophe before a text that begins like a formula."""
    return _MARK + text if text.startswith(tuple(TRIGGERS)) else text


def harmless_table(table: pa.Table) -> pa.Table:
    """Do the same to every text of an Arrow table; numbers, dates and nulls stay as they are."""
    columns = [_harmless(c) if pa.types.is_string(c.type) else c for c in table.columns]
    return pa.Table.from_arrays(columns, schema=table.schema)


def _harmless(column: Any) -> Any:
    mark: Any = pa.scalar(_MARK)
    marked = pc.binary_join_element_wise(mark, column, pa.scalar(""))
    return pc.if_else(pc.match_substring_regex(column, _BEGINS), marked, column)
