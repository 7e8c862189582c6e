"""What must fit together inside a contract, beyond what a schema can say."""

from collections.abc import Iterator

from kim_pipeline.core.feeds import TARGETS, feedable
from kim_pipeline.errors import ContractError
from sources.contracts.code_lists import code_list
from sources.contracts.fields import Field
from sources.contracts.tables import Feed, Finding, Table

Tables = tuple[Table, ...]

# Everything else that links people would, left open, tell who somebody is.
OPEN_ROLES = {"sex", "nationality"}
ALIAS_COMMA = ","
"""An alias is `family name, given names`."""


def check_tables(tables: Tables, file: str) -> None:
    """Refuse tables whose rules contradict each other.

    Raises ContractError naming file, table and remedy.
    """
    for table in tables:
        problem = next(_problems(table, tables), None)
        if problem:
            raise ContractError(f"{file}: table {table.name}{problem}")


def _problems(table: Table, tables: Tables) -> Iterator[str]:
    names = {column.name for column in table.columns}
    if len(names) < len(table.columns):
        yield ": two rules fill the same column; rename one."
    if not table.key_fields:
        yield ": mark the primary key's fields with primaryKey."
    for field in table.fields:
        yield from _field_problems(field)
    domains = {r.domain for f in table.fields for r in f.rules_named("pseudonymise")}
    if table.links_people and "person" not in domains:
        yield ": has fields to link but no person number; pseudonymise one in domain person."
    for feed in table.feeds:
        yield from _feed_problems(feed, names, tables)
    for finding in table.findings:
        yield from _finding_problems(finding, table, tables)


def _field_problems(field: Field) -> Iterator[str]:
    where = f", field {field.name}"
    roles = {rule.role for rule in field.rules_named("link")}
    if field.rules_named("open") and roles - OPEN_ROLES:
        yield f"{where}: links people and is open; coarsen it, or do not stage it."
    if field.rules_named("open") and (field.partly_known or field.list_separator):
        yield f"{where}: a partly known date or a list cannot be staged; coarsen or link it."
    if "alias" in roles and field.list_separator == ALIAS_COMMA:
        yield f"{where}: a comma stands inside an alias; separate aliases by another mark."
    if field.rules_named("coarsen") and field.kind != "date":
        yield f"{where}: only dates can be coarsened to a year."
    if field.code_list:
        code_list(field.code_list)


def _feed_problems(feed: Feed, names: set[str], tables: Tables) -> Iterator[str]:
    if feed.target not in TARGETS:
        yield f".feeds: no {feed.target} in core; know {', '.join(TARGETS)}."
        return
    for column in sorted({*feed.columns, *feed.constants} - feedable(feed.target)):
        yield f".feeds: {feed.target} has no column {column}."
    needed = {*feed.columns.values(), *(feed.through[1:] if feed.through else ())}
    for column in sorted(needed - names):
        yield f".feeds: {column} is no staging column of this table."
    if feed.through and feed.through[0] not in {table.name for table in tables}:
        yield f".feeds.through: no table {feed.through[0]} in this contract."


def _finding_problems(finding: Finding, table: Table, tables: Tables) -> Iterator[str]:
    named = {other.name: other for other in tables}
    for reference in finding.references:
        owner, _, name = reference.rpartition(".")
        other = named.get(owner) if owner else table
        fields = {field.name: field for field in other.fields} if other else {}
        if name not in fields or not fields[name].used:
            yield f".findings.{finding.rule}: {reference} is no field that is read."
        elif other is not None and not _domains(table) & _domains(other):
            yield f".findings.{finding.rule}: nothing leads from this table to {owner}."


def _domains(table: Table) -> set[str | None]:
    return {rule.domain for field in table.fields for rule in field.rules_named("pseudonymise")}
