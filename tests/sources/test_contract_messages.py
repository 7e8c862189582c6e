"""A contract is told everything that is wrong with it, in German and English, with the remedy."""

import re
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from small_deliveries import JOBS

from sources.contracts import checks
from sources.contracts.contract import inspect_contract
from sources.contracts.lines import line_of
from sources.contracts.problems import kinds

MESSAGES = Path(checks.__file__).with_name("messages.yaml")


def written(tmp_path: Path, *changes: tuple[str, str]) -> Path:
    text = JOBS.path.read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / "changed.odcs.yaml"
    path.write_text(text, "utf-8")
    return path


def test_every_message_says_what_and_what_to_do_in_both_languages() -> None:
    raw: dict[str, Any] = yaml.safe_load(MESSAGES.read_text("utf-8"))
    for kind, entry in raw.items():
        assert entry.keys() == {"en", "de"}, kind
        words = {frozenset(re.findall(r"{(\w+)}", " ".join(pair))) for pair in entry.values()}
        assert len(words) == 1, kind
        assert all(len(pair) == 2 and all(pair) for pair in entry.values()), kind


def test_every_kind_of_problem_has_a_message() -> None:
    folder = MESSAGES.parent
    sources = "".join(path.read_text("utf-8") for path in folder.glob("*.py"))
    used = set(re.findall(r'problem\(\s*"([a-z0-9_]+)"', sources))
    assert used == kinds()


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        ("format: xml", "format: fax"),
        ("'0 7 4 * *'", "'0 7 29 * *'"),
        ("privacy, value: [{rule: link, role: family}]", "privacy, value: [{rule: open}]"),
        ("{sex: sex, birth_year", "{gender: sex, birth_year"),
    )
    contract, problems = inspect_contract(path)
    assert contract is None
    assert {problem.kind for problem in problems} == {
        "server_format", "cron_day", "open_identifier", "open_text", "target_column",
    }  # fmt: skip


def test_errors_of_form_are_told_beside_our_own(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        ("logicalType: string", "logicalType: strng"),
        ("maxRejectedRowsPercent, value: 2", "maxRejectedRowsPercent, value: many"),
        ("unknownColumns, value: warn", "unknownColumns, value: perhaps"),
    )
    _, problems = inspect_contract(path)
    assert [problem.kind for problem in problems] == ["misspelt_value", "wrong_type", "one_of"]


@pytest.mark.parametrize(
    ("old", "new", "meant"),
    [
        ("primaryKey: true", "primarKey: true", "primaryKey"),
        ("property: unknownColumns", "property: unknownColums", "unknownColumns"),
    ],
)
def test_a_misspelt_word_is_guessed(tmp_path: Path, old: str, new: str, meant: str) -> None:
    _, problems = inspect_contract(written(tmp_path, (old, new)))
    assert any(p.kind == "misspelt_word" and p.remedy("de").endswith(f" {meant}") for p in problems)


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("{rule: link, role: familiy}", [("misspelt_value", "family")]),
        ("{rule: link, rolle: family}", [("required", "role"), ("misspelt_word", "role")]),
        ("{rule: lnk, role: family}", [("misspelt_value", "link")]),
        ("{rule: pseudonymise, domain: person}", [("required", "column")]),
        ("{rule: coarsen, to: month, column: x}", [("one_of", "year")]),
    ],
)
def test_a_privacy_rule_is_judged_as_the_rule_it_names(
    tmp_path: Path, rule: str, told: list[tuple[str, str]]
) -> None:
    old = "privacy, value: [{rule: link, role: family}]"
    _, problems = inspect_contract(written(tmp_path, (old, f"privacy, value: [{rule}]")))
    assert sorted((p.kind, p.words.get("near") or p.words.get("name") or p.words["allowed"])
                  for p in problems) == sorted(told)  # fmt: skip


def test_a_problem_is_found_by_its_line(tmp_path: Path) -> None:
    path = written(tmp_path, ("classification: direct-identifier", "classification: secret"))
    _, problems = inspect_contract(path)
    line = line_of(path, problems[0].where)
    assert line is not None
    lines = path.read_text("utf-8").splitlines()
    assert "name: person_number" in lines[line - 1]
    assert line_of(path, "nothing.of[3].this") is None


def test_german_and_english_differ_and_both_name_the_choice(tmp_path: Path) -> None:
    _, problems = inspect_contract(written(tmp_path, ("format: xml", "format: fax")))
    german, english = problems[0].remedy("de"), problems[0].remedy("en")
    assert german != english
    assert "xlsx" in german
    assert "xlsx" in english


@pytest.mark.parametrize(
    ("rules", "kind"),
    [("{doubbled: warn}", "delivery_rule"), ("{unsafe: ignore}", "fixed_delivery_rule")],
)
def test_delivery_rules_must_exist_and_some_stay_hard(
    tmp_path: Path, rules: str, kind: str
) -> None:
    entry = "customProperties:\n  - {property: deliveryRules, value: " + rules + "}\n"
    _, problems = inspect_contract(written(tmp_path, ("customProperties:\n", entry)))
    assert [problem.kind for problem in problems] == [kind]


def test_a_consent_that_points_nowhere_is_told(tmp_path: Path) -> None:
    value = "{table: persons, person: family_name, givenOn: size, endsOn: nothing}"
    entry = "customProperties:\n  - {property: consent, value: " + value + "}\n"
    _, problems = inspect_contract(written(tmp_path, ("customProperties:\n", entry)))
    assert [problem.kind for problem in problems] == ["consent_field"] * 3


def test_a_code_list_that_is_not_there_says_how_to_get_it(tmp_path: Path) -> None:
    wanted = "codeList, value: {name: nationalities, version: '1999'}"
    path = written(tmp_path, ("codeList, value: nationalities", wanted))
    _, problems = inspect_contract(path)
    assert [problem.kind for problem in problems] == ["no_code_list"]
    assert "nationalities@1999" in problems[0].what("de")
    assert "kim codelist import" in problems[0].remedy("en")


JUNK = (None, "", 0, -1, True, [], {}, "x", ["x"], {"x": 1}, [None], {"property": "x", "value": 1})


def _places(part: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    steps = part if isinstance(part, dict) else range(len(part)) if isinstance(part, list) else ()
    for step in steps:
        yield (*way, step)
        yield from _places(part[step], (*way, step))


@settings(max_examples=15, deadline=None)
@given(chance=st.randoms(use_true_random=False))
def test_whatever_is_wrong_a_contract_is_judged_and_never_crashes(
    chance: Random, tmp_path_factory: pytest.TempPathFactory
) -> None:
    document = yaml.safe_load(JOBS.path.read_text("utf-8"))
    document["schema"] = document["schema"][-1:]
    *way, last = chance.choice(list(_places(document)))
    part = document
    for step in way:
        part = part[step]
    if chance.random() < 0.3:
        del part[last]
    else:
        part[last] = chance.choice(JUNK)
    path = tmp_path_factory.mktemp("junk") / "junk.odcs.yaml"
    path.write_text(yaml.safe_dump(document), "utf-8")
    contract, problems = inspect_contract(path)
    assert contract is not None or problems
    assert all(problem.what("de") and problem.remedy("de") for problem in problems)


@pytest.mark.parametrize("text", ["", "- a\n", "just words\n"])
def test_what_is_no_contract_is_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "none.odcs.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(Exception, match="holds no contract"):
        inspect_contract(path)
