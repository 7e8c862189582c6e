"""A summary holds counts and shares of a run, and survives being written down."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from kim_pipeline.linkage.calibration.quality import CalibrationFacts, QualityEstimate
from kim_pipeline.linkage.link import link_month
from kim_pipeline.linkage.model import LinkModel
from kim_pipeline.linkage.records import arrange
from kim_pipeline.linkage.register import LINK_COLUMNS
from kim_pipeline.linkage.rewritten import rewritten
from kim_pipeline.linkage.summary import LinkSummary
from kim_pipeline.linkage.token_counts import commonest, key_sharing

NONE = pd.DataFrame(columns=LINK_COLUMNS)
ABH, JC = "immigration_office", "job_centre"


@pytest.fixture(scope="module")
def summary(invented, model: LinkModel) -> LinkSummary:
    return link_month(invented.tokens, NONE, date(2026, 10, 1), model, bytes(16)).summary


def test_it_is_read_as_it_was_written(summary: LinkSummary) -> None:
    estimate = QualityEstimate(ABH, JC, "EU", 9, 1.0, 0.9, 1.0, 0.5, 0.1 + 0.2, 0.6, True)
    facts = CalibrationFacts(
        coverage={f"{JC} -> {ABH}": 0.97},
        hidden=3,
        identifier_recall={f"{ABH} + {JC}": (0.9, 0.8, 1.0)},
    )
    whole = replace(summary, facts=facts, quality=(estimate,), rewritten={JC: (10, 1)})
    assert LinkSummary.from_json(whole.to_json()) == whole


def test_rates_of_groups_add_up_to_the_rate_of_all(invented, summary: LinkSummary) -> None:
    for name, rate in summary.link_rate.items():
        searched = sum(n for n, _ in summary.group_rate[name].values())
        found = sum(hits for _, hits in summary.group_rate[name].values())
        assert searched == invented.tokens[name.split(" -> ")[0]].num_rows
        assert found / searched == pytest.approx(rate, abs=1e-6)


def test_link_rates_are_those_of_the_links(invented, model: LinkModel) -> None:
    result = link_month(invented.tokens, NONE, date(2026, 10, 1), model, bytes(16))
    office, centre = (result.links.query("source == @s")["person_id"] for s in (ABH, JC))
    expected = centre.isin(set(office)).mean()
    assert result.summary.link_rate[f"{JC} -> {ABH}"] == pytest.approx(expected, abs=1e-6)


def test_shared_keys_and_common_values_are_counted_inside_a_source(people) -> None:
    twice = [people.row(JC, people.person(), copy) for copy in (0, 1)]
    other = people.row(JC, people.person(number=7, given="mirko", family="sela", plz="4"))
    records = arrange({JC: people.table([*twice, other]), ABH: people.table([twice[0]])})
    shared = key_sharing(records)
    assert (shared[JC]["k6"].shared, shared[JC]["k6"].largest) == (0.666667, 0.666667)
    assert shared[ABH]["k6"].shared == 0
    assert commonest(records)[JC] == {
        "given": 0.666667,
        "family": 0.666667,
        "dob": 1.0,
        "dob_dm": 1.0,
    }


def test_records_that_look_otherwise_are_counted(people) -> None:
    stayed, moved, gone = (people.person(number=n) for n in (1, 2, 3))
    before = {JC: people.table([people.row(JC, p) for p in (stayed, moved, gone)])}
    then = replace(moved, street="Neuweg 1")
    now = {JC: people.table([people.row(JC, p) for p in (stayed, then, people.person(number=4))])}
    records = arrange({**now, ABH: people.table([people.row(ABH, stayed)])})
    assert rewritten(arrange(before).table, records) == {JC: (2, 1)}


def test_a_source_without_records_has_a_summary(invented, model: LinkModel) -> None:
    tokens = {**invented.tokens, JC: invented.tokens[JC].slice(0, 0)}
    found = link_month(tokens, NONE, date(2026, 10, 1), model, bytes(16)).summary
    assert found.group_rate[f"{JC} -> {ABH}"] == {}
    assert LinkSummary.from_json(found.to_json()) == found
