from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from kim_pipeline.linkage.calibration.calibrate import Calibrated
from kim_pipeline.linkage.calibration.quality import CalibrationFacts
from kim_pipeline.linkage.decisions import NO_DECISIONS
from kim_pipeline.linkage.evaluate import evaluate
from kim_pipeline.linkage.link import LinkResult, link_month
from kim_pipeline.linkage.model import LinkModel
from kim_pipeline.linkage.records import arrange
from kim_pipeline.linkage.register import LINK_COLUMNS, RECORD
from kim_pipeline.linkage.resolve import HYSTERESIS_BITS, resolve
from kim_pipeline.linkage.score import score_pairs
from kim_pipeline.linkage.summary import LinkSummary

Rows = dict[str, list[dict[str, Any]]]
NONE = pd.DataFrame(columns=LINK_COLUMNS)
MONTH, LATER = date(2026, 10, 1), date(2026, 11, 1)
KEY = bytes(range(16))
ABH, JC = "immigration_office", "job_centre"
TWIN = 1_000_002
NO_SUPPORT: Any = None


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


@pytest.mark.parametrize(("stood", "joined"), [(False, False), (True, True)])
def test_a_doubtful_link_is_kept_but_not_made(stood, joined, people, invented, model) -> None:
    rows = {ABH: [people.row(ABH, people.person())], JC: [people.row(JC, people.person())]}
    records = arrange({source: people.table(found) for source, found in rows.items()})
    pairs = score_pairs(records, model, least_weight=-1000.0)
    credit = 2.0 ** -(HYSTERESIS_BITS - 1)
    chances = Calibrated(np.full(1, credit), np.full(1, 0.5), CalibrationFacts(), NO_SUPPORT)
    persons = np.array([7, 7] if stood else [7, 8])
    found = resolve(records, pairs, chances, persons, NO_DECISIONS)
    assert (found.found.labels[0] == found.found.labels[1]) == joined
    assert found.held.tolist() == [joined]


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
    assert summary.candidate_pairs >= sum(summary.weights.values()) >= len(october.edges)
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


@pytest.mark.parametrize("sources", [(ABH,), (ABH, JC), (ABH, JC, "case_management")])
@pytest.mark.parametrize("size", [0, 1, 2])
def test_a_month_of_hardly_any_records_links(size, sources, people, model: LinkModel) -> None:
    known = [people.person(), people.person(number=TWIN, given="mirko")][:size]
    tokens = {s: people.table([people.row(s, person) for person in known]) for s in sources}
    first = link_month(tokens, NONE, MONTH, model, KEY)
    assert len(first.links) == size * len(sources)
    again = link_month(tokens, first.links, LATER, model, KEY)
    assert again.links.equals(first.links)
    assert again.events.empty


def test_the_version_of_the_model_is_told(october: LinkResult, model: LinkModel) -> None:
    assert october.summary.model_version == model.version
    assert replace(model, prior=2e-4).version != model.version
