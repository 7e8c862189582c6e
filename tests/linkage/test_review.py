import json
import uuid
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from kim_pipeline.linkage.comparisons import COMPARISONS
from kim_pipeline.linkage.decisions import Decisions
from kim_pipeline.linkage.link import LinkResult, link_month
from kim_pipeline.linkage.model import LinkModel
from kim_pipeline.linkage.records import arrange
from kim_pipeline.linkage.register import LINK_COLUMNS
from kim_pipeline.linkage.review import KINDS, OWN_ITEMS, own_duplicates, told_pairs
from kim_pipeline.linkage.review_names import PAIR, level_words, with_names
from kim_pipeline.linkage.score import score_pairs

NONE = pd.DataFrame(columns=LINK_COLUMNS)
MONTH = date(2026, 10, 1)
KEY = bytes(range(16))
ABH, JC = "immigration_office", "job_centre"
TWIN = 1_000_002


@pytest.fixture(scope="module")
def result(invented, model: LinkModel) -> LinkResult:
    return link_month(invented.tokens, NONE, MONTH, model, KEY)


def linked(people, rows, invented, model: LinkModel, decided=None) -> LinkResult:
    tokens = people.among(invented, rows)
    table = pd.DataFrame(decided or [], columns=[*PAIR, "same"])
    return link_month(tokens, NONE, MONTH, model, KEY, decided=Decisions(table))


def about(result: LinkResult, *rows) -> pd.DataFrame:
    ours = [row["record_pseudonym"] for row in rows]
    review = result.review
    return review[review["record_l"].isin(ours) & review["record_r"].isin(ours)]


def same_person(result: LinkResult, one, other) -> bool:
    persons = result.links.set_index("record_pseudonym")["person_id"]
    return bool(persons[one["record_pseudonym"]] == persons[other["record_pseudonym"]])


def test_a_refused_pair_is_a_conflict(people, invented, model) -> None:
    twins = [people.row(ABH, people.person()), people.row(ABH, people.person(number=TWIN), 0)]
    twins[1] |= {"not_same_as": [twins[0]["record_pseudonym"]]}
    there = people.row(JC, people.person())
    found = linked(people, {ABH: twins, JC: [there]}, invented, model)
    conflicts = about(found, *twins, there).query("kind == 'conflict'")
    assert conflicts["reason"].tolist() == ["noted_as_different"]
    assert conflicts["source_l"].tolist() == [ABH]
    assert conflicts["source_r"].tolist() == [JC]


def test_notes_that_contradict_each_other_are_asked_about(people, invented, model) -> None:
    one, other = people.row(ABH, people.person()), people.row(ABH, people.person(number=TWIN))
    one |= {"same_as": [other["record_pseudonym"]]}
    other |= {"not_same_as": [one["record_pseudonym"]]}
    found = linked(people, {ABH: [one, other]}, invented, model)
    assert about(found, one, other)["kind"].tolist() == ["contradiction"]
    assert not same_person(found, one, other)


def test_duplicates_of_one_office_are_asked_about_though_nobody_doubts(
    people, invented, model
) -> None:
    one, other = people.row(ABH, people.person()), people.row(ABH, people.person(number=TWIN))
    found = linked(people, {ABH: [one, other]}, invented, model)
    item = about(found, one, other)
    assert item["own"].tolist() == [True]
    assert json.loads(item["levels"].iloc[0])["family"] == "exact"


def test_what_was_decided_is_not_asked_again(people, invented, model) -> None:
    one, other = people.row(ABH, people.person()), people.row(ABH, people.person(number=TWIN))
    ends = (ABH, one["record_pseudonym"], ABH, other["record_pseudonym"])
    for same in (True, False):
        found = linked(people, {ABH: [one, other]}, invented, model, [(*ends, same)])
        assert about(found, one, other).empty
        assert same_person(found, one, other) == same


def test_decisions_stand_above_the_notes_of_an_office(people, invented, model) -> None:
    one, other = people.row(ABH, people.person()), people.row(ABH, people.person(number=TWIN))
    one |= {"not_same_as": [other["record_pseudonym"]]}
    ends = (ABH, one["record_pseudonym"], ABH, other["record_pseudonym"])
    assert not same_person(linked(people, {ABH: [one, other]}, invented, model), one, other)
    decided = linked(people, {ABH: [one, other]}, invented, model, [(*ends, True)])
    assert same_person(decided, one, other)


