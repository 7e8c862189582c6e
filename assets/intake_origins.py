"""Origins of what the intake makes: contract field, pseudonymised column, staged column, link."""

from collections.abc import Iterator, Sequence

from assets.origins import CANDIDATES, Origin, Origins
from sources.accepting.staging import staging_tables
from sources.contracts.contract import Contract
from sources.contracts.tables import KEY, Table, precision_of

_OPEN = ("pseudonymise", "coarsen", "open")


def field_column(table: Table, name: str) -> str:
    """Name a field as a column of the delivery; `table.field` reaches another table."""
    return name if "." in name else f"{table.name}.{name}"


def token_column(table: Table, role: str) -> str:
    """Name the keyed tokens that a linking role has in a table."""
    return f"{table.name}.{role}_tokens"


def incoming_origins(contract: Contract) -> Origins:
    """Say which contract fields each pseudonymised column and token set is made from."""
    delivery = contract.step("delivery")
    found: dict[str, set[Origin]] = {}
    for table in contract.tables:
        for column, field in _fed(table):
            found.setdefault(column, set()).add((delivery, field_column(table, field)))
    return {column: frozenset(origins) for column, origins in found.items()}


def _fed(table: Table) -> Iterator[tuple[str, str]]:
    """Yield staging columns with the names of fields they come from."""
    for key in table.key_fields:
        yield f"{table.name}.{KEY[0]}", key.name
    for field in table.fields:
        for rule in field.rules:
            name = rule.column or field.name
            if rule.name in _OPEN:
                yield f"{table.name}.{name}", field.name
                if field.partly_known and rule.name == "open":
                    yield f"{table.name}.{precision_of(name)}", field.name
            elif rule.name == "link" and rule.role:
                yield token_column(table, rule.role), field.name
    for finding in table.findings:
        yield from ((f"{table.name}.{finding.column}", name) for name in finding.references)


def records_origins(contract: Contract) -> Origins:
    """Say that a staged column is the incoming column of the same name."""
    incoming = contract.step("incoming")
    names = incoming_origins(contract)
    return {
        f"{table}.{column.name}": frozenset({(incoming, f"{table}.{column.name}")})
        for table, staged in staging_tables(contract).items()
        for column in staged.columns
        if f"{table}.{column.name}" in names
    }


def candidates_origins(contracts: Sequence[Contract]) -> Origins:
    """Say that pairs are weighed by the token sets of all sources, and named by pseudonyms."""
    tokens = {
        (contract.step("incoming"), token_column(table, rule.role))
        for contract in contracts
        for table in contract.tables
        for field in table.fields
        for rule in field.rules_named("link")
        if rule.role
    }
    people = [(c, c.person_table) for c in contracts]
    records = frozenset(
        (c.step("records"), f"{table.name}.record_pseudonym") for c, table in people if table
    )
    weighed = dict.fromkeys(("weight", "probability", "kept"), frozenset(tokens))
    return {"record_l": records, "record_r": records, **weighed}


def links_origins() -> Origins:
    """Say that a person is what the weighed pairs make one."""
    pair = frozenset({(CANDIDATES, "record_l"), (CANDIDATES, "record_r")})
    return {"person_id": frozenset({(CANDIDATES, "weight")}), "record_pseudonym": pair}
