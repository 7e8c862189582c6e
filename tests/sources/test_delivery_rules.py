"""Rules on a delivery as a whole: their names, what a contract may say, and what finds them."""

from dataclasses import replace

import pyarrow as pa
import pytest
from small_deliveries import OFFICE

from kim_pipeline.errors import DeliveryError
from sources.contracts.delivery_rules import IGNORE, REJECT, RULES, WARN, action, problems
from sources.readers.delivered import Delivered
from sources.receiving.forms import is_shifted
from sources.receiving.letters import has_damaged_letters, is_damaged
from sources.receiving.plausible import check_rows
from sources.receiving.verdicts import Verdicts

PERSONS = OFFICE.table("persons")
GOOD = {
    "AKTENZEICHEN": "A10000001",
    "FAMILIENNAME": "Öztürk",
    "VORNAMEN": "João",
    "GEBURTSDATUM": "00.00.1985",
    "GEBURTSORT": "Curaçao",
    "GESCHLECHT": "w",
    "STAATSANGEHOERIGKEIT": "163",
    "FAMILIENSTAND": "VH",
    "PLZ": "40822",
    "AGS": "05158024",
    "EINREISE_DEUTSCHLAND": "01.03.2015",
    "ZUZUG_KREIS": "01.06.2016",
    "AKTE": "A",
}


def table(count: int = 20, **changes: str) -> pa.Table:
    row = {f.name: (GOOD | changes).get(f.delivered) for f in PERSONS.fields}
    return pa.table({name: pa.array([text] * count, pa.string()) for name, text in row.items()})


def moved(rows: pa.Table, way: int) -> pa.Table:
    names = rows.column_names
    return rows.select([names[(n + way) % len(names)] for n in range(len(names))]).rename_columns(
        names
    )


def test_every_rule_says_in_two_languages_what_it_finds() -> None:
    for rule in RULES.values():
        assert rule.finds
        assert rule.finds_de.endswith(".")
        assert rule.default in (REJECT, WARN, IGNORE)


def test_a_contract_chooses_but_for_fixed_rules() -> None:
    assert action({}, "row_count") == WARN
    assert action({"row_count": REJECT}, "row_count") == REJECT
    assert action({"wrong_month": IGNORE}, "wrong_month") == REJECT
    assert problems({"row_count": REJECT, "older": REJECT}) == []
    assert [text[:24] for text in problems({"rows": WARN, "older": WARN})] == [
        "deliveryRules: no rule r",
        "deliveryRules.older: alw",
    ]


def test_a_verdict_refuses_warns_or_passes_as_chosen() -> None:
    verdicts = Verdicts({"doubled": WARN, "town_missing": IGNORE})
    verdicts.broken("doubled", "said twice")
    verdicts.broken("doubled", "said twice")
    verdicts.broken("town_missing", "not told")
    assert verdicts.warned == ("doubled",)
    with pytest.raises(DeliveryError, match=r"^too old \[older\]$") as caught:
        verdicts.broken("older", "too old")
    assert caught.value.rule == "older"


@pytest.mark.parametrize(
    ("read", "told", "rule"), [(3, 6, "half"), (6, 3, "doubled"), (4, 3, "manifest")]
)
def test_counts_that_differ_have_a_name(read: int, told: int, rule: str) -> None:
    tables = {"persons": Delivered(table(read))}
    with pytest.raises(DeliveryError) as caught:
        check_rows("x", tables, {"persons": told}, Verdicts({}))
    assert caught.value.rule == rule


def test_rows_of_an_unknown_table_break_the_manifest_and_its_name_is_not_told() -> None:
    tables = {"persons": Delivered(table(3))}
    with pytest.raises(DeliveryError) as caught:
        check_rows("x", tables, {"persons": 3, "Mustermann": 5}, Verdicts({}))
    assert caught.value.rule == "manifest"
    assert "Mustermann" not in str(caught.value)
    warned = Verdicts({"manifest": WARN})
    check_rows("x", tables, {"Mustermann": 5}, warned)
    assert warned.warned == ("manifest",)


@pytest.mark.parametrize("way", [1, -1])
def test_columns_moved_by_one_are_found(way: int) -> None:
    assert is_shifted(moved(table(), way), PERSONS)


def test_good_few_or_merely_bad_values_are_not_shifted() -> None:
    assert not is_shifted(table(), PERSONS)
    assert not is_shifted(moved(table(4), 1), PERSONS)
    assert not is_shifted(table(GESCHLECHT="?", AGS="?", ZUZUG_KREIS="?"), PERSONS)
    assert not is_shifted(table(0), PERSONS)


def test_the_order_of_rows_does_not_matter_for_a_large_table() -> None:
    assert is_shifted(moved(table(12_000), 1), PERSONS)


@pytest.mark.parametrize(
    ("text", "damaged"),
    [
        ("Öztürk", False),
        ("João Conceição", False),
        ("D’Qwénthylla", False),
        ("Жщурбан", False),
        ("ذوالضحى", False),
        ("Meier?", False),
        ("MÜLLER", False),
        ("Ã–ztÃ¼rk", True),
        ("MÃ¼ller", True),
        ("M\ufffdller", True),
        ("M?ller", True),
        ("Жщ?рбан", True),
    ],
)
def test_letters_tell_of_an_encoding_accident(text: str, damaged: bool) -> None:
    assert is_damaged(text) is damaged


def test_a_stray_letter_is_no_accident() -> None:
    one = pa.concat_tables([table(1, FAMILIENNAME="M?ller"), table(200)])
    assert not has_damaged_letters(one, PERSONS)
    assert has_damaged_letters(table(FAMILIENNAME="M?ller"), PERSONS)
    assert not has_damaged_letters(table(BEMERKUNG="Wie hei?t er"), PERSONS)


def test_warnings_of_the_contract_do_not_reach_other_rules() -> None:
    contract = replace(OFFICE, delivery_rules={"encoding": WARN})
    assert action(contract.delivery_rules, "shifted_column") == REJECT
