from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from kim_pipeline.errors import ContractError
from quality_checks.frames import plain_frame
from quality_checks.hub import Hub
from quality_checks.incoming import incoming_frame, incoming_rules
from quality_checks.validation import validate_frame
from sources.contracts.contract import Contract, load_contracts
from sources.contracts.tables import Check, Column, Table

CONTRACTS = load_contracts()
TABLES = [(contract, table) for contract in CONTRACTS for table in contract.tables]
ROWS = 40
ARROW = {
    "uuid": pa.string(),
    "text": pa.string(),
    "integer": pa.int32(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "numeric(10,2)": pa.decimal128(10, 2),
}
VALUES: dict[str, Any] = {
    "text": "x",
    "integer": 5,
    "boolean": False,
    "date": date(2026, 1, 1),
    "numeric(10,2)": Decimal("9.50"),
}


def _good(contract: Contract, table: Table) -> pa.Table:
    codes = {
        str(rule.arguments["column"]): rule.arguments["value_set"]
        for rule in incoming_rules(contract, table)
        if rule.expectation == "ExpectColumnValuesToBeInSet"
    }
    columns = {c.name: pa.array(list(_values(c, codes)), ARROW[c.sql_type]) for c in table.columns}
    return pa.table(columns)


def _values(column: Column, codes: dict[str, Any]) -> Iterator[Any]:
    for row in range(ROWS):
        if column.sql_type == "uuid":
            yield f"00000000-0000-0000-0000-{row:012}"
        else:
            yield codes.get(column.name, [VALUES[column.sql_type]])[0]


def _break(rows: pa.Table, rule_arguments: dict[str, Any], expectation: str) -> pa.Table:
    """Break one rule by the means of its kind."""
    column = rule_arguments.get("column")
    if expectation == "ExpectTableRowCountToBeBetween":
        return rows.slice(0, 0)
    if expectation == "ExpectTableColumnsToMatchSet":
        return rows.rename_columns(["surprise", *rows.column_names[1:]])
    kind = rows.schema.field(column).type
    broken = {
        "ExpectColumnValuesToNotBeNull": None,
        "ExpectColumnValuesToBeUnique": "00000000-0000-0000-0000-000000000000",
        "ExpectColumnValuesToBeBetween": 99_999_999 if pa.types.is_decimal(kind) else 10**9,
        "ExpectColumnValuesToBeInSet": True if pa.types.is_boolean(kind) else "nonsense",
    }[expectation]
    values = pa.array([broken] * (ROWS - 1), kind)
    last = rows[column].combine_chunks().slice(ROWS - 1)
    place = rows.column_names.index(column)
    return rows.set_column(place, column, pa.concat_arrays([values, last]))


@pytest.mark.parametrize(
    ("contract", "table"), TABLES, ids=[f"{c.source}-{t.name}" for c, t in TABLES]
)
def test_good_rows_pass_and_every_rule_of_every_contract_can_fail(
    contract: Contract, table: Table
) -> None:
    rules, rows = incoming_rules(contract, table), _good(contract, table)
    assert [o for o in validate_frame(plain_frame(rows), rules) if not o.passed] == []
    kinds = {(rule.expectation, rule.blocking): rule for rule in rules}
    for rule in kinds.values():
        frame = plain_frame(_break(rows, dict(rule.arguments), rule.expectation))
        (outcome,) = validate_frame(frame, [rule])
        assert (outcome.passed, outcome.error) == (False, None), rule.name


@pytest.mark.parametrize("contract", CONTRACTS, ids=[c.source for c in CONTRACTS])
def test_rules_have_names_of_their_own_and_texts(contract: Contract) -> None:
    rules = [rule for table in contract.tables for rule in incoming_rules(contract, table)]
    assert len({rule.name for rule in rules}) == len(rules)
    assert all(rule.description and rule.description_de for rule in rules)


@pytest.mark.parametrize("contract", CONTRACTS, ids=[c.source for c in CONTRACTS])
def test_persons_must_mostly_have_what_everything_is_broken_down_by(contract: Contract) -> None:
    assert contract.person_table is not None
    names = {rule.name for rule in incoming_rules(contract, contract.person_table)}
    for column in ("sex", "birth_year", "nationality", "town_ags"):
        assert f"{contract.person_table.name}__{column}_mostly_filled" in names


CHECK = Check("share_of_titles", "error", "accuracy", "Titel sind plausibel.")
IMMIGRATION = next(c for c in CONTRACTS if c.source == "immigration_office")
TITLES = IMMIGRATION.table("residence_titles")


def _stated(check: Check) -> Any:
    table = replace(TITLES, checks=(check,))
    rules = {rule.name: rule for rule in incoming_rules(IMMIGRATION, table)}
    return rules[f"residence_titles__{check.name}"], rules


def test_a_contract_can_state_any_expectation() -> None:
    stated = replace(
        CHECK,
        expectation="expect_column_values_to_be_in_set",
        arguments={"column": "finding_one_current_title", "value_set": [False], "mostly": 0.99},
    )
    rule, rules = _stated(stated)
    assert rule.expectation == "ExpectColumnValuesToBeInSet"
    assert (rule.blocking, rule.description_de) == (True, "Titel sind plausibel.")
    # The contract's own word on a finding replaces the general tolerance.
    assert "residence_titles__finding_one_current_title_rare" not in rules
    assert "residence_titles__finding_eu_citizen_without_permit_rare" in rules


def test_a_contract_decides_whether_its_rule_blocks() -> None:
    rule, _ = _stated(replace(CHECK, severity="warning", metric="rowCount", low=10.0, high=20.0))
    assert not rule.blocking
    assert rule.arguments == {"min_value": 10, "max_value": 20}


@pytest.mark.parametrize(
    ("metric", "expectation"),
    [
        ("nullValues", "ExpectColumnValuesToNotBeNull"),
        ("missingValues", "ExpectColumnValuesToNotBeNull"),
        ("duplicateValues", "ExpectColumnValuesToBeUnique"),
    ],
)
def test_metrics_of_the_standard_become_expectations(metric: str, expectation: str) -> None:
    rule, _ = _stated(replace(CHECK, metric=metric, column="title_code", low=0.0, high=0.0))
    assert (rule.expectation, rule.arguments["column"]) == (expectation, "title_code")


@pytest.mark.parametrize(
    "check",
    [
        replace(CHECK, metric="nullValues", column="title_code", high=5.0),
        replace(CHECK, metric="invalidValues", column="title_code", high=0.0),
        CHECK,
    ],
)
def test_a_rule_that_nothing_can_evaluate_is_refused(check: Check) -> None:
    with pytest.raises(ContractError, match="share_of_titles"):
        _stated(check)


def test_bounds_of_the_contract_are_read_as_numbers_years_and_days() -> None:
    fields = [
        replace(TITLES.field("granted_on"), minimum="1950-01-01", maximum=None),
        replace(IMMIGRATION.table("persons").field("birth_date"), minimum="1900-01-01"),
    ]
    rules = incoming_rules(IMMIGRATION, replace(TITLES, fields=tuple(fields), findings=()))
    found = {r.name.split("__")[1]: r.arguments.get("min_value") for r in rules}
    assert found["granted_on_within_bounds"] == datetime(1950, 1, 1)  # noqa: DTZ001
    assert found["birth_year_within_bounds"] == 1900
    wrong = replace(TITLES.field("granted_on"), minimum="01.01.1950")
    with pytest.raises(ContractError, match="granted_on"):
        incoming_rules(IMMIGRATION, replace(TITLES, fields=(wrong,), findings=()))


def test_the_frame_is_what_was_written_for_the_month(hub: Hub) -> None:
    folder = hub.settings.incoming / IMMIGRATION.source / "2026-10"
    folder.mkdir(parents=True)
    parquet.write_table(_good(IMMIGRATION, TITLES), folder / "residence_titles.parquet")
    frame = incoming_frame(IMMIGRATION, TITLES)(date(2026, 10, 1), hub)
    assert all(o.passed for o in validate_frame(frame, incoming_rules(IMMIGRATION, TITLES)))
