"""XML deliveries: streamed, no DTD, no entity, no network; records and their parts become tables.

Where tables and fields stand is said in `xml_plan`. What is held does not grow with the file: each
outermost record is freed once its rows are taken.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, BinaryIO

import pyarrow as pa
from lxml import etree

from kim_pipeline.errors import DeliveryError
from sources.contracts.contract import Contract
from sources.readers.delivered import Delivered, check_unknown
from sources.readers.xml_document import check_document, check_encoding, load_schema, root_tag
from sources.readers.xml_plan import Plan, Slots, make_plan
from sources.readers.xml_rows import Gatherer, Rows

RECORD_BYTES = 32 << 20
SAFE = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}


class _Paced:
    """A stream that gives up where no record ends for too long, for all of it is held till then."""

    def __init__(self, stream: BinaryIO, where: str) -> None:
        self._stream = stream
        self._where = where
        self.since = 0

    def read(self, size: int = -1) -> bytes:
        """Read on, and count."""
        content = self._stream.read(size)
        self.since += len(content)
        if self.since > RECORD_BYTES:
            raise DeliveryError(
                f"{self._where}: a record has more than {RECORD_BYTES >> 20} MiB; ask for a file "
                "that holds the agreed records.",
                rule="unsafe",
            )
        return content


def read_xml(stream: BinaryIO, contract: Contract, month: date, where: str) -> dict[str, Delivered]:
    """Read all tables of one file.

    Raises DeliveryError for a DTD, another root element, month or encoding, or a file that is cut
    off, not well formed or not valid; the message has the line number and no text.
    """
    gatherer = _gatherer(stream, contract, where)
    for _ in _gather(stream, contract, month, where, gatherer):
        pass
    for rows in gatherer.rows.values():
        check_unknown(f"{where}, table {rows.table.name}", rows.table, len(rows.unknown))
    return {name: rows.delivered() for name, rows in gatherer.rows.items()}


def stream_xml(
    stream: BinaryIO, contract: Contract, month: date, where: str
) -> Iterator[tuple[str, pa.RecordBatch]]:
    """Yield the rows of all tables in batches; raises DeliveryError as `read_xml`."""
    gatherer = _gatherer(stream, contract, where)
    for _ in _gather(stream, contract, month, where, gatherer):
        yield from _taken(gatherer.rows)
    for name, rows in gatherer.rows.items():
        for batch in rows.delivered().rows.to_batches():
            yield name, batch


def _taken(gathered: Mapping[str, Rows]) -> Iterator[tuple[str, pa.RecordBatch]]:
    for name, rows in gathered.items():
        for batch in rows.take():
            yield name, batch


def _gatherer(stream: BinaryIO, contract: Contract, where: str) -> Gatherer:
    check_encoding(stream, contract, where)
    return Gatherer(make_plan(contract), contract.tables)


def _gather(
    stream: BinaryIO, contract: Contract, month: date, where: str, gatherer: Gatherer
) -> Iterator[None]:
    """Take record after record; yields after each."""
    for record, path, around in _records(stream, contract, month, where, gatherer):
        gatherer.add(record, path, around)
        yield


def _records(
    stream: BinaryIO, contract: Contract, month: date, where: str, gatherer: Gatherer
) -> Iterator[tuple[etree._Element, tuple[str, ...], list[Slots]]]:
    """Yield each outermost record once it is complete, with its path, then free its memory."""
    plan, paced = make_plan(contract), _Paced(stream, where)
    parser = etree.iterparse(
        paced,
        events=("start", "end"),
        tag=sorted(_tags(plan) | {root_tag(contract) or ""}),
        remove_comments=True,
        remove_pis=True,
        schema=load_schema(contract),
        **SAFE,
    )
    root: etree._Element | None = None
    around = _Around(gatherer)
    for event, element in _events(parser, where):
        if root is None:
            root = element.getroottree().getroot()
            check_document(root, contract, month, where)
        path = _path(element, root) if event == "end" else ()
        if path in plan.records:
            paced.since = 0
            yield element, path, around.texts(element, path)
            _free(element)
    if root is None:
        check_document(parser.root, contract, month, where)


def _events(parser: Any, where: str) -> Iterator[tuple[str, etree._Element]]:
    """Pass on what the parser finds; its errors may quote a value and are said anew."""
    try:
        yield from parser
    except etree.XMLSyntaxError as error:
        invalid = any(entry.domain_name.startswith("SCHEMAS") for entry in parser.error_log)
        what = "not valid by its schema" if invalid else "not well formed or cut off"
        rule = "changed_header" if invalid else "half"
        raise DeliveryError(
            f"{where}: {what} at line {error.lineno}; ask for the file again.", rule=rule
        ) from None


def _tags(plan: Plan) -> set[str]:
    return {path[-1] for path in plan.records}


def _path(element: etree._Element, root: etree._Element) -> tuple[str, ...]:
    """Give the tags from below the root down to an element."""
    tags = [element.tag]
    parent = element.getparent()
    while parent is not None and parent is not root:
        tags.append(parent.tag)
        parent = parent.getparent()
    return tuple(reversed(tags)) if parent is root else ()


class _Around:
    """The texts of the elements around records, read once for each, at its first record."""

    def __init__(self, gatherer: Gatherer) -> None:
        self._gatherer = gatherer
        self._known: dict[int, tuple[etree._Element, Slots]] = {}

    def texts(self, record: etree._Element, path: Sequence[str]) -> list[Slots]:
        """Give them from the root inwards."""
        chain: list[Slots] = []
        element, depth = record.getparent(), len(path) - 1
        while element is not None:
            if depth not in self._known or self._known[depth][0] is not element:
                self._known[depth] = (element, self._gatherer.texts(element, path[:depth]))
            chain.insert(0, self._known[depth][1])
            element, depth = element.getparent(), depth - 1
        return chain


def _free(record: etree._Element) -> None:
    """Free what is done, and no more: the parser has built some of what follows already."""
    record.clear()
    element: etree._Element | None = record
    while element is not None:
        parent = element.getparent()
        while parent is not None and element.getprevious() is not None:
            del parent[0]
        element = parent
