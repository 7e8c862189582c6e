"""CSV deliveries: every value a string, the header as the contract says, bad lines only counted."""

import codecs
from typing import BinaryIO, Literal

import pyarrow as pa
from pyarrow import csv

from kim_pipeline.errors import DeliveryError
from sources.contracts.encodings import UTF8, same_encoding
from sources.contracts.location import Location
from sources.contracts.tables import Table
from sources.readers.delivered import Delivered, check_unknown

CHUNK = 1 << 20


def read_csv(stream: BinaryIO, table: Table, location: Location, where: str) -> Delivered:
    """Read one file whole, from a stream that can be wound back.

    `where` names source and table in messages. Raises DeliveryError for a wrong encoding, an
    unreadable structure, or a missing column.
    """
    _check_encoding(stream, location.encoding, where)
    malformed: list[int] = []
    rows = _parse(stream, table, location, where, malformed)
    names = rows.column_names
    for field in table.fields:
        if field.delivered not in names:
            raise DeliveryError(
                f"{where}: column {field.delivered} is missing in the header; ask the authority "
                "for the agreed columns, or change the contract."
            )
    if len(set(names)) < len(names):
        raise DeliveryError(f"{where}: a column name occurs twice in the header.")
    unknown = len(names) - len(table.fields)
    check_unknown(where, table, unknown)
    known = rows.select([field.delivered for field in table.fields])
    return Delivered(
        known.rename_columns([field.name for field in table.fields]), tuple(malformed), unknown
    )


def _check_encoding(stream: BinaryIO, encoding: str, where: str) -> None:
    """Decode everything once, before a parser could stumble over half of it; winds back."""
    decoder = codecs.getincrementaldecoder(encoding)()
    start = stream.read(len(codecs.BOM_UTF8))
    marked = start == codecs.BOM_UTF8 and not same_encoding(encoding, UTF8)
    stream.seek(0)
    try:
        for chunk in iter(lambda: stream.read(CHUNK), b""):
            marked |= b"\0" in chunk
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        readable = False
    else:
        readable = not marked
    stream.seek(0)
    if not readable:
        raise DeliveryError(
            f"{where}: the file is not {encoding}; correct the contract or ask for it in that "
            "encoding."
        )


def _parse(
    stream: BinaryIO, table: Table, location: Location, where: str, malformed: list[int]
) -> pa.Table:
    def note(row: csv.InvalidRow) -> Literal["skip"]:
        malformed.append(row.number or 0)
        return "skip"

    try:
        return csv.read_csv(
            stream,
            # One thread: only then Arrow knows the line number of a bad row.
            read_options=csv.ReadOptions(use_threads=False, encoding=location.encoding),
            parse_options=csv.ParseOptions(
                delimiter=location.text.delimiter,
                quote_char=location.text.quote_char,
                newlines_in_values=True,
                invalid_row_handler=note,
            ),
            convert_options=csv.ConvertOptions(
                column_types={field.delivered: pa.string() for field in table.fields},
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        )
    except ValueError:  # ArrowInvalid; its text may quote a value
        raise DeliveryError(
            f"{where}: not readable as CSV with the contract's delimiter and quotes; the file is "
            "empty, cut off or of another form. Ask for it again."
        ) from None
