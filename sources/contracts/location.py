"""Where a delivery comes from, how it travels, and how it is written, as the contract says."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from kim_pipeline.periods import format_month
from kim_pipeline.settings import Settings
from sources.contracts.encodings import AUTO, same_encoding
from sources.contracts.problems import Problem, RefusedContract, problem
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
class Watermark:
    """A column of a database, as it is called there, whose highest value moves with any change."""

    table: str
    column: str


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
    when the path is a zip file that holds the tables' files. `watermark` tells of a database that
    nothing was changed since it was read, and no more.
    """

    format: str
    template: str
    encoding: str
    transport: Transport
    text: Text = Text()
    xml: Xml = field(default_factory=Xml)
    archive: str | None = None
    watermark: tuple[Watermark, ...] = ()

    def resolve(self, settings: Settings, month: date) -> str:
        """Fill inbox and month into the template; `{town}` stays."""
        inbox = str(settings.inbox)
        return self.template.replace("${KIM_INBOX}", inbox).replace("{month}", format_month(month))


def parse_location(document: Document) -> Location:
    """Read the one server of a contract.

    Raises RefusedContract naming every entry that is wrong and what to write.
    """
    servers = document.get("servers") or []
    if len(servers) != 1:
        raise RefusedContract(problem("one_server", "servers"))
    server, given = servers[0], custom(servers[0])
    found = [*_problems(server, given)]
    if found:
        raise RefusedContract(*found)
    return Location(
        format=server["format"],
        template=_template(server),
        encoding=_encoding(server),
        transport=_transport(server, given),
        text=_text(server, given),
        xml=_xml(given),
        archive=given.get("archive"),
        watermark=tuple(
            Watermark(mark["table"], mark["column"]) for mark in given.get("watermark") or []
        ),
    )


def _problems(server: Document, given: dict[str, Any]) -> Iterator[Problem]:
    if server.get("format") not in FORMATS:
        yield problem("server_format", "servers[0].format", allowed=", ".join(FORMATS))
    if not _template(server):
        yield problem("no_name", "servers[0]", name="path")
    elif server.get("format") == "sql" and _holds_password(_template(server)):
        yield problem("password", "servers[0].location")
    encoding = _encoding(server)
    if encoding != AUTO and not same_encoding(encoding, encoding):
        yield problem("encoding", "servers[0].encoding", name=encoding)
    kind = TRANSPORTS.get(server["type"])
    if kind is None:
        yield problem("server_type", "servers[0].type", allowed=", ".join(TRANSPORTS))
    if kind == "sftp" and not (given.get("user") and given.get("knownHostsFile")):
        yield problem("sftp_needs", "servers[0]")
    yield from _mark_problems(server, given)


def _mark_problems(server: Document, given: dict[str, Any]) -> Iterator[Problem]:
    if given.get("watermark") and server.get("format") != "sql":
        yield problem("watermark", "servers[0].watermark")
    text = _text(server, given)
    if text.thousands_separator == text.decimal_separator:
        yield problem("same_separators", "servers[0]")


def _template(server: Document) -> str:
    return str(server.get("path") or server.get("location") or "")


def _holds_password(location: str) -> bool:
    try:
        return bool(urlsplit(location).password)
    except ValueError:
        return False


def _encoding(server: Document) -> str:
    return str(server.get("encoding", "UTF-8")).lower()


def _transport(server: Document, given: dict[str, Any]) -> Transport:
    return Transport(
        kind=TRANSPORTS[server["type"]],
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
