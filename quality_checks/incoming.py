"""Rules of an incoming table, made from its contract; no source is named here.

They judge what pseudonymisation left: patterns and raw values were judged before, and arrive as
`finding_*` columns.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime

import pandas as pd

from kim_pipeline.errors import ContractError
from quality_checks import shapes
from quality_checks.contract_rules import contract_rules
from quality_checks.frames import plain_frame
from quality_checks.hub import Hub
from quality_checks.rule import Rule
from sources.contracts.code_lists import codes as code_list_codes
from sources.contracts.contract import Contract
from sources.contracts.fields import Field
from sources.contracts.tables import Table
from sources.incoming.pseudonymise import read_incoming

# Enough to notice a column that was shifted, renamed or cut, not to scold an office for gaps.
GAPS_TOLERATED = 0.2
FINDINGS_TOLERATED = 0.1
PERSON_COLUMNS = ("sex", "birth_year", "nationality", "town_ags")


def incoming_rules(contract: Contract, table: Table) -> tuple[Rule, ...]:
    """List the rules of one incoming table, each named `<table>__<rule>`.

    Raises ContractError for a quality rule of the contract that cannot be evaluated here.
    """
    told = tuple(contract_rules(contract, table))
    judged = {str(rule.arguments.get("column")) for rule in told}
    rules = (
        *_keys(table),
        *_required(table),
        *_unique(table),
        *_codes(table),
        *_bounds(table),
        *_filled(table),
        *told,
        *(rule for rule in _findings(table) if rule.arguments["column"] not in judged),
    )
    return tuple(replace(rule, name=f"{table.name}__{rule.name}") for rule in rules)


def incoming_frame(contract: Contract, table: Table) -> Callable[[date, Hub], pd.DataFrame]:
    """Give the function that reads an incoming table of a month into a plain frame."""
    return lambda month, hub: plain_frame(
        read_incoming(hub.settings, contract.source, month, table.name)
    )


def _keys(table: Table) -> Iterator[Rule]:
    names = [column.name for column in table.columns]
    text = (
        "The table has the columns of its contract.",
        "Die Tabelle hat die Spalten des Vertrags.",
    )
    arguments = {"column_set": names, "exact_match": True}
    yield Rule("columns_as_agreed", *text, "ExpectTableColumnsToMatchSet", arguments)
    text = ("Every row has a key.", "Jede Zeile hat einen Schlüssel.")
    yield shapes.is_present("row_key_present", "row_key", text)
    text = ("No row comes twice.", "Keine Zeile kommt doppelt vor.")
    yield shapes.is_unique("row_key_unique", "row_key", text)


def _required(table: Table) -> Iterator[Rule]:
    found = [finding.column for finding in table.findings]
    for column in table.columns:
        if not column.nullable and column.name not in ("row_key", *found):
            text = (f"{column.name} is filled.", f"„{column.label}“ ist ausgefüllt.")
            yield shapes.is_present(f"{column.name}_present", column.name, text)


def _unique(table: Table) -> Iterator[Rule]:
    for field, column in _staged(table):
        if field.unique and (field,) != table.key_fields:  # else row_key says the same
            text = (f"{column} does not repeat.", f"„{field.label}“ kommt nicht doppelt vor.")
            yield shapes.is_unique(f"{column}_unique", column, text)


def _codes(table: Table) -> Iterator[Rule]:
    for field, column in _staged(table):
        codes = _allowed(field)
        if codes and field.rules_named("open"):
            text = (
                f"{column} holds codes of the contract only.",
                f"„{field.label}“ enthält nur Schlüssel des Vertrags.",
            )
            yield shapes.is_one_of(f"{column}_known", column, codes, text)


def _allowed(field: Field) -> list[str]:
    listed = code_list_codes(field.code_list, field.code_list_version) if field.code_list else ()
    return sorted({*(code.value for code in field.staged_codes), *listed})


def _bounds(table: Table) -> Iterator[Rule]:
    for field, column in _staged(table):
        if field.minimum is None and field.maximum is None:
            continue
        bounds = (_bound(field, field.minimum), _bound(field, field.maximum))
        text = (
            f"{column} lies within the bounds of the contract.",
            f"„{field.label}“ liegt in den Grenzen des Vertrags.",
        )
        yield shapes.is_within(f"{column}_within_bounds", column, bounds, text)


def _bound(field: Field, text: str | None) -> object:
    if text is None:
        return None
    try:
        bound = datetime.fromisoformat(text) if field.kind == "date" else float(text)
    except ValueError:
        raise ContractError(
            f"{field.name}: write minimum and maximum as a number or as YYYY-MM-DD."
        ) from None
    coarse = isinstance(bound, datetime) and field.rules_named("coarsen")
    return bound.year if coarse and isinstance(bound, datetime) else bound


def _filled(table: Table) -> Iterator[Rule]:
    if not any(feed.kind == "person" for feed in table.feeds):
        return
    for column in table.columns:
        if column.name in PERSON_COLUMNS and column.nullable:
            text = (
                f"{column.name} is filled for most persons.",
                f"„{column.label}“ ist bei den meisten Personen ausgefüllt.",
            )
            name = f"{column.name}_mostly_filled"
            yield shapes.is_present(name, column.name, text, tolerated=GAPS_TOLERATED)


def _findings(table: Table) -> Iterator[Rule]:
    labels = {column.name: (column.label, column.comment) for column in table.columns}
    for finding in table.findings:
        label, comment = labels[finding.column]
        text = (
            f"At most {FINDINGS_TOLERATED:.0%} of the rows: {comment}",
            f"Höchstens {FINDINGS_TOLERATED * 100:.0f} % der Zeilen betroffen: {label}.",
        )
        name, column = f"{finding.column}_rare", finding.column
        yield shapes.warn_only(
            shapes.is_one_of(name, column, [False], text, tolerated=FINDINGS_TOLERATED)
        )


def _staged(table: Table) -> Iterator[tuple[Field, str]]:
    for field in table.fields:
        for rule in field.rules:
            if rule.name in ("pseudonymise", "coarsen", "open"):
                yield field, rule.column or field.name
