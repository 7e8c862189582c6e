"""OASIS genericode 1.0, in which the XRepository gives out the code lists of the XÖV standards.

Source: Code List Representation (genericode) Version 1.0, OASIS committee specification 01, 2007.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from lxml import etree

from kim_pipeline.errors import ContractError
from sources.authoring.list_import import OfficialList, Row
from sources.contracts.list_files import ListFacts

MAX_BYTES = 100 << 20


def read_genericode(path: Path) -> OfficialList:
    """Read one code list file.

    Raises ContractError for a DTD, a file that is no genericode code list or not well formed.
    """
    root = _root(path)
    if etree.QName(root).localname != "CodeList":
        raise ContractError(f"{path.name}: no genericode code list; its root is not CodeList.")
    columns = {c.get("Id", ""): _text(c, "ShortName") or c.get("Id", "") for c in _columns(root)}
    names = _distinct(columns)
    return OfficialList(
        rows=tuple(_rows(root, names)),
        columns=tuple(names.values()),
        key=_key(root, names),
        version=_text(root, "Identification", "Version"),
        facts=ListFacts(
            title=_text(root, "Identification", "LongName")
            or _text(root, "Identification", "ShortName"),
            uri=_text(root, "Identification", "CanonicalVersionUri")
            or _text(root, "Identification", "CanonicalUri"),
            agency=_text(root, "Identification", "Agency", "LongName"),
            valid_from=_valid_from(root),
        ),
    )


def _root(path: Path) -> etree._Element:
    if path.stat().st_size > MAX_BYTES:
        raise ContractError(f"{path.name}: larger than any code list; is it another file?")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(path.read_bytes(), parser)
    except etree.XMLSyntaxError as error:
        raise ContractError(
            f"{path.name}: not well formed XML, line {error.lineno}; fetch the list again."
        ) from None
    document = root.getroottree().docinfo
    if document.internalDTD is not None or document.doctype:
        raise ContractError(f"{path.name}: holds a DTD, which is refused; fetch the list again.")
    return root


def _find(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    """Yield the descendants along a path of local names; the standard leaves them unqualified."""
    if not names:
        yield element
        return
    for child in element:
        if etree.QName(child).localname == names[0]:
            yield from _find(child, *names[1:])


def _text(element: etree._Element, *names: str) -> str:
    found = next(_find(element, *names), None)
    return " ".join((found.text or "").split()) if found is not None else ""


def _columns(root: etree._Element) -> Iterator[etree._Element]:
    yield from _find(root, "ColumnSet", "Column")
    yield from _find(root, "ColumnSet", "ColumnRef")


def _distinct(columns: dict[str, str]) -> dict[str, str]:
    """Give columns their short name, or their id where two have the same."""
    names = list(columns.values())
    return {key: name if names.count(name) == 1 else key for key, name in columns.items()}


def _key(root: etree._Element, names: dict[str, str]) -> str | None:
    """Give the column of the first key that has exactly one."""
    for key in _find(root, "ColumnSet", "Key"):
        parts = [names.get(part.get("Ref", "")) for part in _find(key, "ColumnRef")]
        if len(parts) == 1 and parts[0]:
            return parts[0]
    return None


def _rows(root: etree._Element, names: dict[str, str]) -> Iterator[Row]:
    ids = list(names)
    for row in _find(root, "SimpleCodeList", "Row"):
        values: Row = {}
        place = 0
        for value in _find(row, "Value"):
            # A value without a reference belongs to the column after that of the value before it.
            column = value.get("ColumnRef") or (ids[place] if place < len(ids) else "")
            place = ids.index(column) + 1 if column in names else place + 1
            if column in names:
                values[names[column]] = _text(value, "SimpleValue")
        yield values


def _valid_from(root: etree._Element) -> date | None:
    """Find since when this version holds; the profile of the XÖV standards says it apart."""
    for note in _find(root, "Annotation"):
        for element in note.iter("*"):
            name = etree.QName(element).localname.lower()
            if "gueltig" in name and name.endswith("ab") and element.text:
                return _day(element.text.strip()[:10])
    return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
