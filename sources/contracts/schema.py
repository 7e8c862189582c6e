"""Whether a contract document is valid: the official schema, our custom properties, privacy rules.

Contracts hold no personal data, so messages may quote what is wrong. They name the YAML path.
"""

import json
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft201909Validator
from jsonschema.exceptions import ValidationError, best_match

from kim_pipeline.errors import ContractError
from sources.contracts.fields import IDENTIFIERS, RULES
from sources.contracts.finding_rules import FINDING_RULES

Document = dict[str, Any]
OWN_SCHEMA = "sources/contracts/custom_properties.schema.json"


def read_document(path: Path) -> Document:
    """Read and validate one contract file.

    Raises ContractError naming file, YAML path and remedy.
    """
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        raise ContractError(f"{path}: cannot be read as UTF-8 text.") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else "?"
        raise ContractError(f"{path}, line {line}: not valid YAML; mend it there.") from None
    problems = list(_problems(document))
    if problems:
        more = f" ({len(problems) - 1} more)" if len(problems) > 1 else ""
        raise ContractError(f"{path.name}: {problems[0]}{more}")
    return dict(document)


def custom(element: Document, where: str = "") -> dict[str, Any]:
    """Fold an element's custom properties into one mapping; a name given twice is refused."""
    folded: dict[str, Any] = {}
    for entry in element.get("customProperties") or []:
        if entry["property"] in folded:
            raise ContractError(f"{where}: custom property {entry['property']} is given twice.")
        folded[entry["property"]] = entry["value"]
    return folded


def _problems(document: Any) -> Iterator[str]:
    official = best_match(_official().iter_errors(document))
    if official is not None:
        yield f"{_path('', official)}: {official.message}; see ODCS v3.2.0."
        return
    if document["apiVersion"] != "v3.2.0":
        yield "apiVersion: write v3.2.0, the version this pipeline reads."
    for kind, where, element in _elements(document):
        yield from _custom_problems(kind, where, element)
        if kind == "field":
            yield from _privacy_problems(where, element)
        if kind == "table":
            yield from _finding_problems(where, element)


def _elements(document: Document) -> Iterator[tuple[str, str, Document]]:
    yield "contract", "", document
    for number, server in enumerate(document.get("servers") or []):
        yield "server", f"servers[{number}]", server
    for number, table in enumerate(document.get("schema") or []):
        yield "table", f"schema[{number}] {table['name']}", table
        for place, field in enumerate(table.get("properties") or []):
            yield "field", f"schema[{number}].properties[{place}] {field['name']}", field


def _custom_problems(kind: str, where: str, element: Document) -> Iterator[str]:
    given = custom(element, where)
    for error in _own(kind).iter_errors(given):
        detail = best_match(error.context) if error.context else error
        path = _path(f"{where}.customProperties", error)
        yield f"{path}: {(detail or error).message}; see {OWN_SCHEMA}."


def _privacy_problems(where: str, field: Document) -> Iterator[str]:
    rules = custom(field, where).get("privacy") or []
    names = [rule.get("rule") for rule in rules if isinstance(rule, dict)]
    kind = field.get("classification")
    if kind not in (*IDENTIFIERS, "attribute"):
        yield f"{where}.classification: say one of {', '.join((*IDENTIFIERS, 'attribute'))}."
    if not names and kind in IDENTIFIERS:
        yield f"{where}: a {kind} has no privacy rule; add one of {', '.join(RULES)}."
    if "drop" in names and len(names) > 1:
        yield f"{where}.privacy: drop stands alone."
    if kind == "direct-identifier" and {"open", "coarsen"} & set(names):
        yield f"{where}.privacy: a direct-identifier is never open; pseudonymise, link or drop it."
    if kind == "free-text" and set(names) - {"drop"}:
        yield f"{where}.privacy: free text can hold names; drop it."
    if _is_open_text(field, names) and not _is_closed(field, where):
        yield f"{where}: open text can hold names; give enum, codeList or pattern, or drop it."


def _is_open_text(field: Document, rules: Sequence[str | None]) -> bool:
    return field.get("logicalType", "string") == "string" and (not rules or "open" in rules)


def _is_closed(field: Document, where: str) -> bool:
    pattern = (field.get("logicalTypeOptions") or {}).get("pattern")
    return bool(field.get("enum") or pattern or custom(field, where).get("codeList"))


def _finding_problems(where: str, table: Document) -> Iterator[str]:
    for finding in custom(table, where).get("findings") or []:
        rule = FINDING_RULES.get(finding["rule"])
        if rule is None:
            yield f"{where}.findings: no rule {finding['rule']}; know {', '.join(FINDING_RULES)}."
            continue
        given = set(finding["arguments"])
        wrong = sorted(set(rule.arguments) - given)
        wrong += sorted(given - set(rule.arguments) - set(rule.optional))
        if wrong:
            yield f"{where}.findings.{rule.name}: missing or unknown arguments {', '.join(wrong)}."


def _path(where: str, error: ValidationError) -> str:
    steps = "".join(f"[{s}]" if isinstance(s, int) else f".{s}" for s in error.absolute_path)
    return f"{where}{steps}".lstrip(".") or "the document"


@cache
def _official() -> Draft201909Validator:
    text = files("open_data_contract_standard").joinpath("schema.json").read_text("utf-8")
    return Draft201909Validator(json.loads(text))


@cache
def _own(kind: str) -> Draft201909Validator:
    text = files("sources.contracts").joinpath("custom_properties.schema.json").read_text("utf-8")
    schema = json.loads(text)
    return Draft201909Validator({"$defs": schema["$defs"], **schema["properties"][kind]})
