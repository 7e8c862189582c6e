from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from kim_pipeline.linkage.evaluate import evaluate
from kim_pipeline.linkage.link import HYSTERESIS_BITS, LinkResult, link_month
from kim_pipeline.linkage.model import LinkModel
from kim_pipeline.linkage.register import LINK_COLUMNS, RECORD
from kim_pipeline.linkage.summary import LinkSummary

Rows = dict[str, list[dict[str, Any]]]
NONE = pd.DataFrame(columns=LINK_COLUMNS)
MONTH, LATER = date(2026, 10, 1), date(2026, 11, 1)
KEY = bytes(range(16))
ABH, JC = "immigration_office", "job_centre"
TWIN = 1_000_002


@pytest.fixture(scope="module")
def october(invented, model: LinkModel) -> LinkResult:
    return link_month(invented.tokens, NONE, MONTH, model, KEY)


def persons(people, tokens: Rows, invented, model: LinkModel) -> list[str]:
    """Link a few records among many others; give the person of each."""
    found = link_month(people.among(invented, tokens), NONE, MONTH, model, KEY)
    links = found.links.set_index(RECORD)["person_id"]
    return [links[s, row["record_pseudonym"]] for s, rows in tokens.items() for row in rows]


def test_one_person_at_two_offices_is_one(people, invented, model) -> None:
    here = people.row(ABH, people.person())
    there = people.row(JC, people.person(given="anabell", street="Weg 2"))
    one, other = persons(people, {ABH: [here], JC: [there]}, invented, model)
    assert one == other


def test_twins_at_one_office_stay_two(people, invented, model) -> None:
    twins = [people.person(), people.person(number=TWIN, given="mirko", sex="m")]
    rows = [people.row(ABH, twin) for twin in twins]
    assert len(set(persons(people, {ABH: rows}, invented, model))) == 2


def test_each_twin_finds_its_own_record_elsewhere(people, invented, model) -> None:
    twins = [people.person(), people.person(number=TWIN, given="mirko")]
    rows = {source: [people.row(source, twin) for twin in twins] for source in (ABH, JC)}
    first, second, first_there, second_there = persons(people, rows, invented, model)
    assert (first, second) == (first_there, second_there)
    assert first != second


def test_records_noted_as_different_people_stay_two(people, invented, model) -> None:
    first, copy = people.row(ABH, people.person()), people.row(ABH, people.person(), copy=1)
    assert len(set(persons(people, {ABH: [first, copy]}, invented, model))) == 1
    noted = people.row(ABH, people.person(not_same_as=(copy["record_pseudonym"],)))
    assert len(set(persons(people, {ABH: [noted, copy]}, invented, model))) == 2


def test_records_noted_as_the_same_person_are_one(people, invented, model) -> None:
    stranger = people.person(number=TWIN, given="mirko", family="sela", born=None)
    other = people.row(ABH, stranger)
    noted = people.row(ABH, people.person(same_as=(other["record_pseudonym"],)))
    assert len(set(persons(people, {ABH: [noted, other]}, invented, model))) == 1


def doubtful(people, invented, model: LinkModel) -> tuple[dict[str, pa.Table], list[str]]:
    """Find two records whose odds are too small to make a link and large enough to keep one."""
    usual = {"given": "mirko", "sex": "m", "street": "Hof 9", "plz": "4"}
    for more in ({}, {"family": "tormann"}, {"family": "sela"}, {"nat": "1"}, {"pob": "Dorf"}):
        left = people.row(ABH, people.person())
        right = people.row(JC, people.person(number=TWIN, **usual, **more))
        tokens = people.among(invented, {ABH: [left], JC: [right]})
        ours = [left["record_pseudonym"], right["record_pseudonym"]]
        edges = link_month(tokens, NONE, MONTH, model, KEY).edges
        chance = edges.query("record_l in @ours and record_r in @ours")["probability"]
        if 2 ** -(HYSTERESIS_BITS - 1) < chance.max() < 0.5:
            return tokens, ours
    raise AssertionError("No pair of records is doubtful: invent others.")


