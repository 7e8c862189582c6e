"""Where a delivery comes from, how it travels, and how it is written, as the contract says."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from kim_pipeline.errors import ContractError
from kim_pipeline.periods import format_month
from kim_pipeline.settings import Settings
from sources.contracts.encodings import AUTO, same_encoding
from sources.contracts.schema import Document, custom

FORMATS = ("csv", "xml", "sql", "xlsx", "xls", "ods")
WORKBOOKS = ("xlsx", "xls", "ods")
TRANSPORTS = {"local": "folder", "sftp": "sftp", "custom": "database", "postgres": "database"}


@dataclass(frozen=True)
class Text:
    """How texts are written: marks of CSV, marks of numbers everywhere.

    `header_row` counts from 1; rows above it are skipped (CSV and workbooks). `thousands_separator`
    is one character; groups of thousands are read with it alone.
    """

    delimiter: str = ";"
    quote_char: str = '"'
    decimal_separator: str = ","
    thousands_separator: str = "."
    header_row: int = 1


@dataclass(frozen=True)
class Xml:
    """What an XML delivery promises.

    `namespaces` maps the prefixes used in the contract's paths to their URIs; `schema` names an XSD
    in the folder `schemas` beside the contract.
    """

    root_element: str | None = None
    month_attribute: str | None = None
    namespaces: dict[str, str] = field(default_factory=dict)
    schema: str | None = None


@dataclass(frozen=True)
class Transport:
    """How a delivery travels.

    `kind` is folder, sftp or database. `complete` says when files may be taken: `at_once`, `stable`
    (size and time unchanged over a short wait), `ok_file` (`<file>.ok` or `<folder>/.ok` lies
    beside) or `checksum` (`<file>.sha256` holds). `known_hosts_file`, `key_file` and
    `password_file` name files in the folder of keys, so that no secret stands in a contract.
    """

    kind: str
    complete: str = "at_once"
    user: str | None = None
    known_hosts_file: str | None = None
    key_file: str | None = None
    password_file: str | None = None
    delete_after_pull: bool = False
    manifest_required: bool = False


@dataclass(frozen=True)
class Location:
    """Where a delivery comes from and how it is written.

    `template` is a path, an `sftp://` address or a database URL in which `${KIM_INBOX}`, `{month}`
    and, for deliveries of one file per town, `{town}` (its AGS) are filled in. `archive` is `zip`
    when the path is a zip file that holds the tables' files.
    """

    format: str
    template: str
    encoding: str
    transport: Transport
    text: Text = Text()
    xml: Xml = field(default_factory=Xml)
    archive: str | None = None

    def resolve(self, settings: Settings, month: date) -> str:
        """Fill inbox and month into the template; `{town}` stays."""
        inbox = str(settings.inbox)
        return self.template.replace("${KIM_INBOX}", inbox).replace("{month}", format_month(month))


def parse_location(document: Document) -> Location:
    """Read the one server of a contract.

    Raises ContractError naming the entry and what to write.
    """
    servers = document.get("servers") or []
    if len(servers) != 1:
        raise ContractError("servers: give exactly one place of delivery.")
    server, given = servers[0], custom(servers[0])
    if server.get("format") not in FORMATS:
        raise ContractError(f"servers[0].format: write one of {', '.join(FORMATS)}.")
    template = server.get("path") or server["location"]
    if server["format"] == "sql" and sa.make_url(template).password:
        raise ContractError("servers[0].location: holds a password; put it into passwordFile.")
    encoding = server.get("encoding", "UTF-8").lower()
    if encoding != AUTO and not same_encoding(encoding, encoding):
        raise ContractError(f"servers[0].encoding: {encoding} is no encoding known here.")
    return Location(
        format=server["format"],
        template=template,
        encoding=encoding,
        transport=_transport(server, given),
        text=_text(server, given),
        xml=_xml(given),
        archive=given.get("archive"),
    )


def _transport(server: Document, given: dict[str, Any]) -> Transport:
    kind = TRANSPORTS.get(server["type"])
    if kind is None:
        raise ContractError(f"servers[0].type: write one of {', '.join(TRANSPORTS)}.")
    if kind == "sftp" and not (given.get("user") and given.get("knownHostsFile")):
        raise ContractError("servers[0]: an sftp delivery needs user and knownHostsFile.")
    return Transport(
        kind=kind,
        complete=given.get("complete", "at_once"),
        user=given.get("user"),
        known_hosts_file=given.get("knownHostsFile"),
        key_file=given.get("keyFile"),
        password_file=given.get("passwordFile"),
        delete_after_pull=given["afterPull"] == "delete",
        manifest_required=given.get("manifest", "optional") == "required",
    )


def _text(server: Document, given: dict[str, Any]) -> Text:
    decimal = given.get("decimalSeparator", ",")
    thousands = given.get("thousandsSeparator", "." if decimal == "," else ",")
    if thousands == decimal:
        raise ContractError("servers[0]: thousandsSeparator and decimalSeparator are the same.")
    return Text(
        delimiter=given.get("delimiter") or server.get("delimiter") or ";",
        quote_char=given.get("quoteChar", '"'),
        decimal_separator=decimal,
        thousands_separator=thousands,
        header_row=int(given.get("headerRow", 1)),
    )


def _xml(given: dict[str, Any]) -> Xml:
    return Xml(
        root_element=given.get("rootElement"),
        month_attribute=given.get("monthAttribute"),
        namespaces=dict(given.get("namespaces") or {}),
        schema=given.get("xmlSchema"),
    )
