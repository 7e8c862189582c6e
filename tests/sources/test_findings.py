"""Each finding rule finds what breaks it and leaves what does not."""

from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.incoming.findings import RULES
from sources.incoming.spans import add_months, days, span
from sources.incoming.typing import PARTLY_KNOWN, read_partly_known

REFERENCE = date(2026, 10, 31)
AE, NE, DULDUNG = "aufenthaltserlaubnis", "niederlassungserlaubnis", "duldung"


def found(rule: str, **columns: list[Any]) -> list[bool]:
    arguments = {name: [_array(name, values)] for name, values in columns.items()}
    return [bool(hit) for hit in RULES[rule](arguments, REFERENCE)]


def _array(name: str, values: list[Any]) -> Any:
    if name == "birth_date":
        parts = [read_partly_known(value, "yyyy-MM-dd") if value else None for value in values]
        return pa.array(parts, PARTLY_KNOWN)
    dates = name.endswith(("_on", "_event", "_until"))
    values = [date.fromisoformat(value) if dates and value else value for value in values]
    return pa.array(values, pa.date32() if dates else pa.string())


def test_two_current_titles_of_one_person_are_found() -> None:
    persons, ended = ["a", "a", "a", "b", "b"], [None, None, "2020-01-01", None, "2019-01-01"]
    assert found("one_current_title", person=persons, ended_on=ended) == [True, True, *[False] * 3]


def test_codes_are_valid_only_between_their_dates() -> None:
    # 001 could be reported until 29 February 2020; 999 does not exist.
    hits = found(
        "title_code_valid_on_grant",
        list=[AE] * 4 + [NE],
        code=["001", "001", "001", "999", "01"],
        granted_on=["2020-02-29", "2020-03-01", "2004-12-31", "2020-01-01", "2020-01-01"],
    )
    assert hits == [False, True, True, True, False]


def test_a_code_that_was_dropped_is_valid_no_more() -> None:
    # 33 was dropped on 1 November 2024 without a last day of reporting.
    hits = found(
        "title_code_valid_on_grant",
        list=["aufenthaltsstatus"] * 2,
        code=["33"] * 2,
        granted_on=["2024-10-31", "2024-11-01"],
    )
    assert hits == [False, True]


def test_the_chance_title_runs_for_18_months() -> None:
    hits = found(
        "title_104c_at_most_18_months",
        list=[AE] * 4,
        code=["488", "488", "489", "416"],
        granted_on=["2023-01-10"] * 4,
        valid_until=["2024-07-10", "2024-07-11", None, "2030-01-01"],
        ended_on=[None, None, "2025-01-01", None],
    )
    assert hits == [False, True, True, False]


def test_before_the_law_there_was_no_chance_title_to_be_judged() -> None:
    early = {"granted_on": ["2022-12-30"], "ended_on": [None], "valid_until": ["2030-01-01"]}
    assert found("title_104c_at_most_18_months", list=[AE], code=["488"], **early) == [False]


def test_an_azr_number_may_follow_the_first_title_by_three_months() -> None:
    numbers = ["150301123456", "150601123456", "150602123456", "151301123456", None, "15030112345"]
    hits = found(
        "azr_date_not_after_first_event", azr_number=numbers, first_event=["2015-03-01"] * 6
    )
    assert hits == [False, False, True, True, False, True]


@pytest.mark.parametrize(
    ("number", "bad"),
    [
        ("150301123456", False),
        ("990301123456", False),
        ("150229123456", True),
        ("151301123456", True),
        ("150300123456", True),
        ("261231123456", True),
        ("15030112345", True),
        ("15030112345x", True),
        (None, False),
    ],
)
def test_azr_numbers_begin_with_a_possible_date(number: str | None, bad: bool) -> None:
    assert found("azr_number_plausible", azr_number=[number]) == [bad]


def test_eu_citizens_need_no_permit() -> None:
    hits = found(
        "eu_citizen_without_permit",
        list=[AE, DULDUNG, NE, AE, AE],
        nationality=["152", "154", "152", "475", "152"],
        ended_on=[None, None, None, None, "2014-01-01"],
    )
    assert hits == [True, True, False, False, False]


