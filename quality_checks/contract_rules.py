"""Quality rules that a contract states itself, as the data contract standard writes them."""

from collections.abc import Iterator, Mapping

from kim_pipeline.errors import ContractError
from quality_checks import shapes
from quality_checks.rule import Rule
from sources.contracts.contract import Contract
from sources.contracts.tables import Check, Table

EMPTY_METRICS = ("nullValues", "missingValues")


def contract_rules(contract: Contract, table: Table) -> Iterator[Rule]:
    """Turn the quality rules of one table into rules; `error` blocks, other severities warn.

    Raises ContractError for a rule that nothing here can evaluate, so that none is passed over.
    """
    for check in table.checks:
        rule = _custom(check) if check.expectation is not None else _library(check)
        if rule is None:
            raise ContractError(
                f"{contract.path.name}: table {table.name}, quality {check.name}: cannot be "
                "evaluated; write it as a greatExpectations rule with type and kwargs."
            )
        yield rule if check.severity == "error" else shapes.warn_only(rule)


def _library(check: Check) -> Rule | None:
    if check.metric == "rowCount":
        return shapes.has_rows(check.name, _text(check), (_whole(check.low), _whole(check.high)))
    if check.column is None or check.high != 0:
        return None
    if check.metric in EMPTY_METRICS:
        return shapes.is_present(check.name, check.column, _text(check))
    if check.metric == "duplicateValues":
        return shapes.is_unique(check.name, check.column, _text(check))
    return None


def _custom(check: Check) -> Rule:
    arguments: Mapping[str, object] = check.arguments
    if check.column is not None:
        arguments = {"column": check.column, **arguments}
    return Rule(check.name, *_text(check), _class_name(str(check.expectation)), arguments)


def _class_name(expectation: str) -> str:
    """Accept both spellings: `expect_column_to_exist` and `ExpectColumnToExist`."""
    if "_" not in expectation:
        return expectation
    return "".join(word.capitalize() for word in expectation.split("_"))


def _text(check: Check) -> shapes.Text:
    return f"Rule {check.name} of the contract holds.", check.description or check.name


def _whole(bound: float | None) -> int | None:
    return None if bound is None else int(bound)
