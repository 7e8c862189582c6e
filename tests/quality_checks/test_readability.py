from collections.abc import Mapping

import pandas as pd

from quality_checks.readability import readability_rules, shares
from quality_checks.validation import validate_frame
from sources.contracts.contract import load_contracts
from sources.incoming.table_counts import TableCounts
from sources.incoming.typing import Unreadable

JOB_CENTRE = next(c for c in load_contracts() if c.source == "job_centre")


def _counts(unreadable: Mapping[str, int], rows: int = 100) -> TableCounts:
    found = {name: Unreadable(count, (1,)) for name, count in unreadable.items()}
    return TableCounts(rows_read=rows, rows_accepted=rows, unreadable=found)


def test_a_field_that_is_mostly_unreadable_is_found_and_a_few_values_are_not() -> None:
    few, shifted = _counts({"sex": 3, "birth_date": 9}), _counts({"sex": 3, "began_on": 98})
    rules = [
        r for r in readability_rules(JOB_CENTRE) if r.name.startswith(("persons", "benefits_"))
    ]
    frame = pd.DataFrame({"persons": shares(few), "benefits": shares(shifted)})
    found = {o.rule.name: (o.passed, o.unexpected) for o in validate_frame(frame, rules)}
    assert found == {
        "persons__fields_readable": (True, 0),
        "benefits__fields_readable": (False, 1),
    }


def test_every_table_has_its_rule_and_a_table_without_counts_fails() -> None:
    rules = readability_rules(JOB_CENTRE)
    assert [r.name.split("__")[0] for r in rules] == [table.name for table in JOB_CENTRE.tables]
    outcomes = validate_frame(pd.DataFrame({"persons": [0.0]}), rules)
    assert [o.rule.name for o in outcomes if o.passed] == ["persons__fields_readable"]


def test_an_empty_table_has_nothing_unreadable() -> None:
    assert list(shares(_counts({}, rows=0))) == [0.0]