def test_only_members_of_the_union_count_as_its_citizens_on_the_reference_date(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    british = {"list": [AE], "nationality": ["168"], "ended_on": [None]}
    assert found("eu_citizen_without_permit", **british) == [False]
    monkeypatch.setattr(f"{__name__}.REFERENCE", date(2020, 12, 31))
    assert found("eu_citizen_without_permit", **british) == [True]


def test_birth_arrival_and_reference_date_follow_each_other() -> None:
    hits = found(
        "birth_before_arrival",
        birth_date=["1985-05-17", "1985", "2016-01-01", "2016", "1915", "1914", "2027-01-01", None],
        arrived_on=["2015-03-01", "1985-02-01", "2015-03-01", "2015-12-31", *[None] * 4],
    )
    assert hits == [False, False, True, True, False, True, True, False]
    assert found("birth_before_arrival", birth_date=[None], arrived_on=["2026-11-01"]) == [True]


@pytest.mark.parametrize(
    ("granted", "births", "hits"),
    [
        ("2024-06-01", ["2010-06-01", "2010-06-02", "1997-06-02", "1997-06-01"], [0, 1, 0, 1]),
        ("2020-06-01", ["2006-06-01", "2006-06-02", "1999-06-02", "1999-06-01"], [0, 1, 0, 1]),
        ("2014-06-01", ["1999-06-01", "1999-06-02", "1993-06-02", "1993-06-01"], [0, 1, 0, 1]),
        ("2010-06-01", ["2010-01-01", "1960-01-01", "1993-06-02", "1993-06-01"], [0, 0, 0, 0]),
    ],
    ids=["from 31.12.2022", "from 1.8.2015", "from 1.7.2011", "before the law"],
)
def test_applicants_under_25a_have_the_age_the_law_asked_for_at_the_time(
    granted: str, births: list[str], hits: list[int]
) -> None:
    titles = {"list": [AE] * 4, "code": ["033"] * 4, "granted_on": [granted] * 4}
    assert found("applicant_25a_aged_14_to_26", **titles, birth_date=births) == list(
        map(bool, hits)
    )
    other = titles | {"code": ["416"] * 4}
    assert found("applicant_25a_aged_14_to_26", **other, birth_date=births) == [False] * 4


def test_a_settlement_permit_takes_three_years_where_it_is_the_general_one() -> None:
    hits = found(
        "settlement_permit_after_3_years",
        list=[NE] * 5 + [AE],
        code=["01", "01", "07", "01", "01", "001"],
        granted_on=[
            "2023-03-01",
            "2023-02-28",
            "2023-02-28",
            "2023-02-28",
            "2004-12-31",
            "2006-01-01",
        ],
        arrived_on=["2020-03-01"] * 3 + [None, "2003-01-01", "2005-01-01"],
    )
    assert hits == [False, True, False, False, False, False]


def test_case_phases_follow_each_other_also_across_gaps() -> None:
    columns = [
        ["2026-01-10", "2026-01-10", "2026-01-10"],
        [None, None, "2026-01-10"],
        ["2026-02-01", "2026-01-09", None],
    ]
    arguments = {"dates": [_array("_on", column) for column in columns]}
    assert list(RULES["case_phases_in_order"](arguments, REFERENCE)) == [False, True, False]


def test_the_first_of_january_is_found_only_when_day_and_month_are_known() -> None:
    births = ["1985-01-01", "1985", "1985-01", "1985-01-02", None]
    assert found("birth_date_is_1_january", birth_date=births) == [True, *[False] * 4]


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_a_span_holds_every_day_it_can_mean(day: date) -> None:
    texts = [day.isoformat(), day.strftime("%Y-%m"), day.strftime("%Y")]
    known = span(_array("birth_date", texts))
    assert (known.earliest <= np.datetime64(day)).all()
    assert (known.latest >= np.datetime64(day)).all()
    assert known.earliest[0] == known.latest[0]
    assert (known.latest - known.earliest)[2].astype(int) in (364, 365)


def test_months_are_added_within_the_calendar() -> None:
    start = days(pa.array([date(2023, 1, 10), None]))
    assert add_months(start, 18)[0] == np.datetime64("2024-07-10")
    assert np.isnat(add_months(start, 18)[1])
