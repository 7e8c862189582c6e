"""Samples of XML files: elements that hold elements are tables, those that hold text fields."""

from collections import Counter
from dataclasses import dataclass, field
from typing import BinaryIO

from lxml import etree

from sources.authoring.samples import MAX_ROWS, Sample, SampleTable, no_table

Row = dict[str, str]


@dataclass
class _Found:
    """What has been met on one path below the root: its rows, and those it stands in."""

    rows: list[Row] = field(default_factory=list)
    most_in_one: int = 0


def sample_xml(stream: BinaryIO) -> Sample:
    """Read the records of one XML file.

    Raises DeliveryError when it is not well formed, holds a DTD, or no records.
    """
    root = _root(stream)
    prefixes = _prefixes(root)
    found: dict[str, _Found] = {}
    for record in root:
        if len(record):
            _gather(record, _name(record, prefixes), {}, found, prefixes)
    tables = [_table(where, met) for where, met in found.items()]
    if not tables:
        raise no_table("holds no records")
    marks: dict[str, object] = {"rootElement": _name(root, prefixes)}
    if prefixes:
        marks["namespaces"] = {prefix: uri for uri, prefix in prefixes.items()}
    encoding = root.getroottree().docinfo.encoding or "UTF-8"
    return Sample("xml", encoding, tuple(tables), marks)


def _root(stream: BinaryIO) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.parse(stream, parser).getroot()
    except (etree.XMLSyntaxError, OSError):
        raise no_table("is not well formed XML") from None
    document = root.getroottree().docinfo
    if document.internalDTD is not None or document.doctype:
        raise no_table("holds a DTD, which is refused")
    return root


def _prefixes(root: etree._Element) -> dict[str, str]:
    """Give every namespace that elements use a prefix, its own where it has one."""
    used = Counter(etree.QName(e).namespace for e in root.iter("*") if etree.QName(e).namespace)
    own = {uri: prefix for prefix, uri in root.nsmap.items() if prefix}
    return {str(uri): own.get(str(uri), f"ns{n}") for n, uri in enumerate(used, 1)}


def _name(element: etree._Element, prefixes: dict[str, str]) -> str:
    qualified = etree.QName(element)
    prefix = prefixes.get(qualified.namespace or "")
    return f"{prefix}:{qualified.localname}" if prefix else qualified.localname


def _gather(
    element: etree._Element,
    where: str,
    around: Row,
    found: dict[str, _Found],
    prefixes: dict[str, str],
) -> None:
    """Note a record with its texts; what stands once in it belongs to it, the rest are tables."""
    met = found.setdefault(where, _Found())
    row: Row = {}
    parts: list[etree._Element] = []
    for child in element:
        if len(child):
            parts.append(child)
        else:
            row[_name(child, prefixes)] = (child.text or "").strip()
    if len(met.rows) < MAX_ROWS:
        met.rows.append({**row, **{f"../{name}": text for name, text in around.items()}})
    for part in parts:
        _gather(part, f"{where}/{_name(part, prefixes)}", row, found, prefixes)


def _table(where: str, met: _Found) -> SampleTable:
    names = list(dict.fromkeys(name for row in met.rows for name in row))
    columns = {name: tuple(row.get(name) or None for row in met.rows) for name in names}
    parent = where.rpartition("/")[0] or None
    return SampleTable(where, 1, columns, parent)
