"""How the rows of a contract's tables lead to persons: by the pseudonyms they share."""

from collections.abc import Iterable, Mapping

from sources.contracts.tables import KEY, Table

PERSON = "person"


def pseudonym_columns(table: Table) -> dict[str, str]:
    """Map each pseudonym domain of a table to its staging column; equal values mean one thing."""
    rules = [rule for field in table.fields for rule in field.rules_named("pseudonymise")]
    named = {rule.domain: rule.column for rule in rules if rule.domain and rule.column}
    return {table.key_domain: KEY[0], **named}


def reached(tables: Iterable[Table], domains: Iterable[str]) -> Mapping[str, str]:
    """Name the tables whose rows lead to something of these domains, each with its first domain."""
    wanted = list(domains)
    found = {}
    for table in tables:
        columns = pseudonym_columns(table)
        through = next((domain for domain in wanted if domain in columns), None)
        if through is not None:
            found[table.name] = through
    return found
