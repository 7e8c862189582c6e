"""What contracts say, as papers in German: data dictionary, and drafts of VVT and DSFA.

VVT is the record of processing activities (Art. 30 DSGVO), DSFA the data protection impact
assessment (Art. 35 DSGVO). Both are drafts: what contracts cannot know is marked to be filled in.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2

from kim_pipeline.kreis import Kreis
from sources.authoring.approval_papers import ApprovalPaper, approved
from sources.contracts.contract import Contract
from sources.contracts.fields import Field, Rule
from sources.contracts.finding_rules import FINDING_RULES
from sources.contracts.schema import Document, read_document
from sources.contracts.tables import Table

TEMPLATES = Path(__file__).parent / "templates"
PAPERS = {
    "datenverzeichnis.html": "dictionary.html.j2",
    "datenverzeichnis.md": "dictionary.md.j2",
    "verarbeitungsverzeichnis.md": "processing_record.md.j2",
    "folgenabschaetzung.md": "impact_assessment.md.j2",
}
TYPES = {
    "string": "Text",
    "date": "Datum",
    "integer": "ganze Zahl",
    "number": "Zahl",
    "boolean": "ja/nein",
}
CLASSES = {
    "direct-identifier": "unmittelbar identifizierend",
    "quasi-identifier": "mittelbar identifizierend",
    "free-text": "Freitext",
    "attribute": "Sachmerkmal",
}
RULES = {
    "pseudonymise": "durch ein Pseudonym ersetzt",
    "link": "zum Abgleich gelesen",
    "coarsen": "auf das Jahr vergröbert",
    "open": "gespeichert",
    "drop": "nicht geladen",
}
NOT_APPROVED = "nicht genehmigt, nicht geladen"
ONLY_LINKED = "nur zum Abgleich gelesen, nicht gespeichert"
FORMATS = {"csv": "CSV", "xml": "XML", "sql": "Datenbank", "xlsx": "Excel", "xls": "Excel"}


@dataclass(frozen=True)
class FieldPaper:
    """One field for readers; `codes` are (value, label)."""

    name: str
    delivered: str
    label: str
    description: str
    kind: str
    classification: str
    rules: tuple[str, ...]
    columns: tuple[str, ...]
    codes: tuple[tuple[str, str], ...]
    code_list: str
    required: bool
    key: bool
    approved: bool = True

    @property
    def treatment(self) -> str:
        """Say what happens to the field."""
        if not self.approved:
            return NOT_APPROVED
        if self.rules == ("link",):
            return ONLY_LINKED
        return ", ".join(RULES[rule] for rule in self.rules)


@dataclass(frozen=True)
class TablePaper:
    """One table for readers, with the names of what is checked."""

    name: str
    delivered: str
    label: str
    description: str
    staging: str
    fields: tuple[FieldPaper, ...]
    findings: tuple[str, ...]
    checks: tuple[str, ...]

    def labels(self, classification: str) -> tuple[str, ...]:
        """List the labels of the fields of one classification."""
        return tuple(f.label for f in self.fields if f.classification == CLASSES[classification])

    def treated(self, rule: str) -> tuple[str, ...]:
        """List the labels of the fields that a privacy rule treats."""
        return tuple(f.label for f in self.fields if f.approved and rule in f.rules)

    @property
    def unapproved(self) -> tuple[str, ...]:
        """List the labels of the fields that no approval covers."""
        return tuple(f.label for f in self.fields if not f.approved)


@dataclass(frozen=True)
class SourcePaper:
    """One source for readers."""

    contract: Contract
    usage: str
    limitations: str
    tables: tuple[TablePaper, ...]
    approval: ApprovalPaper | None = None

    @property
    def form(self) -> str:
        """Name the format of the delivery."""
        return FORMATS.get(self.contract.location.format, self.contract.location.format.upper())

    @property
    def day(self) -> str:
        """Say on which day of the month the delivery is due."""
        return f"{self.contract.cadence.cron.split()[2]}."


def write_documents(
    contracts: Sequence[Contract], folder: Path, kreis: Kreis | None = None
) -> tuple[Path, ...]:
    """Write all papers into a folder, replacing earlier ones; `kreis` says what it has approved."""
    folder.mkdir(parents=True, exist_ok=True)
    papers = [_source(contract, approval) for contract, approval in approved(contracts, kreis)]
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        undefined=jinja2.StrictUndefined,
        autoescape=jinja2.select_autoescape(("html.j2",)),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["cell"] = _cell
    written = []
    for name, template in PAPERS.items():
        text = environment.get_template(template).render(
            sources=papers, classes=CLASSES, kreis=kreis
        )
        (folder / name).write_text(text.rstrip() + "\n", encoding="utf-8")
        written.append(folder / name)
    return tuple(written)


def _cell(text: str) -> str:
    """Write a text so that it stays in its cell of a Markdown table."""
    return " ".join(text.split()).replace("|", "\\|")


def _source(contract: Contract, approval: ApprovalPaper | None) -> SourcePaper:
    document = read_document(contract.path)
    described = {raw["name"]: raw for raw in document["schema"]}
    said: dict[str, Any] = document["description"]
    return SourcePaper(
        contract=contract,
        usage=str(said.get("usage", "")).strip(),
        limitations=str(said.get("limitations", "")).strip(),
        tables=tuple(_table(contract, table, described[table.name]) for table in contract.tables),
        approval=approval,
    )


def _table(contract: Contract, table: Table, raw: Document) -> TablePaper:
    described = {entry["name"]: entry for entry in raw["properties"]}
    return TablePaper(
        name=table.name,
        delivered=table.delivered,
        label=table.label,
        description=str(raw.get("description", "")),
        staging=contract.staging_name(table),
        fields=tuple(_field(table, field, described[field.name]) for field in table.fields),
        findings=_distinct(FINDING_RULES[finding.rule].label for finding in table.findings),
        checks=_distinct(check.description for check in table.checks if check.description),
    )


def _field(table: Table, field: Field, raw: Document) -> FieldPaper:
    version = f", Fassung {field.code_list_version}" if field.code_list_version else ""
    return FieldPaper(
        name=field.name,
        delivered=field.delivered,
        label=field.label,
        description=str(raw.get("description", "")),
        kind=_kind(field),
        classification=CLASSES[field.classification],
        rules=_distinct(rule.name for rule in field.rules),
        columns=tuple(_column(field, rule) for rule in field.rules if _is_stored(rule)),
        codes=tuple((code.value, code.label) for code in field.codes),
        code_list=f"{field.code_list}{version}" if field.code_list else "",
        required=field.required,
        key=field.key_position is not None,
        approved=table.approved and field.approved,
    )


def _kind(field: Field) -> str:
    form = f" ({field.date_format})" if field.kind == "date" and field.date_format else ""
    partly = ", auch teilweise bekannt" if field.partly_known else ""
    return f"{TYPES.get(field.kind, field.kind)}{form}{partly}"


def _is_stored(rule: Rule) -> bool:
    return rule.name in ("pseudonymise", "coarsen", "open")


def _column(field: Field, rule: Rule) -> str:
    return rule.column or field.name


def _distinct(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))
