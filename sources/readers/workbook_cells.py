"""The cells of a workbook as texts with their kinds: a program of its own, within tight limits.

A workbook of a few bytes can claim billions of cells, and its parser believes it. So it is parsed
in a process that may hold only so much memory; where it breaks off, the delivery is refused and
nobody else suffers. It reads standard input, writes standard output, and knows no contract.
"""

from __future__ import annotations

import gc
import io
import json
import resource
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from python_calamine import CalamineError, CalamineWorkbook

TEXT, NUMBER, TRUTH, DAY, SPOILED = range(5)
CHUNK = 20_000
UNREADABLE = 3
KINDS = {
    str: TEXT, float: NUMBER, int: NUMBER, bool: TRUTH, date: DAY, datetime: DAY, time: SPOILED,
    timedelta: SPOILED,
}  # fmt: skip
CELL = pa.struct([("text", pa.string()), ("kind", pa.int8())])
# No column has an empty name; that of the numbers of the rows in their sheet does.
ROW = ""


@dataclass(frozen=True)
class Request:
    """What to read: per sheet the wanted columns; the row of the headers, from 1; the limits."""

    sheets: dict[str, list[str]]
    header_row: int
    memory_bytes: int
    seconds: int


def write_request(request: Request, workbook: bytes) -> bytes:
    """Put the request before the workbook."""
    return json.dumps(asdict(request)).encode() + b"\n" + workbook


def read_answer(answer: bytes, sheets: Iterable[str]) -> dict[str, tuple[list[str], pa.Table]]:
    """Give header and wanted columns of every sheet that was found."""
    stream = io.BytesIO(answer)
    found = {}
    for sheet in sheets:
        header = json.loads(stream.readline())
        if header is not None:
            found[sheet] = (header, pa.ipc.open_stream(stream).read_all())
    return found


def main() -> None:
    """Read a request, limit this process, answer."""
    gc.disable()  # cells hold no cycles, and there are many
    request = Request(**json.loads(sys.stdin.buffer.readline()))
    content = sys.stdin.buffer.read()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (request.seconds, request.seconds))
    resource.setrlimit(resource.RLIMIT_DATA, (request.memory_bytes, request.memory_bytes))
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
    except CalamineError:
        sys.exit(UNREADABLE)
    sink = io.FileIO(sys.stdout.fileno(), "w", closefd=False)
    for name, wanted in request.sheets.items():
        _answer(sink, workbook, name, wanted, request.header_row)


def _answer(
    sink: io.IOBase, workbook: CalamineWorkbook, name: str, wanted: Sequence[str], header_row: int
) -> None:
    if name not in workbook.sheet_names:
        sink.write(b"null\n")
        return
    rows = iter(workbook.get_sheet_by_name(name).iter_rows())
    header = [str(cell).strip() for cell in next(islice(rows, header_row - 1, None), [])]
    sink.write(json.dumps(header).encode() + b"\n")
    known = [column for column in wanted if column in header]
    schema = pa.schema([*((column, CELL) for column in known), (ROW, pa.int64())])
    with pa.ipc.new_stream(sink, schema) as writer:
        places = [header.index(column) for column in known]
        for batch in _batches(enumerate(rows, header_row + 1), places, schema):
            writer.write_batch(batch)


def _batches(
    rows: Iterator[tuple[int, Sequence[Any]]], places: Sequence[int], schema: pa.Schema
) -> Iterator[pa.RecordBatch]:
    while chunk := list(islice(rows, CHUNK)):
        # Formatted but empty rows are no rows.
        filled = [(number, row) for number, row in chunk if any(cell != "" for cell in row)]
        if filled:
            columns = list(zip(*(row for _, row in filled), strict=True))
            arrays = [_cells(columns[place]) for place in places]
            arrays.append(pa.array([number for number, _ in filled], pa.int64()))
            yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def _cells(column: Sequence[Any]) -> pa.Array[Any]:
    """Write the cells of one column as texts: numbers with 15 digits, days in ISO form."""
    if set(map(type, column)) == {str}:
        given = pa.array(column, pa.string())
        texts = pc.if_else(pc.equal(given, pa.scalar("")), None, given)
        kinds = pa.repeat(pa.scalar(TEXT, pa.int8()), len(column))
    else:
        texts = pa.array(map(_text, column), pa.string())
        kinds = pa.array([KINDS.get(type(cell), SPOILED) for cell in column], pa.int8())
    return pa.StructArray.from_arrays([texts, kinds], ["text", "kind"])


def _text(cell: Any) -> str | None:
    if isinstance(cell, str):
        return cell or None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int | float):
        return f"{cell:.15g}"
    return cell.isoformat()[:10] if isinstance(cell, date) else ""


if __name__ == "__main__":
    main()
