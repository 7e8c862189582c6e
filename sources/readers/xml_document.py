"""What an XML file promises as a whole: encoding, no DTD, root element, month, and its XSD."""

import re
from datetime import date
from typing import BinaryIO

from lxml import etree

from kim_pipeline.errors import ContractError, DeliveryError
from kim_pipeline.periods import format_month
from sources.contracts.contract import Contract
from sources.contracts.encodings import AUTO, UTF8, same_encoding
from sources.readers.xml_plan import qualified

DECLARATION_BYTES = 200
ENCODING = re.compile(rb"""(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding=["']([A-Za-z0-9._-]+)""")
SCHEMAS = "schemas"


def check_encoding(stream: BinaryIO, contract: Contract, where: str) -> None:
    """Compare what the XML declaration says; the stream is wound back.

    Raises DeliveryError when it is not what the contract says.
    """
    said = ENCODING.match(stream.read(DECLARATION_BYTES))
    stream.seek(0)
    agreed = contract.location.encoding
    if agreed != AUTO and not same_encoding(said[1].decode() if said else UTF8, agreed):
        raise DeliveryError(
            f"{where}: the file does not say encoding {agreed}; correct the file or the contract.",
            rule="encoding",
        )


def root_tag(contract: Contract) -> str | None:
    """Give the name of the root element as lxml writes it."""
    said = contract.location.xml.root_element
    return qualified(said, contract.location.xml.namespaces) if said else None


def check_document(root: etree._Element, contract: Contract, month: date, where: str) -> None:
    """Refuse a DTD, another root element, another month.

    Raises DeliveryError.
    """
    document = root.getroottree().docinfo
    if document.internalDTD is not None or document.doctype:
        raise DeliveryError(
            f"{where}: holds a DTD, which is refused; ask for a file without it.", rule="unsafe"
        )
    expected = root_tag(contract)
    if expected and root.tag != expected:
        raise DeliveryError(
            f"{where}: the root element is not {contract.location.xml.root_element}; is it "
            "another file?",
            rule="wrong_file",
        )
    attribute = contract.location.xml.month_attribute
    if attribute and root.get(attribute) != format_month(month):
        raise DeliveryError(
            f"{where}: {attribute} does not say this month; ask for the right file.",
            rule="wrong_month",
        )


def load_schema(contract: Contract) -> etree.XMLSchema | None:
    """Load the XSD beside the contract; it is ours, and still reads nothing from elsewhere.

    Raises ContractError when it is missing or none.
    """
    name = contract.location.xml.schema
    if name is None:
        return None
    path = contract.path.parent / SCHEMAS / name
    try:
        return etree.XMLSchema(etree.parse(path, etree.XMLParser(no_network=True, load_dtd=False)))
    except (OSError, etree.LxmlError):
        raise ContractError(
            f"{contract.path.name}: xmlSchema {name} is missing in {SCHEMAS}, or is no XSD."
        ) from None
