"""The text of a draft contract, from a delivery: YAML with what is still to be filled in."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from sources.authoring.archive_samples import sample_archive
from sources.authoring.database_samples import sample_database
from sources.authoring.drafting import DraftTable, draft_tables
from sources.authoring.field_documents import field_document
from sources.authoring.samples import Sample, no_table
from sources.authoring.text_samples import sample_csv
from sources.authoring.workbook_samples import sample_workbook
from sources.authoring.xml_samples import sample_xml
from sources.contracts.gaps import ASKED, DRAFT
from sources.contracts.location import WORKBOOKS

HEAD = f"""\
# Datenvertrag: Entwurf aus einer Lieferung. Er enthält Namen von Spalten, aber keinen Wert.
# Was nicht sicher verstanden wurde, ist mit drop belegt und wird nicht geladen.
# Überall, wo „{ASKED}“ steht, fehlt noch eine Angabe; danach: kim contract check DATEI
# Ist alles ausgefüllt und abgestimmt, wird aus status: draft ein status: active.
"""
WIDTH = 160


@dataclass(frozen=True)
class Draft:
    """A drafted contract: its text, and per table what becomes of how many fields, by reason."""

    text: str
    tables: tuple[DraftTable, ...]

    def reasons(self, table: DraftTable) -> Mapping[str, tuple[str, ...]]:
        """Name the fields of a table by what becomes of them."""
        reasons = Counter(field.reason for field in table.fields)
        return {
            reason: tuple(field.name for field in table.fields if field.reason == reason)
            for reason in reasons
        }


def draft_contract(path: Path, source: str, table: str | None, header_row: int | None) -> Draft:
    """Draft a contract from a delivered file.

    Raises DeliveryError when the file cannot be read or has no header.
    """
    sample = _sample(path, header_row)
    tables = draft_tables(sample, table)
    document = _document(source, sample, tables)
    text = yaml.dump(
        document, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=WIDTH, indent=2
    )
    return Draft(HEAD + text, tables)


def _sample(path: Path, header_row: int | None) -> Sample:
    kind = path.suffix.lower().lstrip(".")
    if kind in ("sqlite", "sqlite3", "db"):
        return sample_database(path)
    with path.open("rb") as stream:
        if kind == "zip":
            return sample_archive(stream, header_row)
        if kind in WORKBOOKS:
            return sample_workbook(stream, kind, header_row)
        if kind == "xml":
            return sample_xml(stream)
        if kind in ("csv", "txt", "tsv"):
            return sample_csv(stream, header_row)
    raise no_table("ends in none of csv, txt, tsv, xml, xlsx, xls, ods, sqlite, zip")


def _document(source: str, sample: Sample, tables: tuple[DraftTable, ...]) -> dict[str, Any]:
    return {
        "apiVersion": "v3.2.0",
        "kind": "DataContract",
        "id": source,
        "name": ASKED,
        "version": "0.1.0",
        "status": DRAFT,
        "domain": "migration",
        "dataProduct": "kommunales-integrationsmanagement",
        "tags": ["monatlich", "personenbezogen"],
        "description": {
            "purpose": ASKED,
            "usage": "Nur für geschützte Steuerungsberichte; Einzelfälle nur pseudonymisiert.",
            "limitations": ASKED,
        },
        "customProperties": _pairs(dict.fromkeys(("nameEn", "descriptionEn", "legalBasis"), ASKED)),
        "servers": [_server(source, sample, tables)],
        "slaProperties": _service(tables[0].name),
        "schema": [_table(table) for table in tables],
    }


def _server(source: str, sample: Sample, tables: tuple[DraftTable, ...]) -> dict[str, Any]:
    found = Counter(field.guess.decimal for table in tables for field in table.fields)
    usual = "." if found["."] > found[","] else ","
    decimals = {"decimalSeparator": sample.marks.get("decimalSeparator", usual)}
    given = {**sample.marks, **decimals, "afterPull": "leave"}
    return {
        "id": "inbox",
        "server": "inbox",
        "environment": "prod",
        **_place(source, sample),
        "format": sample.format,
        "encoding": sample.encoding,
        "customProperties": _pairs(given),
    }


def _place(source: str, sample: Sample) -> dict[str, str]:
    folder = f"${{KIM_INBOX}}/{source}/{{month}}"
    if sample.format == "sql":
        return {"type": "custom", "location": f"sqlite:///{folder}/{source}.sqlite"}
    file = "" if sample.single else f"/{source}.{sample.marks.get('archive', sample.format)}"
    return {"type": "local", "path": f"{folder}{file}"}


def _service(element: str) -> list[dict[str, Any]]:
    rows = (
        {"property": "frequency", "value": 1, "unit": "m", "driver": "operational",
         "scheduler": "cron", "schedule": "0 7 5 * *"},
        {"property": "latency", "value": 3, "unit": "d", "driver": "operational"},
        {"property": "retention", "value": 90, "unit": "d", "driver": "regulatory"},
    )  # fmt: skip
    return [_Flow({"id": row["property"], "element": element, **row}) for row in rows]


def _table(table: DraftTable) -> dict[str, Any]:
    fields = [field_document(field) for field in table.fields]
    for field in fields:
        field["customProperties"] = [_Flow(entry) for entry in field["customProperties"]]
        if "enum" in field:
            field["enum"] = [_Flow(entry) for entry in field["enum"]]
    given = {"descriptionEn": ASKED, "maxRejectedRowsPercent": 2, "unknownColumns": "warn"}
    return {
        "name": table.name,
        "physicalName": table.delivered,
        "logicalType": "object",
        "businessName": ASKED,
        "description": ASKED,
        "customProperties": _pairs(given),
        "properties": fields,
    }


def _pairs(given: Mapping[str, object]) -> list[dict[str, Any]]:
    return [_Flow({"property": name, "value": value}) for name, value in given.items()]


class _Flow(dict[str, Any]):
    """A mapping written on one line, as contracts do."""


class _Dumper(yaml.SafeDumper):
    """Writes `_Flow` on one line and never an alias."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - named by the base class
        """Write everything out."""
        return True


def _write_flow(dumper: _Dumper, data: _Flow) -> yaml.Node:
    return dumper.represent_mapping("tag:yaml.org,2002:map", dict(data), flow_style=True)


_Dumper.add_representer(_Flow, _write_flow)
