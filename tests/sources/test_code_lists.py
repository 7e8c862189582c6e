"""Code lists are whole, and every code the contracts may meet has its group."""

import pytest

from kim_pipeline.errors import ContractError
from sources.contracts.code_lists import code_list, codes, nationality_groups, titles

GROUPS = {"EU", "UKRAINE", "ASYLUM8", "TURKEY", "WEST_BALKAN", "OTHER", "GERMAN"}
EU_WITHOUT_GERMANY = 26


def test_all_titles_of_the_register_are_listed() -> None:
    assert code_list("residence_titles").num_rows == len(titles()) == 455
    assert titles()["aufenthaltserlaubnis", "025"]["status_group"] == "AE_24"


def test_every_nationality_has_one_group() -> None:
    groups = nationality_groups()
    assert set(groups.values()) == GROUPS
    assert list(groups.values()).count("EU") == EU_WITHOUT_GERMANY
    assert list(groups.values()).count("ASYLUM8") == 8
    assert groups["000"] == "GERMAN"
    assert len(groups) == code_list("nationalities").num_rows


def test_codes_keep_their_leading_zeros() -> None:
    assert {"01", "24"} <= codes("integration_course_types")


def test_an_unknown_list_is_refused() -> None:
    with pytest.raises(ContractError, match="no code list invented"):
        code_list("invented")
