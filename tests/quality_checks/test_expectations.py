import pytest

from quality_checks.completeness import completeness_rules
from quality_checks.core import CORE_TABLES, core_rules
from quality_checks.incoming import incoming_rules
from quality_checks.links import LINK_RULES
from quality_checks.published import PUBLISHED_TABLES, published_rules
from quality_checks.readability import readability_rules
from quality_checks.received import received_rules
from quality_checks.rule import Rule
from sources.contracts.contract import load_contracts


def _rules() -> list[Rule]:
    contracts = load_contracts()
    tables = [(contract, table) for contract in contracts for table in contract.tables]
    return [
        *(rule for table in CORE_TABLES for rule in core_rules(table)),
        *(rule for table in PUBLISHED_TABLES for rule in published_rules(table)),
        *(rule for contract, table in tables for rule in incoming_rules(contract, table)),
        *(rule for contract, table in tables for rule in completeness_rules(contract, table)),
        *(rule for contract in contracts for rule in readability_rules(contract)),
        *(rule for contract in contracts for rule in received_rules(contract)),
    ]


def test_every_expectation_exists_and_takes_its_arguments() -> None:
    from great_expectations import expectations

    for rule in _rules():
        made = getattr(expectations, rule.expectation)(**rule.arguments)
        assert made.expectation_type, rule.name


@pytest.mark.parametrize("rules", [_rules(), LINK_RULES], ids=["expectations", "links"])
def test_every_rule_says_in_two_languages_what_is_good(rules: list[Rule]) -> None:
    for rule in rules:
        assert rule.description.endswith((".", ").")), rule
        assert rule.description_de.endswith("."), rule
        assert rule.name.replace("_", "a").isalnum(), rule
