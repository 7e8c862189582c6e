"""The vocabulary of the catalogue."""

from typing import Any

import pytest
from sqlalchemy.dialects import postgresql

from kim_pipeline.errors import ConfigError
from kim_pipeline.indicators.conditions import COLUMNS, Condition, clause, parse_population


def test_equal_populations_are_equal_in_any_order() -> None:
    one = parse_population("x", {"sgb2_benefit": True, "age": {"from": 18, "below": 66}})
    other = parse_population("y", {"age": {"below": 66, "from": 18}, "sgb2_benefit": True})
    assert one == other
    assert len(one) == 3


def test_values_are_bound_and_never_part_of_the_statement() -> None:
    hostile = "x') OR true --"
    test = clause(parse_population("x", {"nationality_group": {"not": [hostile]}}))
    compiled = test.compile(dialect=postgresql.dialect())
    assert hostile not in str(compiled)
    assert [hostile] in compiled.params.values()


def test_identifiers_and_known_time_are_not_in_the_vocabulary() -> None:
    assert not COLUMNS & {"person_id", "month", "known_from", "known_to"}


@pytest.mark.parametrize("prefix", ["", "flawed_", "new_", "late_"])
def test_a_source_is_looked_for_in_the_list_that_is_asked_for(prefix: str) -> None:
    (condition,) = population = parse_population("x", {f"{prefix}in_job_centre": True})
    assert condition.source == "job_centre"
    compiled = clause(population).compile(dialect=postgresql.dialect())
    assert f"ANY (core.person_month_history.{prefix or 'in_'}sources)" in str(compiled)


@pytest.mark.parametrize(
    "entries",
    [
        {"late_sources": True},
        {"person_id": {"any_of": ["a"]}},
        {"no_such_column": True},
        {"age": True},
        {"age": {"from": "18"}},
        {"age": {"from": True}},
        {"age": {}},
        {"sgb2_benefit": {"from": 1}},
        {"sgb2_benefit": {"known": True}},
        {"sgb2_benefit": "yes"},
        {"status_group": {"any_of": []}},
        {"status_group": {"not": "DULDUNG"}},
        {"status_group": {"like": ["D%"]}},
        {"status_group": {"known": False}},
        ["sgb2_benefit"],
    ],
)
def test_words_outside_the_vocabulary_are_refused(entries: Any) -> None:
    with pytest.raises(ConfigError, match=r"S9\.numerator"):
        parse_population("S9.numerator", entries)


def test_a_list_is_kept_sorted() -> None:
    (condition,) = parse_population("x", {"sex": {"any_of": ["w", "d"]}})
    assert condition == Condition("sex", "any_of", ("d", "w"))
