from dataclasses import replace
from datetime import date

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kim_pipeline.linkage.drift import check_drift, population_stability
from kim_pipeline.linkage.link import link_month
from kim_pipeline.linkage.model import LinkModel
from kim_pipeline.linkage.register import LINK_COLUMNS
from kim_pipeline.linkage.summary import LinkSummary

NONE = pd.DataFrame(columns=LINK_COLUMNS)
KEY = bytes(16)


def summary_of(tokens: dict[str, pa.Table], model: LinkModel) -> LinkSummary:
    return link_month(tokens, NONE, date(2026, 10, 1), model, KEY).summary


def failed(now: LinkSummary, before: LinkSummary | None) -> list[str]:
    return [finding.name for finding in check_drift(now, before) if not finding.passed]


@pytest.fixture(scope="module")
def usual(invented, model: LinkModel) -> LinkSummary:
    return summary_of(invented.tokens, model)


def test_the_same_records_show_no_drift(usual: LinkSummary) -> None:
    assert failed(usual, usual) == []
    assert failed(usual, None) == []


def test_a_month_of_comings_and_goings_shows_no_drift(invented, model, usual) -> None:
    stayed = {s: t.slice(t.num_rows // 30) for s, t in invented.tokens.items()}
    assert failed(summary_of(stayed, model), usual) == []


def test_a_source_short_of_a_third_of_its_people_is_seen(invented, model, usual) -> None:
    tokens = dict(invented.tokens)
    office = tokens["immigration_office"]
    tokens["immigration_office"] = office.slice(0, office.num_rows * 2 // 3)
    assert "link_rate: job_centre -> immigration_office" in failed(summary_of(tokens, model), usual)


def test_a_column_that_arrives_empty_is_seen(invented, model, usual) -> None:
    table = invented.tokens["job_centre"]
    bare = table.set_column(
        table.schema.get_field_index("pob"), "pob", pa.nulls(table.num_rows, pa.int64())
    )
    found = failed(summary_of({**invented.tokens, "job_centre": bare}, model), usual)
    assert "fill: job_centre: pob" in found
    assert "levels: immigration_office + job_centre: pob" in found


def test_a_source_that_is_gone_is_seen(invented, model, usual) -> None:
    tokens = {s: t for s, t in invented.tokens.items() if s != "job_centre"}
    found = failed(summary_of(tokens, model), usual)
    assert "link_rate: job_centre -> immigration_office" in found
    assert any(name.startswith("fill: job_centre") for name in found)


def test_many_refused_unions_are_seen(usual: LinkSummary) -> None:
    assert failed(replace(usual, conflicts=usual.edges // 8), usual) == ["conflicts"]
    assert failed(replace(usual, conflicts=usual.edges // 8), None) == ["conflicts"]


def test_many_changed_ids_are_seen(usual: LinkSummary) -> None:
    assert failed(replace(usual, known_records=1000, changed_records=40), usual) == ["churn"]


@given(st.lists(st.integers(0, 1000), min_size=2, max_size=9))
@settings(deadline=None)
def test_equal_histograms_are_stable_and_no_index_is_negative(counts: list[int]) -> None:
    assert population_stability(tuple(counts), tuple(counts)) == pytest.approx(0)
    assert population_stability(tuple(counts), tuple(counts[::-1])) >= 0
