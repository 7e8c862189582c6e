"""From the validated YAML of a contract to tables and fields."""

from collections.abc import Mapping
from typing import Any

from sources.contracts.fields import Code, Field, Rule
from sources.contracts.schema import Document, custom
from sources.contracts.tables import Check, Feed, Finding, Table

OPERATORS = {
    "mustBe": (True, True),
    "mustBeGreaterOrEqualTo": (True, False),
    "mustBeLessOrEqualTo": (False, True),
}


def parse_table(raw: Document) -> Table:
    """Build a table from one entry of `schema`."""
    given = custom(raw)
    fields = tuple(parse_field(field) for field in raw["properties"])
    checks = [_check(rule, None) for rule in raw.get("quality") or []]
    for field, described in zip(fields, raw["properties"], strict=True):
        checks += [_check(rule, field.name) for rule in described.get("quality") or []]
    return Table(
        name=raw["name"],
        delivered=str(raw.get("physicalName", raw["name"])),
        label=raw["businessName"],
        comment=given["descriptionEn"],
        fields=fields,
        feeds=tuple(_feed(feed) for feed in given.get("feeds") or []),
        findings=tuple(_finding(finding) for finding in given.get("findings") or []),
        checks=tuple(checks),
        max_rejected_percent=float(given["maxRejectedRowsPercent"]),
        unknown_columns=given["unknownColumns"],
    )


def parse_field(raw: Document) -> Field:
    """Build a field from one entry of `properties`."""
    given, options = custom(raw), raw.get("logicalTypeOptions") or {}
    position = int(raw.get("primaryKeyPosition", 1)) if raw.get("primaryKey") else None
    return Field(
        name=raw["name"],
        delivered=str(raw.get("physicalName", raw["name"])),
        kind=raw.get("logicalType", "string"),
        label=raw["businessName"],
        comment=given["descriptionEn"],
        classification=raw.get("classification", ""),
        rules=_rules(given.get("privacy")),
        required=bool(raw.get("required", False)),
        unique=bool(raw.get("unique", False)),
        key_position=position,
        date_format=options.get("format"),
        partly_known=bool(given.get("partlyKnown", False)),
        pattern=options.get("pattern"),
        minimum=_text(options.get("minimum")),
        maximum=_text(options.get("maximum")),
        codes=tuple(_code(entry) for entry in raw.get("enum") or []),
        code_list=_list_name(given.get("codeList")),
        code_list_version=_list_version(given.get("codeList")),
        value_map=given.get("valueMap"),
        list_separator=given.get("listSeparator"),
        reject_unreadable=given.get("onUnreadable", "null") == "reject",
    )


def _rules(given: list[Document] | None) -> tuple[Rule, ...]:
    if given is None:
        return (Rule("open"),)
    return tuple(
        Rule(rule["rule"], rule.get("column"), rule.get("domain"), rule.get("role"), rule.get("to"))
        for rule in given
    )


def _list_name(given: str | Document | None) -> str | None:
    return str(given["name"]) if isinstance(given, dict) else given


def _list_version(given: str | Document | None) -> str | None:
    return str(given["version"]) if isinstance(given, dict) else None


def _code(entry: Document) -> Code:
    return Code(str(entry["value"]), entry.get("label", str(entry["value"])))


def _feed(raw: Document) -> Feed:
    kind = next(kind for kind in ("person", "spell", "fact") if kind in raw)
    through = raw.get("through")
    return Feed(
        kind=kind,
        target=raw[kind],
        columns=raw["columns"],
        constants=raw.get("constants") or {},
        through=(through[0], through[1]) if through else None,
        precedence=int(raw.get("precedence", 100)),
    )


def _finding(raw: Document) -> Finding:
    return Finding(raw["rule"], {name: _names(value) for name, value in raw["arguments"].items()})


def _names(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _check(raw: Document, column: str | None) -> Check:
    implementation = raw.get("implementation") or {}
    low, high = _bounds(raw)
    return Check(
        name=raw["id"],
        severity=raw.get("severity", "warning"),
        dimension=raw.get("dimension", "conformity"),
        description=raw.get("description", ""),
        column=column,
        metric=raw.get("metric"),
        low=low,
        high=high,
        expectation=implementation.get("type"),
        arguments=implementation.get("kwargs") or {},
    )


def _bounds(raw: Mapping[str, Any]) -> tuple[float | None, float | None]:
    if "mustBeBetween" in raw:
        low, high = raw["mustBeBetween"]
        return float(low), float(high)
    for operator, (below, above) in OPERATORS.items():
        if operator in raw:
            value = float(raw[operator])
            return (value if below else None), (value if above else None)
    return None, None
