"""Workbook deliveries (XLSX, XLS, ODS): a sheet per table, found by its name.

Formulas are never computed: what the authority's program has stored as their value counts.
"""

import subprocess
import sys
from typing import BinaryIO

import pyarrow as pa

from kim_pipeline.errors import DeliveryError
from sources.contracts.contract import Contract
from sources.contracts.location import Text
from sources.contracts.tables import Table
from sources.readers.archive import Archive, Limits
from sources.readers.delivered import Delivered, check_columns
from sources.readers.workbook_cells import ROW, UNREADABLE, Request, read_answer, write_request
from sources.readers.workbook_texts import as_texts

LIMITS = Limits(members=2000, member_bytes=1 << 30, total_bytes=1 << 30)
MOST_BYTES = 256 << 20
OWN_MEMORY = 200 << 20
MEMORY_PER_BYTE = 8
XLS_MEMORY_PER_BYTE = 40
MOST_MEMORY = 2 << 30
"""More is never given, whatever a workbook explains: about 300,000 rows of 20 columns."""
SECONDS = 60
ZIPPED = ("xlsx", "ods")


def read_workbook(stream: BinaryIO, contract: Contract, where: str) -> dict[str, Delivered]:
    """Read all tables of one workbook.

    Raises DeliveryError when it is none, has a password, lacks a sheet or column, or takes more
    memory or time than its size explains.
    """
    location = contract.location
    request = Request(
        sheets={t.delivered: [field.delivered for field in t.fields] for t in contract.tables},
        header_row=location.text.header_row,
        memory_bytes=_memory(stream, location.format, where),
        seconds=SECONDS,
    )
    sheets = read_answer(_run(request, stream.read(), where), request.sheets)
    tables = {}
    for table in contract.tables:
        here = f"{where}, table {table.name}"
        if table.delivered not in sheets:
            raise DeliveryError(
                f"{here}: the workbook has no sheet {table.delivered}; ask for the agreed form.",
                rule="changed_header",
            )
        tables[table.name] = _delivered(*sheets[table.delivered], table, location.text, here)
    return tables


def _memory(stream: BinaryIO, form: str, where: str) -> int:
    """Say how many bytes reading may take, by what the file holds; the stream is wound back."""
    size = stream.seek(0, 2)
    stream.seek(0)
    if size > MOST_BYTES:
        raise DeliveryError(
            f"{where}: the workbook has more than {MOST_BYTES >> 20} MiB; ask for CSV instead.",
            rule="unsafe",
        )
    needed = OWN_MEMORY + size * XLS_MEMORY_PER_BYTE
    if form in ZIPPED:
        needed = OWN_MEMORY + Archive(stream, where, LIMITS).size * MEMORY_PER_BYTE
        stream.seek(0)
    if needed > MOST_MEMORY:
        raise DeliveryError(
            f"{where}: to read the workbook would take {needed >> 20} MiB of memory, more than the "
            f"{MOST_MEMORY >> 20} MiB that are given; ask for CSV, or for fewer sheets.",
            rule="unsafe",
        )
    return needed


def _run(request: Request, workbook: bytes, where: str) -> bytes:
    command = [sys.executable, "-P", "-m", "sources.readers.workbook_cells"]
    content = write_request(request, workbook)
    done = subprocess.run(
        command, input=content, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False
    )
    if done.returncode == UNREADABLE:
        raise DeliveryError(
            f"{where}: no workbook that can be read, or one with a password; ask for it without.",
            rule="half",
        )
    if done.returncode:
        raise DeliveryError(
            f"{where}: the workbook is damaged, or takes far more memory or time than its size "
            "explains, and is refused; ask for a newly saved one.",
            rule="unsafe",
        )
    return done.stdout


def _delivered(
    header: list[str], cells: pa.Table, table: Table, written: Text, where: str
) -> Delivered:
    unknown = check_columns(where, table, [name for name in header if name])
    texts = {f.name: as_texts(cells[f.delivered], f, written) for f in table.fields}
    return Delivered(
        rows=pa.table({name: made.column for name, made in texts.items()}),
        numbers=cells[ROW].to_numpy(),
        unknown=unknown,
        padded={name: made.padded for name, made in texts.items() if made.padded},
        spoiled={name: made.spoiled for name, made in texts.items() if made.spoiled},
    )
