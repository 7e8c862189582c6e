"""The plan names indicators and breakdowns of the catalogue, and every section has its words."""

from dataclasses import asdict

import pytest

from kim_pipeline.errors import ConfigError
from kim_pipeline.indicators.catalogue import read_catalogue
from kim_pipeline.report.language import Language
from kim_pipeline.report.pages.bausteine import MAKERS
from kim_pipeline.report.pages.plan import KINDS, Plan, parse_plan, read_plan

CATALOGUE = {entry.id: entry for entry in read_catalogue().indicators}


def _named(plan: Plan) -> set[str]:
    names = {*plan.keys, *plan.instead, *plan.counts_the_unlinked, *plan.told_late.values()}
    names |= {*plan.better, *plan.matrix, *plan.town_keys, *plan.plain, plan.town_breakdown[0]}
    names |= {name for group in plan.quality.values() for name in group}
    for sections in plan.bausteine.values():
        for planned in sections:
            names |= {*planned.names("indicators"), *planned.names("over")}
            entries = planned.entries
            names |= {entries[key] for key in ("indicator", "total") if key in entries}
            names |= {entries[side]["indicator"] for side in ("one", "other") if side in entries}
            names |= set(entries.get("whole", {}).values())
    return names


def test_every_indicator_of_the_plan_is_in_the_catalogue() -> None:
    assert _named(read_plan()) <= set(CATALOGUE)


def test_every_breakdown_of_the_plan_is_published() -> None:
    for sections in read_plan().bausteine.values():
        for planned in sections:
            shown = [planned.entries.get("indicator"), *planned.names("indicators")]
            by = planned.entries.get("by")
            for name in filter(None, shown if by else []):
                known = {
                    "+".join(b.dimensions) for b in CATALOGUE[name].breakdowns if not b.by_town
                }
                assert by in known, (name, by)


def test_every_section_has_its_words(language: Language) -> None:
    names = {p.name for sections in read_plan().bausteine.values() for p in sections}
    assert [name for name in names if not language.has(f"sections.{name}")] == []
    assert set(MAKERS) == KINDS


def test_most_of_the_catalogue_stands_on_some_page() -> None:
    assert len(_named(read_plan())) >= len(CATALOGUE) - 6


def test_a_kind_nobody_draws_is_refused() -> None:
    with pytest.raises(ConfigError, match="nobody draws"):
        parse_plan(_entries("cake", "a"))


def test_a_name_given_twice_is_refused() -> None:
    with pytest.raises(ConfigError, match="two sections"):
        parse_plan(_entries("trends", "a", "a"))


def _entries(kind: str, *names: str) -> dict[str, object]:
    plan = asdict(read_plan())
    town = {"keys": plan["town_keys"], "by": {"indicator": "S1", "by": "sex"}}
    return {
        "overview": {"keys": plan["keys"], "instead": plan["instead"]},
        "better_high": [],
        "better_low": [],
        "town": town,
        "bausteine": {"I": [{"kind": kind, "name": name, "indicators": []} for name in names]},
        "data_quality": {},
        **{name: plan[name] for name in ("counts_the_unlinked", "told_late", "matrix", "plain")},
    }
