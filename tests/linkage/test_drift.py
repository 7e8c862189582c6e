"""A broken delivery is stopped before the register; an ordinary next month passes."""

import random
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kim_pipeline.linkage.chance import margin
from kim_pipeline.linkage.drift import check_drift
from kim_pipeline.linkage.link import link_month
from kim_pipeline.linkage.model import LinkModel
from kim_pipeline.linkage.population_stability import population_stability
from kim_pipeline.linkage.records import arrange
from kim_pipeline.linkage.register import LINK_COLUMNS
from kim_pipeline.linkage.rewritten import rewritten
from kim_pipeline.linkage.summary import LinkSummary
from quality_checks.links import LINK_RULES, drift_outcomes

NONE = pd.DataFrame(columns=LINK_COLUMNS)
KEY = bytes(16)
PEOPLE = 900
SEED = 3
ABH, JC, CM = "immigration_office", "job_centre", "case_management"
Spoil = Callable[[str, Any], Iterable[Any]]


def summary_of(
    tokens: dict[str, pa.Table], model: LinkModel, before: dict[str, pa.Table] | None = None
) -> LinkSummary:
    summary = link_month(tokens, NONE, date(2026, 10, 1), model, KEY).summary
    if before is None:
        return summary
    return replace(summary, rewritten=rewritten(arrange(before).table, arrange(tokens)))


def failed(now: LinkSummary, before: LinkSummary | None) -> list[str]:
    return [finding.name for finding in check_drift(now, before) if not finding.passed]


def stopped_by(now: LinkSummary, before: LinkSummary | None) -> set[str]:
    """The blocking rules that a run fails."""
    outcomes = drift_outcomes(check_drift(now, before))
    return {o.rule.name for o in outcomes if o.rule.blocking and not o.passed}


def a_month_later(chance: random.Random, share: float) -> Spoil:
    """People leave and come, move and marry: `share` of the records is another one afterwards."""

    def change(source: str, record: Any) -> Iterable[Any]:
        dice = chance.random()
        if dice < share / 3:
            return []
        if dice < 2 * share / 3:
            return [replace(record, street=f"Neuweg{chance.randrange(40)} 1")]
        if dice < share:
            return [replace(record, family=record.family + "sen")]
        return [record]

    return change


def broken(source: str, how: Callable[[Any], Iterable[Any]]) -> Spoil:
    """An ordinary month in which one source arrives broken."""
    ordinary = a_month_later(random.Random(8), 0.07)

    def spoil(name: str, record: Any) -> Iterable[Any]:
        arrived = ordinary(name, record)
        return [r for one in arrived for r in how(one)] if name == source else arrived

    return spoil


def shifted(record: Any) -> list[Any]:
    return [replace(record, given=record.family, family=record.pob)]


def swapped(record: Any) -> list[Any]:
    return [replace(record, given=record.family, family=record.given)]


def lost_letters(record: Any) -> list[Any]:
    """Stand in for letters beyond ASCII, of which normalisation keeps nothing once they are `?`.

    A fifth of these names have a `u` and half of these addresses a `1`, as many as have such a
    letter in an immigration office.
    """
    names = {f: getattr(record, f).replace("u", "") for f in ("given", "family")}
    return [replace(record, street=record.street.replace("1", ""), **names)]


def new_year(record: Any) -> list[Any]:
    return [replace(record, born=record.born.replace(month=1, day=1))]


def one_date(record: Any) -> list[Any]:
    return [replace(record, born=date(1900, 1, 1))]


def short(record: Any) -> list[Any]:
    return [] if record.number % 10 < 3 else [record]


def doubled(record: Any) -> list[Any]:
    return [record, record]


def a_tenth_doubled(record: Any) -> list[Any]:
    return doubled(record) if record.number % 10 == 0 else [record]


@pytest.fixture(scope="module")
def usual(invent_people, model: LinkModel) -> LinkSummary:
    return summary_of(invent_people(PEOPLE, SEED).tokens, model)


@pytest.fixture(scope="module")
def month(invent_people, model: LinkModel) -> Callable[[Spoil], LinkSummary]:
    before = invent_people(PEOPLE, SEED).tokens
    return lambda spoil: summary_of(invent_people(PEOPLE, SEED, spoil).tokens, model, before)


def test_the_same_records_show_no_drift(usual: LinkSummary) -> None:
    assert failed(usual, usual) == []
    assert failed(usual, None) == []


@pytest.mark.parametrize(("seed", "share"), [(1, 0.05), (2, 0.1), (3, 0.1)])
def test_an_ordinary_next_month_passes(month, usual, seed: int, share: float) -> None:
    assert stopped_by(month(a_month_later(random.Random(seed), share)), usual) == set()


FAULTS = [
    (shifted, {"links_agree", "agreement_steady"}),
    (swapped, {"links_agree", "agreement_steady"}),
    (lost_letters, {"agreement_steady", "records_mostly_unchanged"}),
    (new_year, {"commonest_values_as_before", "no_value_for_all", "agreement_steady"}),
    (one_date, {"commonest_values_as_before", "no_value_for_all"}),
    (short, {"sources_not_shrunk"}),
    (doubled, {"match_keys_shared_as_before", "people_not_doubled"}),
    (a_tenth_doubled, {"match_keys_shared_as_before"}),
]


CASES = [(source, fault, rules) for fault, rules in FAULTS for source in (JC, CM)]


