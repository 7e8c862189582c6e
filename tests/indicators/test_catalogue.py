"""The catalogue and its labels: complete, and refused when something is wrong with an entry."""

import copy
from typing import Any

import pytest

from kim_pipeline.errors import ConfigError
from kim_pipeline.indicators.catalogue import join_topics, parse_catalogue, read_catalogue
from kim_pipeline.indicators.indicator import Breakdown
from kim_pipeline.indicators.labels import parse_labels, read_labels
from kim_pipeline.indicators.quality_counts import link_id, link_pair, quality_counts
from sources.contracts.contract import load_contracts

SOURCES = tuple(contract.source for contract in load_contracts())

ENTRY: dict[str, Any] = {
    "name": {"de": "Bestand", "en": "Stock"},
    "definition": {"de": "Alle.", "en": "All."},
    "kind": "count",
    "baustein": ["I"],
    "sources": ["immigration_office"],
    "numerator": {"foreign_resident": True},
    "breakdowns": ["total", "town+status_group"],
}
MEDIAN: dict[str, Any] = {"kind": "median", "numerator": "absent", "denominator": {}}
LADDER = {
    "attribute": "naturalisation_outcome",
    "merged": {
        "NATURALISED": ["EINGEBUERGERT"],
        "NOT_NATURALISED": [
            "ABGELEHNT",
            "ZURUECKGENOMMEN",
            "ABGEGEBEN",
            "EINGESTELLT",
            "OFFEN",
        ],
    },
    "harmless": [],
}


def parse(**changes: Any) -> Any:
    entry = {k: v for k, v in (copy.deepcopy(ENTRY) | changes).items() if v != "absent"}
    return parse_catalogue({"X1": entry}, read_labels())["X1"]


def test_the_catalogue_holds_the_agreed_indicators() -> None:
    agreed = "S1 S2 S5 C1 C1_in C1_out C3 C5 C5_agreed V1 N1 N6 N6_p90 N6_open J1 G2 G2_over_30 Q1"
    assert set(agreed.split()) <= {i.id for i in read_catalogue().indicators}


def test_every_indicator_has_a_total() -> None:
    for indicator in read_catalogue().indicators:
        assert Breakdown(False, ()) in indicator.breakdowns


def test_who_gets_asylum_benefits_is_not_unsupported() -> None:
    indicator = read_catalogue()["S5"]
    assert indicator.numerator
    assert indicator.denominator
    tests = {c.column: c.operand for c in indicator.numerator}
    assert tests["asylum_benefit_status"] is False
    assert set(indicator.denominator) < set(indicator.numerator)


def test_every_source_of_the_catalogue_has_a_contract() -> None:
    assert {s for i in read_catalogue().indicators for s in i.sources} <= set(SOURCES)


def test_every_share_counts_within_its_denominator() -> None:
    for indicator in (*read_catalogue().indicators, *quality_counts(SOURCES)):
        if indicator.kind == "share":
            assert indicator.numerator
            assert indicator.denominator
            assert set(indicator.denominator) < set(indicator.numerator), indicator.id


def test_breakdown_names_follow_the_published_table() -> None:
    assert Breakdown(False, ()).name == "total"
    assert Breakdown(True, ()).name == "town"
    assert Breakdown(True, ("nationality_group", "sex")).name == "town+nationality_group+sex"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"kind": "mode"}, "kind"),
        ({"numerator": "absent"}, "needs exactly numerator"),
        ({"denominator": {}}, "needs exactly numerator"),
        ({"kind": "share"}, "denominator, numerator"),
        (MEDIAN | {"value": "person_id"}, "open"),
        ({"kind": "share", "denominator": {"sgb2_benefit": True}}, "repeat"),
        ({"numerator": ["foreign_resident"]}, "must map"),
        ({"name": {"de": "Bestand"}}, "languages"),
        ({"definition": "absent"}, "missing"),
        ({"colour": "red"}, "unknown"),
        ({"sources": []}, "sources"),
        ({"sources": ["Finanzamt Musterstadt"]}, "sources"),
        ({"numerator": {"in_job_centre": True}}, "sources"),
        ({"numerator": {"in_job_centre": {"any_of": ["x"]}}}, "does not fit"),
        ({"numerator": {"in_sources": {"known": True}}}, "open column"),
        ({"baustein": ["IV"]}, "baustein"),
        ({"breakdowns": ["town"]}, "total"),
        ({"breakdowns": ["total", "sex", "sex"]}, "once"),
        ({"breakdowns": ["total", "street"]}, "declared"),
        ({"breakdowns": ["total", "sex+town"]}, "town first"),
        ({"breakdowns": ["total", "town+sex+age_group+status_group"]}, "deeper"),
        ({"breakdowns": ["total", "sex+sex"]}, "deeper"),
        (
            {
                "breakdowns": [
                    "total",
                    "town+sex",
                    "town+age_group",
                    "town+status_group",
                    "town+nationality_group",
                    "town+years_since_arrival",
                    "town+sex+age_group",
                ]
            },
            "at most 5",
        ),
        ({"structural_zeros": {"sex": ["x"]}}, "structural_zeros"),
        ({"target": 5}, "unknown"),
        ({"sensitive": "numerator"}, "sensitive"),
        ({"sensitive": LADDER}, "no breakdown"),
        (
            {
                "breakdowns": ["total", "naturalisation_outcome"],
                "sensitive": LADDER | {"merged": {"NATURALISED": ["EINGEBUERGERT"]}},
            },
            "every value",
        ),
        (
            {
                "breakdowns": ["total", "naturalisation_outcome"],
                "sensitive": LADDER | {"harmless": ["ALL"]},
            },
            "lacks",
        ),
    ],
)
def test_a_wrong_entry_is_refused_by_name(changes: dict[str, Any], message: str) -> None:
    assert parse().unit == "persons"
    with pytest.raises(ConfigError, match=f"X1.*{message}"):
        parse(**changes)


def test_a_catalogue_that_is_a_list_is_refused() -> None:
    with pytest.raises(ConfigError, match="must map"):
        parse_catalogue([ENTRY], read_labels())


def test_topics_come_in_the_order_that_is_listed() -> None:
    texts = {"work": "J1: {}", "status": "S1: {}", "order": "[status, work]"}
    assert list(join_topics(texts)) == ["S1", "J1"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"order": "[status]"}, "order"),
        ({"order": "[status, work, work]"}, "order"),
        ({"order": "[status, work, play]"}, "order"),
        ({"order": "status"}, "order"),
        ({"work": "S1: {}"}, "work"),
        ({"work": ""}, "work"),
    ],
)
def test_a_topic_that_is_lost_or_doubled_is_refused(changes: dict[str, str], message: str) -> None:
    texts = {"work": "J1: {}", "status": "S1: {}", "order": "[status, work]"}
    with pytest.raises(ConfigError, match=message):
        join_topics(texts | changes)


def test_every_dimension_value_has_both_languages() -> None:
    labels = read_labels()
    assert labels.value_label("status_group", "DULDUNG", "de") == "Duldung"
    assert labels.value_label("status_group", "PENDING", "en") == "No permit or pending"
    with pytest.raises(ConfigError, match="languages"):
        parse_labels({"dimensions": {"sex": {"name": {"de": "Geschlecht"}}}})


def test_link_rates_cover_every_ordered_pair_of_sources() -> None:
    pairs = [link_pair(i.id) for i in quality_counts(SOURCES) if i.denominator is not None]
    assert len(pairs) == len(set(pairs)) == len(SOURCES) * (len(SOURCES) - 1)
    assert link_pair(link_id("job_centre", "immigration_office")) in pairs
