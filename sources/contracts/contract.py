"""One source as its contract describes it, and loading contracts; reading is done elsewhere."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from kim_pipeline.errors import ContractError
from sources.contracts.cadence import Cadence, parse_cadence
from sources.contracts.checks import table_problems
from sources.contracts.delivery_rules import REJECT, RULES
from sources.contracts.gaps import gaps, is_draft
from sources.contracts.location import Location, parse_location
from sources.contracts.parsing import parse_table
from sources.contracts.privacy_rules import rule_problems
from sources.contracts.problems import Problem, RefusedContract, problem
from sources.contracts.schema import Document, custom, form_problems, read_document
from sources.contracts.tables import Table

T = TypeVar("T")
BY_TOWN, TOWN = "town", "{town}"
IN_THE_BOX = Path(__file__).parents[1]


@dataclass(frozen=True)
class Consent:
    """Where consents stand: who gave none, or withdrew it, is not loaded from any table.

    `table` and its fields: `person` (pseudonymised in the same domain as elsewhere), `given_on`,
    `ends_on` (date fields; null means open). Of several kinds of consent, `scope` is the field that
    tells them apart and the value that counts.
    """

    table: str
    person: str
    given_on: str
    ends_on: str
    scope: tuple[str, str] | None = None


@dataclass(frozen=True)
class Contract:
    """One source: where it comes from, when, and its tables. `source` is the contract's id.

    `provisional_months` is how many months after its own a delivery may still change the month.
    `delivery_rules` says by rule what follows: reject, warn or ignore; else the rule's own default.
    A `draft` is still being written and takes part in no run.
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
    name_en: str = ""
    draft: bool = False

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
    def by_town(self) -> bool:
        """Tell whether record numbers hold in one town only."""
        return any(table.by_town for table in self.tables)

    @property
    def person_table(self) -> Table | None:
        """Give the table whose rows become token sets, if the source has one."""
        return next((table for table in self.tables if table.links_people), None)


def load_contract(path: Path) -> Contract:
    """Load and check one contract, be it a draft or not.

    Raises RefusedContract naming file, YAML path and remedy.
    """
    return _loaded(path, read_document(path))


def _loaded(path: Path, document: Document) -> Contract:
    contract, problems = _inspected(path, document)
    if contract is None or problems:
        raise RefusedContract(*problems, file=path.name)
    return contract


def inspect_contract(path: Path) -> tuple[Contract | None, tuple[Problem, ...]]:
    """Load a contract and list all its problems; no contract where its form is wrong.

    What is still to be filled in is a problem, except in a draft.
    Raises RefusedContract when the file is no YAML at all.
    """
    return _inspected(path, read_document(path))


def _inspected(path: Path, document: Document) -> tuple[Contract | None, tuple[Problem, ...]]:
    problems = form_problems(document)
    still_open = [] if is_draft(document) else [*gaps(document)]
    if problems:
        return None, (*problems, *still_open)
    problems = [*still_open, *rule_problems(document)]
    location = _gather(problems, parse_location, document)
    cadence = _gather(problems, parse_cadence, document)
    by_town = custom(document).get("recordScope") == BY_TOWN
    tables = tuple(replace(parse_table(t), by_town=by_town) for t in document["schema"])
    problems += [*table_problems(tables), *_consent_problems(document, tables)]
    if by_town and location is not None and TOWN not in location.template:
        problems.append(problem("scope_without_towns", "recordScope"))
    problems += _rule_problems(custom(document).get("deliveryRules") or {})
    if location is None or cadence is None:
        return None, tuple(problems)
    return _contract(path, document, location, cadence, tables), tuple(problems)


def load_contracts(folder: Path | None = None) -> tuple[Contract, ...]:
    """Load all `*.odcs.yaml` of a folder (default: those in the box) but drafts, by source name."""
    paths = sorted((folder or IN_THE_BOX).glob("*.odcs.yaml"))
    documents = {path: read_document(path) for path in paths}
    contracts = tuple(_loaded(path, doc) for path, doc in documents.items() if not is_draft(doc))
    sources = [contract.source for contract in contracts]
    if len(set(sources)) < len(sources):
        raise ContractError("Two contracts have the same id; give each source its own.")
    return contracts


def _gather(
    problems: list[Problem], parse: Callable[[Document], T], document: Document
) -> T | None:
    """Parse a part; what is wrong with it joins the problems."""
    try:
        return parse(document)
    except RefusedContract as refused:
        problems += refused.problems
        return None


def _contract(
    path: Path,
    document: Document,
    location: Location,
    cadence: Cadence,
    tables: tuple[Table, ...],
) -> Contract:
    properties = custom(document)
    return Contract(
        path=path,
        source=document["id"],
        version=document["version"],
        name=document["name"],
        label=document["description"]["purpose"].strip(),
        comment=properties["descriptionEn"],
        legal_basis=properties["legalBasis"],
        location=location,
        cadence=cadence,
        tables=tables,
        name_en=str(properties.get("nameEn") or document["name"]),
        provisional_months=int(properties.get("provisionalMonths", 0)),
        delivery_rules=dict(properties.get("deliveryRules") or {}),
        consent=_consent(properties.get("consent")),
        draft=is_draft(document),
    )


def _consent(given: Document | None) -> Consent | None:
    if given is None:
        return None
    scope = (given["scope"]["field"], given["scope"]["value"]) if "scope" in given else None
    return Consent(given["table"], given["person"], given["givenOn"], given["endsOn"], scope)


def _consent_problems(document: Document, tables: tuple[Table, ...]) -> Iterator[Problem]:
    """Yield where the consent names what is not there; consents that fail open harm people."""
    consent = _consent(custom(document).get("consent"))
    if consent is None:
        return
    table = {table.name: table for table in tables}.get(consent.table)
    if table is None:
        yield problem("consent_field", "consent.table", name=consent.table)
        return
    fields = {field.name: field for field in table.fields}
    person = fields.get(consent.person)
    if person is None or not person.rules_named("pseudonymise"):
        yield problem("consent_field", "consent.person", name=consent.person)
    if consent.scope is not None and consent.scope[0] not in fields:
        yield problem("consent_field", "consent.scope", name=consent.scope[0])
    for name in (consent.given_on, consent.ends_on):
        day = fields.get(name)
        if day is None or day.kind != "date" or not day.used or day.partly_known:
            yield problem("consent_field", "consent", name=name)
        elif name == consent.ends_on and not day.reject_unreadable:
            yield problem("consent_end_unreadable", "consent.endsOn", name=name)


def _rule_problems(given: Mapping[str, str]) -> Iterator[Problem]:
    """Yield delivery rules that do not exist, or that no contract can soften."""
    for name, action in given.items():
        if name not in RULES:
            allowed = ", ".join(RULES)
            yield problem("delivery_rule", "deliveryRules", name=name, allowed=allowed)
        elif RULES[name].fixed and action != REJECT:
            yield problem("fixed_delivery_rule", "deliveryRules", name=name)
