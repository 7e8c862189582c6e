"""CSV deliveries: every value a string, the header as the contract says, bad lines only counted."""

import codecs
import csv as lines
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Literal, cast

import pyarrow as pa
from pyarrow import csv

from kim_pipeline.errors import DeliveryError
from sources.contracts.encodings import UTF8, same_encoding
from sources.contracts.location import Location
from sources.contracts.tables import Table
from sources.readers.csv_rows import Watched, count_records, number_rows
from sources.readers.delivered import Delivered, check_columns
from sources.readers.text_encoding import check_names, find_encoding

HEADER_BYTES = 1 << 18
BLOCK = 1 << 20


@dataclass(frozen=True)
class _Form:
    """How one file is written, found out before its body is parsed."""

    table: Table
    location: Location
    encoding: str
    where: str


def read_csv(stream: BinaryIO, table: Table, location: Location, where: str) -> Delivered:
    """Read one file whole, from a stream that can be wound back.

    `where` names source and table in messages. Raises DeliveryError for a wrong encoding, an
    unreadable structure, or a missing column.
    """
    form, unknown = _form(stream, table, location, where)
    malformed: list[int] = []
    watched = Watched(stream)
    rows = _parse(cast(BinaryIO, watched), form, malformed, threads=True)
    if malformed:
        # One thread: only then Arrow knows the line number of a bad row.
        stream.seek(0)
        malformed.clear()
        rows = _parse(stream, form, malformed, threads=False)
    header = form.location.text.header_row
    seen = count_records(stream, form.location.text, form.encoding) if watched.blank else None
    good, bad = number_rows(rows.num_rows, malformed, header, seen)
    return Delivered(_renamed(rows, table), bad, unknown, form.encoding, numbers=good)


def stream_csv(
    stream: BinaryIO, table: Table, location: Location, where: str
) -> Iterator[pa.RecordBatch]:
    """Yield the rows in batches; what is held does not grow with the file.

    Raises DeliveryError as `read_csv`; rows of the wrong length are left out.
    """
    form, _ = _form(stream, table, location, where)
    names = [field.name for field in table.fields]
    try:
        with csv.open_csv(
            stream,
            read_options=_read_options(form, threads=True),
            parse_options=_parse_options(form, []),
            convert_options=_convert_options(form),
        ) as reader:
            for batch in reader:
                yield batch.rename_columns(names)
    except ValueError:
        raise _unreadable(form) from None


def _form(stream: BinaryIO, table: Table, location: Location, where: str) -> tuple[_Form, int]:
    """Find encoding and header out; the stream is wound back. The second: unknown columns."""
    form = _Form(table, location, find_encoding(stream, location.encoding, where), where)
    names = _header(stream, form)
    if not names:
        raise _unreadable(form)
    check_names(names, [field.delivered for field in table.fields], form.encoding, where)
    unknown = check_columns(where, table, names)
    stream.seek(0)
    return form, unknown


def _header(stream: BinaryIO, form: _Form) -> list[str]:
    """Read the names of the columns as Arrow will, which skips the lines above unparsed."""
    text = form.location.text
    decoder = codecs.getincrementaldecoder(_spoken(form.encoding))()
    start = decoder.decode(stream.read(HEADER_BYTES))
    for _ in range(text.header_row - 1):
        start = start.partition("\n")[2]
    reader = lines.reader(
        io.StringIO(start, newline=""), delimiter=text.delimiter, quotechar=text.quote_char
    )
    try:
        return next((row for row in reader if row), [])
    except lines.Error:
        raise _unreadable(form) from None


def _spoken(encoding: str) -> str:
    """Name the codec that also takes the byte order mark away."""
    return "utf-8-sig" if same_encoding(encoding, UTF8) else encoding


def _parse(stream: BinaryIO, form: _Form, malformed: list[int], threads: bool) -> pa.Table:
    try:
        return csv.read_csv(
            stream,
            read_options=_read_options(form, threads),
            parse_options=_parse_options(form, malformed),
            convert_options=_convert_options(form),
        )
    except ValueError:  # ArrowInvalid; its text may quote a value
        raise _unreadable(form) from None


def _read_options(form: _Form, threads: bool) -> csv.ReadOptions:
    return csv.ReadOptions(
        use_threads=threads,
        block_size=BLOCK,
        encoding=form.encoding,
        skip_rows=form.location.text.header_row - 1,
    )


def _parse_options(form: _Form, malformed: list[int]) -> csv.ParseOptions:
    def note(row: csv.InvalidRow) -> Literal["skip"]:
        malformed.append(row.number or 0)
        return "skip"

    return csv.ParseOptions(
        delimiter=form.location.text.delimiter,
        quote_char=form.location.text.quote_char,
        newlines_in_values=True,
        invalid_row_handler=note,
    )


def _convert_options(form: _Form) -> csv.ConvertOptions:
    names = [field.delivered for field in form.table.fields]
    return csv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()),
        include_columns=names,
        null_values=[""],
        strings_can_be_null=True,
        quoted_strings_can_be_null=True,
    )


def _renamed(rows: pa.Table, table: Table) -> pa.Table:
    return rows.rename_columns([field.name for field in table.fields])


def _unreadable(form: _Form) -> DeliveryError:
    return DeliveryError(
        f"{form.where}: not readable as CSV with the contract's delimiter and quotes; the file is "
        "empty, cut off or of another form. Ask for it again.",
        rule="half",
    )
