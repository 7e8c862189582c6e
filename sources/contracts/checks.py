"""What must fit together inside a contract, beyond what a schema can say."""

import re
from collections.abc import Iterator, Mapping

from kim_pipeline.core.feed_targets import TARGETS, feedable
from sources.contracts.code_lists import exists
from sources.contracts.fields import Field
from sources.contracts.gaps import ASKED
from sources.contracts.list_files import ListVersion
from sources.contracts.problems import Problem, problem
from sources.contracts.tables import SQL_TYPES, Feed, Finding, Table

Tables = tuple[Table, ...]

# Everything else that links people would, left open, tell who somebody is.
OPEN_ROLES = {"sex", "nationality"}
ALIAS_COMMA = ","
"""An alias is `family name, given names`."""
WHOLE_DATES = {
    "ended_on", "granted_on", "valid_until", "first_event", "arrived_on", "dates",
}  # fmt: skip
PARTLY_KNOWN_DATES = {"birth_date"}
"""Arguments of finding rules that must be dates, by their form."""
CODE_ARGUMENT = "code"
CODE_RULE = "code_expired"


def table_problems(tables: Tables) -> Iterator[Problem]:
    """Yield where rules of tables contradict each other, or name what is not there."""
    for number, table in enumerate(tables):
        yield from _problems(table, tables, f"schema[{number}] {table.name}")


def _problems(table: Table, tables: Tables, where: str) -> Iterator[Problem]:
    names = {column.name for column in table.columns}
    if len(names) < len(table.columns):
        yield problem("same_column", where)
    if not table.key_fields:
        yield problem("no_key", where)
    for number, field in enumerate(table.fields):
        path, _, name = where.partition(" ")
        yield from _field_problems(field, f"{path}.properties[{number}] {name}.{field.name}")
    yield from _delivered_twice(table, where)
    domains = {r.domain for f in table.fields for r in f.rules_named("pseudonymise")}
    if table.links_people and "person" not in domains:
        yield problem("no_person_number", where)
    for feed in table.feeds:
        yield from _feed_problems(feed, names, tables, f"{where}.feeds")
    for finding in table.findings:
        yield from _finding_problems(finding, table, tables, f"{where}.findings.{finding.rule}")


def _delivered_twice(table: Table, where: str) -> Iterator[Problem]:
    columns = [field.delivered for field in table.fields]
    for name in sorted({name for name in columns if columns.count(name) > 1}):
        yield problem("same_delivered", where, name=name)


def _field_problems(field: Field, where: str) -> Iterator[Problem]:
    roles = {rule.role for rule in field.rules_named("link")}
    opened = bool(field.rules_named("open"))
    if opened and roles - OPEN_ROLES:
        yield problem("linked_and_open", where)
    if opened and field.list_separator:
        yield problem("not_stageable", where)
    if "alias" in roles and field.list_separator == ALIAS_COMMA:
        yield problem("alias_comma", where)
    if field.rules_named("coarsen") and field.kind != "date":
        yield problem("coarsen_date", where)
    if "birth_date" in roles and not (field.kind == "date" and field.partly_known):
        yield problem("birth_date_form", where)
    yield from _value_problems(field, where)


def _value_problems(field: Field, where: str) -> Iterator[Problem]:
    if field.used and field.kind not in SQL_TYPES:
        yield problem("no_type", where, name=field.kind, allowed=", ".join(SQL_TYPES))
    if field.kind == "boolean" and field.used and not _is_truth(field):
        yield problem("truth_values", where)
    if field.kind == "date" and not _is_date_form(field.date_format):
        name = str(field.date_format)
        yield problem("date_form", f"{where}.logicalTypeOptions.format", name=name)
    if field.code_list and not exists(field.code_list, field.code_list_version):
        title = ListVersion(field.code_list, field.code_list_version or "").title
        yield problem("no_code_list", where, name=title, list=field.code_list)
    if field.pattern and not _compiles(field.pattern):
        yield problem("bad_pattern", f"{where}.logicalTypeOptions.pattern")


def _is_date_form(form: str | None) -> bool:
    """Tell whether a form names year, month and day, and no other letters or digits."""
    if form is None or ASKED in form.upper():
        return True  # without one it is ISO; what is still asked for is told as a gap
    rest = form
    for part in ("yyyy", "MM", "dd"):
        if rest.count(part) != 1:
            return False
        rest = rest.replace(part, "")
    return not any(mark.isalnum() for mark in rest)


def _is_truth(field: Field) -> bool:
    """Tell whether a boolean says nothing of its values but which of them mean true and false."""
    mapped = set((field.value_map or {}).values())
    return not (field.codes or field.code_list or field.pattern) and mapped <= {"true", "false"}


def _compiles(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True


def _feed_problems(feed: Feed, names: set[str], tables: Tables, where: str) -> Iterator[Problem]:
    if feed.target not in TARGETS:
        yield problem("no_target", where, name=feed.target, allowed=", ".join(TARGETS))
        return
    allowed = feedable(feed.target)
    for column in sorted({*feed.columns, *feed.constants} - allowed):
        known = ", ".join(sorted(allowed))
        yield problem("target_column", where, target=feed.target, name=column, allowed=known)
    needed = {*feed.columns.values(), *(feed.through[1:] if feed.through else ())}
    for column in sorted(needed - names):
        yield problem("no_staging_column", where, name=column)
    if feed.through and feed.through[0] not in {table.name for table in tables}:
        yield problem("no_table", f"{where}.through", name=feed.through[0])


def _finding_problems(
    finding: Finding, table: Table, tables: Tables, where: str
) -> Iterator[Problem]:
    named = {other.name: other for other in tables}
    for reference in finding.references:
        field = _field(reference, table, named)
        owner = reference.rpartition(".")[0]
        if field is None or not field.used:
            yield problem("no_field_read", where, name=reference)
        elif owner and not _domains(table) & _domains(named[owner]):
            yield problem("no_way", where, name=owner)
    for argument, references in finding.arguments.items():
        for reference in references:
            found = _field(reference, table, named)
            if found is not None and not _has_form(found, argument):
                yield problem("finding_argument_form", where, name=reference, argument=argument)
    if finding.rule == CODE_RULE:
        yield from _code_rule_problems(finding, table, where)


def _field(reference: str, table: Table, named: Mapping[str, Table]) -> Field | None:
    owner, _, name = reference.rpartition(".")
    other = named.get(owner) if owner else table
    return next((field for field in other.fields if field.name == name), None) if other else None


def _has_form(field: Field, argument: str) -> bool:
    if argument in WHOLE_DATES:
        return field.kind == "date" and not field.partly_known
    return argument not in PARTLY_KNOWN_DATES or (field.kind == "date" and field.partly_known)


def _code_rule_problems(finding: Finding, table: Table, where: str) -> Iterator[Problem]:
    fields = {field.name: field for field in table.fields}
    for name in finding.arguments.get(CODE_ARGUMENT, ()):
        field = fields.get(name)
        if field is None or not field.code_list or field.value_map:
            yield problem("code_list_needed", where, name=name)


def _domains(table: Table) -> set[str | None]:
    return {rule.domain for field in table.fields for rule in field.rules_named("pseudonymise")}
