"""Whether a contract document has its form: the official schema and our custom properties."""

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft201909Validator

from sources.contracts.problems import Problem, RefusedContract, problem
from sources.contracts.schema_errors import problems_of

Document = dict[str, Any]
OWN_SCHEMA = "sources/contracts/custom_properties.schema.json"
STANDARD = "ODCS v3.2.0"
# What the standard leaves open and this pipeline needs.
NEEDED = {
    "contract": ("id", "name"),
    "table": ("name", "businessName"),
    "field": ("name", "businessName"),
}


def read_document(path: Path) -> Document:
    """Read the YAML of one contract file; whether it is a good contract is not yet known.

    Raises RefusedContract naming file, line and remedy.
    """
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        raise RefusedContract(problem("not_utf8", ""), file=str(path)) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = str(mark.line + 1) if mark else "?"
        raise RefusedContract(problem("not_yaml", "", line=line), file=str(path)) from None
    if not isinstance(document, dict):
        raise RefusedContract(problem("no_mapping", ""), file=str(path))
    return document


def custom(element: Document, where: str = "") -> dict[str, Any]:
    """Fold an element's custom properties into one mapping; a name given twice is refused."""
    folded: dict[str, Any] = {}
    for entry in element.get("customProperties") or []:
        if entry["property"] in folded:
            name = str(entry["property"])
            raise RefusedContract(problem("custom_property_twice", where, name=name))
        folded[entry["property"]] = entry["value"]
    return folded


def form_problems(document: Document) -> list[Problem]:
    """List what is wrong with the form; our own rules speak where the standard is content."""
    official = problems_of(_official().iter_errors(document), "", STANDARD, _vocabulary())
    found = list(official)
    if not any(p.where.startswith("apiVersion") for p in official):
        found += _version_problems(document)
    for kind, where, element in elements(document):
        if not any(_is_inside(p.where, where, kind) for p in official):
            found += _own_problems(kind, where, element)
    return found


def elements(document: Document) -> Iterator[tuple[str, str, Document]]:
    """Yield (kind, path, element) of the contract, its server, tables and fields."""
    yield "contract", "", document
    for number, server in enumerate(_list(document, "servers")):
        yield "server", f"servers[{number}]", server
    for number, table in enumerate(_list(document, "schema")):
        yield "table", named(f"schema[{number}]", table), table
        for place, field in enumerate(_list(table, "properties")):
            yield "field", named(f"schema[{number}].properties[{place}]", field), field


def named(path: str, element: Document) -> str:
    """Add an element's name to its path, for people."""
    return f"{path} {element['name']}" if element.get("name") else path


def _list(element: Document, name: str) -> list[Document]:
    entries = element.get(name)
    return [e for e in entries if isinstance(e, dict)] if isinstance(entries, list) else []


def _is_inside(place: str, where: str, kind: str) -> bool:
    """Tell whether an error of the standard lies in an element itself, not in those below it."""
    path = where.split(" ", 1)[0]
    if kind == "contract":
        return not place.startswith(("schema[", "servers[", "slaProperties["))
    below = place.removeprefix(path)
    return place.startswith(path) and not below.startswith((".properties[", *"0123456789"))


def _version_problems(document: Document) -> Iterator[Problem]:
    if document.get("apiVersion") != "v3.2.0":
        yield problem("api_version", "apiVersion")


def _own_problems(kind: str, where: str, element: Document) -> Iterator[Problem]:
    for name in NEEDED.get(kind, ()):
        if not element.get(name):
            yield problem("no_name", where, name=name)
    yield from _missing_parts(kind, where, element)
    try:
        given = custom(element, where)
    except RefusedContract as error:
        yield from error.problems
        return
    schema = _own(kind)
    yield from problems_of(
        schema.iter_errors(given), f"{where}.customProperties", OWN_SCHEMA, _own_words()
    )


def _missing_parts(kind: str, where: str, element: Document) -> Iterator[Problem]:
    if kind == "contract" and not (element.get("description") or {}).get("purpose"):
        yield problem("no_purpose", "description")
    if kind == "contract" and not element.get("schema"):
        yield problem("no_tables", "schema")
    if kind == "table" and not element.get("properties"):
        yield problem("no_properties", where)


@cache
def _official() -> Draft201909Validator:
    return Draft201909Validator(_official_schema())


@cache
def _official_schema() -> Document:
    text = files("open_data_contract_standard").joinpath("schema.json").read_text("utf-8")
    schema: Document = json.loads(text)
    return schema


@cache
def _own_schema() -> Document:
    text = files("sources.contracts").joinpath("custom_properties.schema.json").read_text("utf-8")
    schema: Document = json.loads(text)
    return schema


@cache
def _own(kind: str) -> Draft201909Validator:
    schema = _own_schema()
    return Draft201909Validator({"$defs": schema["$defs"], **schema["properties"][kind]})


@cache
def _vocabulary() -> tuple[str, ...]:
    """List the words of the standard, to guess what a misspelt one means."""
    return tuple(sorted(set(_words(_official_schema()))))


@cache
def _own_words() -> tuple[str, ...]:
    schema = _own_schema()
    return tuple(sorted({*_words(schema["properties"]), *_words(schema["$defs"])}))


def _words(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        properties = schema.get("properties")
        if isinstance(properties, dict):
            yield from properties
        for part in schema.values():
            yield from _words(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from _words(part)
