"""XML deliveries: streamed, no DTD, no entity, no network; records and their parts become tables.

A table's `delivered` is its path below the root (`Person`, `Person/Leistung`); a field's is a child
element, or `../Name` for a child of the record around it.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import BinaryIO

import pyarrow as pa
from lxml import etree

from kim_pipeline.errors import DeliveryError
from kim_pipeline.periods import format_month
from sources.contracts.contract import Contract
from sources.contracts.encodings import UTF8, same_encoding
from sources.contracts.fields import Field
from sources.contracts.tables import Table
from sources.readers.delivered import Delivered, check_unknown

UP = "../"
DECLARATION_BYTES = 200
ENCODING = re.compile(rb"""(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding=["']([A-Za-z0-9._-]+)""")


class _Rows:
    """The rows of one table while they are gathered: one list of texts per field."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.path = table.delivered.split("/")
        self.columns: dict[str, list[str | None]] = {field.name: [] for field in table.fields}
        self.sought = [(field.name, *_way(field)) for field in table.fields]
        self.known = {field.delivered for field in table.fields}
        self.unknown: set[str] = set()

    def add(self, chain: list[dict[str, str | None]]) -> None:
        """Take one row; `chain` holds the texts of the record and those around it, inner last."""
        for name, steps, element in self.sought:
            self.columns[name].append(chain[-1 - steps].get(element))

    def delivered(self) -> Delivered:
        """Give the gathered rows as strings."""
        arrays = {name: pa.array(texts, pa.string()) for name, texts in self.columns.items()}
        return Delivered(pa.table(arrays), (), len(self.unknown))


def read_xml(stream: BinaryIO, contract: Contract, month: date, where: str) -> dict[str, Delivered]:
    """Read all tables of one file.

    Raises DeliveryError for a DTD, another root element, month or encoding, or a file that is cut
    off or not well formed; the message has the line number and no text.
    """
    _check_encoding(stream, contract, where)
    gathered = [_Rows(table) for table in contract.tables]
    try:
        for record in _records(stream, contract, month, where):
            _gather(record, [], [record.tag], gathered)
    except etree.XMLSyntaxError as error:
        raise DeliveryError(
            f"{where}: not well formed or cut off at line {error.lineno}; ask for the file again."
        ) from None
    for rows in gathered:
        check_unknown(f"{where}, table {rows.table.name}", rows.table, len(rows.unknown))
    return {rows.table.name: rows.delivered() for rows in gathered}


def _records(
    stream: BinaryIO, contract: Contract, month: date, where: str
) -> Iterator[etree._Element]:
    """Yield each record below the root once it is complete, then free its memory."""
    tops = {table.delivered.split("/")[0] for table in contract.tables}
    parser = etree.iterparse(
        stream,
        events=("start", "end"),
        tag=sorted({*tops, contract.location.xml.root_element or ""}),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    root: etree._Element | None = None
    for event, element in parser:
        if root is None:
            root = element.getroottree().getroot()
            _check_document(root, contract, month, where)
        if event == "end" and element.getparent() is root:
            yield element
            # Only what is done: the parser has already built some of the siblings that follow.
            element.clear()
            while element.getprevious() is not None:
                del root[0]
    if root is None:
        _check_document(parser.root, contract, month, where)


def _check_encoding(stream: BinaryIO, contract: Contract, where: str) -> None:
    """Compare what the XML declaration says; the stream is wound back."""
    said = ENCODING.match(stream.read(DECLARATION_BYTES))
    stream.seek(0)
    if not same_encoding(said[1].decode() if said else UTF8, contract.location.encoding):
        raise DeliveryError(
            f"{where}: the file does not say encoding {contract.location.encoding}; correct the "
            "file or the contract."
        )


def _check_document(root: etree._Element, contract: Contract, month: date, where: str) -> None:
    document = root.getroottree().docinfo
    if document.internalDTD is not None or document.doctype:
        raise DeliveryError(f"{where}: holds a DTD, which is refused; ask for a file without it.")
    expected = contract.location.xml.root_element
    if expected and root.tag != expected:
        raise DeliveryError(f"{where}: the root element is not {expected}; is it another file?")
    attribute = contract.location.xml.month_attribute
    if attribute and root.get(attribute) != format_month(month):
        raise DeliveryError(
            f"{where}: {attribute} does not say this month; ask for the right file."
        )


def _gather(
    record: etree._Element,
    chain: list[dict[str, str | None]],
    path: list[str],
    gathered: list[_Rows],
) -> None:
    texts: dict[str, str | None] = {}
    parts: list[etree._Element] = []
    for child in record:
        if len(child):
            parts.append(child)
        else:
            texts[child.tag] = (child.text or "").strip() or None
    here = [*chain, texts]
    for rows in gathered:
        if rows.path == path:
            rows.add(here)
            rows.unknown.update(texts.keys() - rows.known)
    for part in parts:
        _gather(part, here, [*path, part.tag], gathered)


def _way(field: Field) -> tuple[int, str]:
    steps = field.delivered.count(UP)
    return steps, field.delivered.removeprefix(UP * steps)