def test_a_doubtful_link_is_kept_but_not_made(people, invented, model) -> None:
    tokens, (one, other) = doubtful(people, invented, model)
    fresh = link_month(tokens, NONE, MONTH, model, KEY).links.set_index("record_pseudonym")
    assert fresh.loc[one, "person_id"] != fresh.loc[other, "person_id"]
    fresh.loc[other, "person_id"] = fresh.loc[one, "person_id"]
    again = link_month(tokens, fresh.reset_index(), LATER, model, KEY)
    assert again.summary.changed_records == 0


def test_most_people_are_found_and_few_mixed(invented, october: LinkResult) -> None:
    found = evaluate(october.links, invented.truth)
    assert found.pairs.precision > 0.99
    assert found.pairs.recall > 0.98


def test_unchanged_input_changes_nothing(invented, model: LinkModel, october: LinkResult) -> None:
    november = link_month(invented.tokens, october.links, LATER, model, KEY)
    assert november.links.equals(october.links)
    assert november.events.empty
    assert november.summary.changed_records == 0
    assert november.summary.known_records == len(october.links)


def test_two_fresh_runs_agree_in_any_order_of_rows(invented, model, october: LinkResult) -> None:
    turned = {
        source: table.take(pa.array(range(table.num_rows - 1, -1, -1)))
        for source, table in reversed(invented.tokens.items())
    }
    again = link_month(turned, NONE, MONTH, model, KEY)
    assert again.links.equals(october.links)
    assert again.edges.equals(october.edges)
    assert again.events.equals(october.events)
    assert again.summary == october.summary


def test_previous_links_may_come_as_arrow(invented, model: LinkModel, october: LinkResult) -> None:
    previous = pa.Table.from_pandas(october.links, preserve_index=False)
    assert link_month(invented.tokens, previous, LATER, model, KEY).links.equals(october.links)


def test_a_new_delivery_keeps_the_ids_of_those_who_stay(invented, model, october) -> None:
    tokens = {
        source: table.slice(0, table.num_rows - 15) for source, table in invented.tokens.items()
    }
    both = link_month(tokens, october.links, LATER, model, KEY).links.merge(
        october.links, on=RECORD, suffixes=("", "_before")
    )
    assert len(both) == sum(table.num_rows for table in tokens.values())
    assert (both["person_id"] == both["person_id_before"]).all()


def test_edges_say_what_was_kept(october: LinkResult) -> None:
    persons = october.links.set_index(RECORD)["person_id"]
    left = persons.loc[list(zip(october.edges["source_l"], october.edges["record_l"], strict=True))]
    right = persons.loc[
        list(zip(october.edges["source_r"], october.edges["record_r"], strict=True))
    ]
    assert ((left.to_numpy() == right.to_numpy()) == october.edges["kept"]).all()


def test_the_summary_counts_and_names_nobody(invented, october: LinkResult) -> None:
    summary = october.summary
    assert summary.records == {s: t.num_rows for s, t in sorted(invented.tokens.items())}
    assert summary.candidate_pairs == len(october.edges) == sum(summary.weights.values())
    assert summary.edges == october.edges["kept"].sum()
    assert summary.persons == october.links["person_id"].nunique() == summary.events["founded"]
    text = summary.to_json()
    assert not [name for name in october.links["record_pseudonym"] if name in text]
    assert not [name for name in october.links["person_id"] if name in text]
    assert LinkSummary.from_json(text) == summary


def test_another_key_makes_other_ids_of_the_same_people(invented, model, october) -> None:
    other = link_month(invented.tokens, NONE, MONTH, model, bytes(16)).links
    assert not set(other["person_id"]) & set(october.links["person_id"])


def test_a_source_without_records_links(invented, model: LinkModel) -> None:
    tokens = dict(invented.tokens) | {"job_centre": invented.tokens["job_centre"].slice(0, 0)}
    found = link_month(tokens, NONE, MONTH, model, KEY)
    assert found.summary.records["job_centre"] == 0


def test_the_version_of_the_model_is_told(october: LinkResult, model: LinkModel) -> None:
    assert october.summary.model_version == model.version
    assert replace(model, prior=2e-4).version != model.version
