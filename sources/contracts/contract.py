"""One source as its contract describes it, and loading contracts; reading is done elsewhere."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import sqlalchemy as sa

from kim_pipeline.errors import ContractError
from kim_pipeline.periods import format_month
from kim_pipeline.settings import Settings
from sources.contracts.checks import check_tables
from sources.contracts.encodings import same_encoding
from sources.contracts.parsing import parse_table
from sources.contracts.schema import Document, custom, read_document
from sources.contracts.tables import Table

FORMATS = ("csv", "xml", "sql")

IN_THE_BOX = Path(__file__).parents[1]

# Deliveries of a month come early in the next; the month job follows after their grace.
LAST_DAY_OF_CRON = 20


@dataclass(frozen=True)
class Location:
    """Where a delivery comes from and how it is written.

    `template` is a path or database URL in which `${KIM_INBOX}` and `{month}` are filled in;
    `password_file` names a file in the folder of keys, so that no secret stands in a contract.
    """

    format: str
    template: str
    encoding: str
    delimiter: str = ";"
    quote_char: str = '"'
    decimal_separator: str = ","
    root_element: str | None = None
    month_attribute: str | None = None
    password_file: str | None = None
    delete_after_pull: bool = False

    def resolve(self, settings: Settings, month: date) -> str:
        """Fill inbox and month into the template."""
        inbox = str(settings.inbox)
        return self.template.replace("${KIM_INBOX}", inbox).replace("{month}", format_month(month))


@dataclass(frozen=True)
class Cadence:
    """When a delivery is expected: cron expression, days it may be late, days it is kept sealed."""

    cron: str
    late_after_days: int
    landing_days: int


@dataclass(frozen=True)
class Contract:
    """One source: where it comes from, when, and its tables. `source` is the contract's id."""

    path: Path
    source: str
    version: str
    name: str
    label: str
    comment: str
    legal_basis: str
    location: Location
    cadence: Cadence
    tables: tuple[Table, ...]

    def table(self, name: str) -> Table:
        """Find a table by name; KeyError when there is none."""
        return {table.name: table for table in self.tables}[name]

    def step(self, name: str) -> str:
        """Name what a step of the intake makes of this source: `<source>_<name>`."""
        return f"{self.source}_{name}"

    def staging_name(self, table: Table) -> str:
        """Name the staging table: `<source>_<table>`."""
        return f"{self.source}_{table.name}"

    @property
    def person_table(self) -> Table | None:
        """Give the table whose rows become token sets, if the source has one."""
        return next((table for table in self.tables if table.links_people), None)


def load_contract(path: Path) -> Contract:
    """Load and check one contract.

    Raises ContractError naming file, YAML path and remedy.
    """
    document = read_document(path)
    try:
        contract = _parse(path, document)
    except ContractError as error:
        raise ContractError(f"{path.name}: {error}") from None
    check_tables(contract.tables, contract.path.name)
    return contract


def load_contracts(folder: Path | None = None) -> tuple[Contract, ...]:
    """Load all `*.odcs.yaml` of a folder (default: those in the box), by source name."""
    paths = sorted((folder or IN_THE_BOX).glob("*.odcs.yaml"))
    contracts = tuple(load_contract(path) for path in paths)
    sources = [contract.source for contract in contracts]
    if len(set(sources)) < len(sources):
        raise ContractError("Two contracts have the same id; give each source its own.")
    return contracts


def check_contract(path: Path) -> Contract:
    """Check one contract file; the same as loading it, under the name the command uses."""
    return load_contract(path)


def _parse(path: Path, document: Document) -> Contract:
    properties = custom(document)
    return Contract(
        path=path,
        source=document["id"],
        version=document["version"],
        name=document["name"],
        label=document["description"]["purpose"].strip(),
        comment=properties["descriptionEn"],
        legal_basis=properties["legalBasis"],
        location=_location(document),
        cadence=_cadence(document),
        tables=tuple(parse_table(table) for table in document["schema"]),
    )


def _location(document: Document) -> Location:
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
    if not same_encoding(encoding, encoding):
        raise ContractError(f"servers[0].encoding: {encoding} is no encoding known here.")
    return Location(
        format=server["format"],
        template=template,
        encoding=encoding,
        delimiter=given.get("delimiter", ";"),
        quote_char=given.get("quoteChar", '"'),
        decimal_separator=given.get("decimalSeparator", ","),
        root_element=given.get("rootElement"),
        month_attribute=given.get("monthAttribute"),
        password_file=given.get("passwordFile"),
        delete_after_pull=given["afterPull"] == "delete",
    )


def _cadence(document: Document) -> Cadence:
    promised = {entry["property"]: entry for entry in document.get("slaProperties") or []}
    try:
        return Cadence(
            cron=_monthly(promised["frequency"]["schedule"]),
            late_after_days=int(promised["latency"]["value"]),
            landing_days=int(promised["retention"]["value"]),
        )
    except KeyError as missing:
        raise ContractError(
            f"slaProperties: {missing} is missing; give frequency with schedule, latency and "
            "retention in days."
        ) from None


def _monthly(cron: str) -> str:
    """Accept a cron expression that names one day of the month, early enough to leave grace."""
    parts = cron.split()
    if len(parts) != 5 or not parts[2].isdigit() or not 1 <= int(parts[2]) <= LAST_DAY_OF_CRON:
        raise ContractError(
            f"slaProperties.frequency.schedule: name one day of the month from 1 to "
            f"{LAST_DAY_OF_CRON}, as in '0 7 3 * *'."
        )
    return cron