@pytest.mark.parametrize(
    ("source", "fault", "rules"), CASES, ids=[f"{f.__name__}-{s}" for s, f, _ in CASES]
)
def test_a_broken_delivery_is_stopped(month, usual, source, fault, rules) -> None:
    assert rules <= stopped_by(month(broken(source, fault)), usual)


@pytest.mark.parametrize("fault", [shifted, swapped, new_year, one_date, doubled])
def test_a_first_delivery_that_cannot_be_right_is_stopped(month, fault) -> None:
    assert stopped_by(month(broken(JC, fault)), None)


@pytest.mark.parametrize("source", [ABH, JC, CM])
def test_an_empty_column_is_stopped_even_in_a_first_run(
    invent_people, model, usual, source
) -> None:
    tokens = invent_people(PEOPLE, SEED).tokens
    for column in ("plz", "addr", "street", "k5", "k7"):
        table = tokens[source]
        at, empty = table.schema.get_field_index(column), pa.nulls(len(table), pa.int64())
        tokens = {**tokens, source: table.set_column(at, column, empty)}
    now = summary_of(tokens, model)
    assert {"fields_filled_as_before", "agreement_steady"} <= stopped_by(now, usual)
    assert stopped_by(now, None) == {"needed_fields_filled"}
    assert set(failed(now, None)) == {f"missing: {source}: plz"}
    both = replace(now, fill={**now.fill, source: {**now.fill[source], "nat": 0.0}})
    assert set(failed(both, None)) == {f"missing: {source}: {column}" for column in ("plz", "nat")}


def test_a_source_short_of_a_third_moves_the_link_rate(month, usual) -> None:
    found = failed(month(broken(ABH, short)), usual)
    assert "link_rate: job_centre -> immigration_office" in found


def test_a_source_that_is_gone_is_seen(invented, model) -> None:
    before = summary_of(invented.tokens, model)
    tokens = {s: t for s, t in invented.tokens.items() if s != JC}
    found = failed(summary_of(tokens, model), before)
    assert "shrunk: job_centre" in found
    assert "link_rate: job_centre -> immigration_office" in found


def test_a_group_that_is_lost_in_one_source_is_seen(month, usual) -> None:
    def without_one_group(record: Any) -> list[Any]:
        return [] if int(record.nat) % 4 == 1 else [record]

    found = failed(month(broken(ABH, without_one_group)), usual)
    assert "group_rate: job_centre -> immigration_office: TURKEY" in found
    assert "group_rate: job_centre -> immigration_office: EU" not in found


def test_a_source_nobody_shares_is_seen_in_a_first_run(month) -> None:
    def strange(record: Any) -> list[Any]:
        name, place = f"xyz{record.number}q", f"Fern {record.number}"
        stranger = replace(record, given=name, family=name[::-1], azr=None, born=None)
        return [replace(stranger, street=place, pob=place)]

    assert "unfound: job_centre" in failed(month(broken(JC, strange)), None)


def test_many_refused_unions_are_seen(usual: LinkSummary) -> None:
    many = replace(usual, conflicts=usual.edges // 8)
    assert failed(many, usual) == ["conflicts: any", "conflicts"]
    assert failed(many, None) == ["conflicts: any"]


def test_many_changed_ids_are_seen(usual: LinkSummary) -> None:
    assert failed(replace(usual, known_records=1000, changed_records=40), usual) == ["churn"]


def test_a_model_that_weighs_otherwise_is_told_and_stops_nothing(usual: LinkSummary) -> None:
    weights = {name: tuple(w + 2 for w in found) for name, found in usual.model_weights.items()}
    other = replace(usual, model_version="other", model_weights=weights)
    assert [name.split(":")[0] for name in failed(other, usual)] == ["model"]
    assert stopped_by(other, usual) == set()


def test_a_run_of_an_older_version_is_compared_as_far_as_it_goes(usual: LinkSummary) -> None:
    older = LinkSummary(
        **{
            name: getattr(usual, name)
            for name in ("model_version", "records", "candidate_pairs", "edges", "conflicts")
        },
        **{name: getattr(usual, name) for name in ("persons", "events", "weights", "levels")},
        **{name: getattr(usual, name) for name in ("link_rate", "fill")},
        changed_records=0,
        known_records=0,
    )
    assert LinkSummary.from_json(older.to_json()) == older
    assert failed(usual, older) == []


def test_every_finding_belongs_to_a_rule_and_every_rule_speaks_both_languages(usual) -> None:
    assert [o.rule for o in drift_outcomes(check_drift(usual, usual))] == list(LINK_RULES)
    assert all(rule.description and rule.description_de for rule in LINK_RULES)
    assert len({rule.name for rule in LINK_RULES}) == len(LINK_RULES)


@given(st.integers(1, 100_000), st.floats(0, 1))
def test_smaller_sources_have_more_room_for_chance(count: int, share: float) -> None:
    assert margin(count, share) >= margin(2 * count, share) > 0
    assert margin(count, share) * count >= 5 - 1e-9


@given(st.lists(st.integers(0, 1000), min_size=2, max_size=9))
@settings(deadline=None)
def test_equal_histograms_are_stable_and_no_index_is_negative(counts: list[int]) -> None:
    assert population_stability(tuple(counts), tuple(counts)) == pytest.approx(0)
    assert population_stability(tuple(counts), tuple(counts[::-1])) >= 0
