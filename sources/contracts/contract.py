"""One source as its contract describes it, and loading contracts; reading is done elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kim_pipeline.errors import ContractError
from sources.contracts.checks import check_tables
from sources.contracts.location import Location, parse_location
from sources.contracts.parsing import parse_table
from sources.contracts.schema import Document, custom, read_document
from sources.contracts.tables import Table

IN_THE_BOX = Path(__file__).parents[1]

# Deliveries of a month come early in the next; the month job follows after their grace.
LAST_DAY_OF_CRON = 20


@dataclass(frozen=True)
class Cadence:
    """When a delivery is expected: cron expression, days it may be late, days it is kept sealed."""

    cron: str
    late_after_days: int
    landing_days: int


@dataclass(frozen=True)
class Consent:
    """Where consents stand: who gave none, or withdrew it, is not loaded from any table.

    `table` and its fields: `person` (pseudonymised in the same domain as elsewhere), `given_on`,
    `ends_on` (date fields; null means open).
    """

    table: str
    person: str
    given_on: str
    ends_on: str


@dataclass(frozen=True)
class Contract:
    """One source: where it comes from, when, and its tables. `source` is the contract's id.

    `provisional_months` is how many months after its own a delivery may still change the month.
    `delivery_rules` says by rule what follows: reject, warn or ignore; else the rule's own default.
    """

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
    provisional_months: int = 0
    delivery_rules: Mapping[str, str] = field(default_factory=dict)
    consent: Consent | None = None

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
        location=parse_location(document),
        cadence=_cadence(document),
        tables=tuple(parse_table(table) for table in document["schema"]),
        provisional_months=int(properties.get("provisionalMonths", 0)),
        delivery_rules=dict(properties.get("deliveryRules") or {}),
        consent=_consent(properties.get("consent")),
    )


def _consent(given: Document | None) -> Consent | None:
    if given is None:
        return None
    return Consent(given["table"], given["person"], given["givenOn"], given["endsOn"])


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