def test_a_decision_about_two_offices_holds(people, invented, model) -> None:
    one, other = people.row(ABH, people.person()), people.row(JC, people.person())
    stranger = people.row(JC, people.person(number=TWIN, given="mirko", family="sela", born=None))
    rows = {ABH: [one], JC: [other, stranger]}
    ends = [(ABH, one["record_pseudonym"], JC, x["record_pseudonym"]) for x in (other, stranger)]
    assert same_person(linked(people, rows, invented, model), one, other)
    decided = [(*ends[0], False), (*ends[1], True)]
    found = linked(people, rows, invented, model, decided)
    assert not same_person(found, one, other)
    assert same_person(found, one, stranger)


def test_what_an_authority_may_be_asked_does_not_depend_on_others(people, invented, model) -> None:
    one, other = people.row(ABH, people.person()), people.row(ABH, people.person(number=TWIN))
    there = [people.row(JC, people.person(number=n)) for n in range(TWIN, TWIN + 3)]
    told = [
        about_own(linked(people, {ABH: [one, other], JC: rows}, invented, model))
        for rows in ([], there[:1], there)
    ]
    alone = {ABH: people.among(invented, {ABH: [one, other]})[ABH]}
    told.append(about_own(link_month(alone, NONE, MONTH, model, KEY)))
    assert all(asked == told[0] for asked in told)
    pair = {one["record_pseudonym"], other["record_pseudonym"]}
    assert [asked for asked in told[0] if set(asked) == pair]


def about_own(result: LinkResult) -> list[tuple[str, str]]:
    own = result.review[result.review["own"] & (result.review["source_l"] == ABH)]
    assert (own["source_r"] == ABH).all()
    return sorted(zip(own["record_l"], own["record_r"], strict=True))


def test_an_authority_is_not_asked_too_much(people, invented, model) -> None:
    rows = [
        people.row(ABH, people.person(number=2_000_000 + n, family=f"torman{n // 2}"))
        for n in range(2 * OWN_ITEMS + 20)
    ]
    records = arrange(people.among(invented, {ABH: rows}))
    own = own_duplicates(records, told_pairs(score_pairs(records, model)))
    asked = np.bincount(records.source_codes[own["l"]])
    assert asked.max() == asked[records.sources.index(ABH)] == OWN_ITEMS


def test_items_name_pairs_and_hold_no_token(result: LinkResult, invented) -> None:
    names = {*invented.truth["record_pseudonym"]}
    review = result.review
    assert {*review["record_l"], *review["record_r"]} <= names
    assert set(review["kind"]) <= set(KINDS)
    words = {w for text in review["levels"] for w in json.loads(text).values()}
    assert words <= {
        "exact", "canon", "one letter", "word", "alias", "former", "skeleton", "skeleton first",
        "swapped", "different", "not comparable", "day month swapped", "month year", "day year",
        "day month", "street", "postcode",
    }  # fmt: skip


def test_levels_are_said_in_words() -> None:
    worst = np.full(len(COMPARISONS), -1, dtype=np.int8)
    assert set(json.loads(level_words(worst)).values()) == {"not comparable"}
    best = np.array([len(c.levels) - 1 for c in COMPARISONS], dtype=np.int8)
    assert set(json.loads(level_words(best)).values()) == {"exact"}
    assert set(json.loads(level_words(worst + 1)).values()) == {"different"}


def test_an_item_has_the_same_name_in_every_month_and_another_under_another_key() -> None:
    ends = [("a", str(uuid.UUID(int=n)), "b", str(uuid.UUID(int=n + 1))) for n in range(5)]
    items = pd.DataFrame(ends, columns=PAIR)
    first, again = with_names(items, KEY), with_names(items[::-1], KEY)
    assert first.set_index("record_l")["item"].to_dict() == (
        again.set_index("record_l")["item"].to_dict()
    )
    assert first["item"].str.fullmatch("[0-9a-f]{16}").all()
    assert first["item"].nunique() == 5
    assert not set(first["item"]) & set(with_names(items, bytes(16))["item"])
    assert with_names(items.head(0), KEY)["item"].tolist() == []


def test_fresh_runs_ask_the_same(invented, model, result: LinkResult) -> None:
    turned = {
        source: table.take(pa.array(range(table.num_rows - 1, -1, -1)))
        for source, table in reversed(invented.tokens.items())
    }
    again = link_month(turned, NONE, MONTH, model, KEY)
    assert again.review.equals(result.review)
    assert not result.review.duplicated(PAIR).any()
