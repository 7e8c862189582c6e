"""A delivered table as its contract describes it, and the staging columns that follow from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sources.contracts.fields import Field
from sources.contracts.finding_rules import FINDING_RULES

SQL_TYPES = {
    "string": "text",
    "date": "date",
    "integer": "integer",
    "number": "numeric(10,2)",
    "boolean": "boolean",
}
PRECISIONS = ("day", "month", "year")
PRECISION_COMMENT = "What is known of it: day, month or year; the date is the first day of that."
PRECISION_LABEL = "bekannt auf Tag (day), Monat (month) oder Jahr (year)"
KEY = ("row_key", "Keyed pseudonym of the primary key of the delivered row.", "Zeilenschlüssel")


@dataclass(frozen=True)
class Column:
    """One staging column: English comment for SQL, German label for readers."""

    name: str
    sql_type: str
    nullable: bool
    comment: str
    label: str


@dataclass(frozen=True)
class Feed:
    """Where a table goes in core: `kind` is person, spell or fact, `target` what its rows become.

    `columns` maps columns of the target to staging columns, `constants` to fixed values. `through`
    is the table and the column that lead to the person where the rows have none of their own. The
    source with the lowest `precedence` wins where sources contradict each other.
    """

    kind: str
    target: str
    columns: Mapping[str, str]
    constants: Mapping[str, str] = field(default_factory=dict)
    through: tuple[str, str] | None = None
    precedence: int = 100


@dataclass(frozen=True)
class Finding:
    """One finding rule on a table; `arguments` name fields, `table.field` reaches another table."""

    rule: str
    arguments: Mapping[str, tuple[str, ...]]

    @property
    def references(self) -> tuple[str, ...]:
        """List every field the rule reads."""
        return tuple(name for names in self.arguments.values() for name in names)

    @property
    def column(self) -> str:
        """Name the boolean staging column; true where the rule found something."""
        return f"finding_{self.rule}"


@dataclass(frozen=True)
class Check:
    """One quality rule of the contract, as the standard writes it.

    `expectation` and `arguments` are set for custom rules, `metric`, `low` and `high` for library
    rules; `column` is a staging column, None for the table.
    """

    name: str
    severity: str
    dimension: str
    description: str
    column: str | None = None
    metric: str | None = None
    low: float | None = None
    high: float | None = None
    expectation: str | None = None
    arguments: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """One delivered table; `delivered` is its file, record path or SQL table.

    `by_town`: record numbers hold in one town only; the same number in another is another record.
    """

    name: str
    delivered: str
    label: str
    comment: str
    fields: tuple[Field, ...]
    feeds: tuple[Feed, ...] = ()
    findings: tuple[Finding, ...] = ()
    checks: tuple[Check, ...] = ()
    max_rejected_percent: float = 0.0
    unknown_columns: str = "reject"
    approved: bool = True
    by_town: bool = False

    def field(self, name: str) -> Field:
        """Find a field by its name in the contract; KeyError when there is none."""
        return {field.name: field for field in self.fields}[name]

    @property
    def key_fields(self) -> tuple[Field, ...]:
        """List the primary key's fields in order."""
        keys = [field for field in self.fields if field.key_position is not None]
        return tuple(sorted(keys, key=lambda field: field.key_position or 0))

    @property
    def key_domain(self) -> str:
        """Name the pseudonym domain of `row_key`: the single key field's own, else the table's."""
        keys = self.key_fields
        rules = keys[0].rules_named("pseudonymise") if len(keys) == 1 else ()
        return (rules[0].domain if rules else None) or self.name

    @property
    def links_people(self) -> bool:
        """Tell whether the table has the fields that token sets are made of."""
        return any(field.rules_named("link") for field in self.fields)

    @property
    def columns(self) -> tuple[Column, ...]:
        """List the staging columns: keys, then the contract's order, then findings."""
        keys = [Column(KEY[0], "uuid", False, KEY[1], KEY[2])]
        keys += [c for f in self.fields for c in _columns(f, "pseudonymise") if c.name != KEY[0]]
        opened = [c for f in self.fields for c in (*_columns(f, "coarsen", "open"), *precisions(f))]
        return (*keys, *opened, *(_finding_column(finding) for finding in self.findings))


def _columns(field: Field, *rules: str) -> list[Column]:
    return [
        Column(
            rule.column or field.name,
            _sql_type(field, rule.name),
            not field.required,
            field.comment,
            field.label,
        )
        for rule in field.rules
        if rule.name in rules
    ]


def precision_of(name: str) -> str:
    """Name the staging column that says how well a partly known date is known."""
    return f"{name}_precision"


def precisions(field: Field) -> list[Column]:
    """Describe the columns beside an open date that may be known in part only."""
    names = [rule.column or field.name for rule in field.rules_named("open") if field.partly_known]
    label = f"{field.label}: {PRECISION_LABEL}"
    return [
        Column(precision_of(name), "text", not field.required, PRECISION_COMMENT, label)
        for name in names
    ]


def _sql_type(field: Field, rule: str) -> str:
    if rule == "pseudonymise":
        return "uuid"
    return "integer" if rule == "coarsen" else SQL_TYPES[field.kind]


def _finding_column(finding: Finding) -> Column:
    text = FINDING_RULES[finding.rule]
    return Column(finding.column, "boolean", False, text.comment, text.label)
