"""The core tables with their rules, and the frame that each table's rules look at."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pandas as pd

from quality_checks import core_fact_frames, core_facts, core_frames, core_spells
from quality_checks.core_person_month import PERSON_MONTH
from quality_checks.facts import Query
from quality_checks.frames import read_frame
from quality_checks.hub import Hub
from quality_checks.rule import Rule

Look = Callable[[date], Query]
_TABLES: dict[str, tuple[tuple[Rule, ...], Look]] = {
    "residence_spell": (core_spells.RESIDENCE_SPELL, core_frames.residence_spell),
    "benefit_spell": (core_spells.BENEFIT_SPELL, core_frames.benefit_spell),
    "case_spell": (core_spells.CASE_SPELL, core_frames.case_spell),
    "support_spell": (core_spells.SUPPORT_SPELL, core_frames.support_spell),
    "naturalisation_procedure": (
        core_spells.NATURALISATION_PROCEDURE,
        core_frames.naturalisation_procedure,
    ),
    "employment_spell": (core_facts.EMPLOYMENT_SPELL, core_fact_frames.employment_spell),
    "address_spell": (core_facts.ADDRESS_SPELL, core_fact_frames.address_spell),
    "departure": (core_facts.DEPARTURE, core_fact_frames.departure),
    "course_spell": (core_facts.COURSE_SPELL, core_fact_frames.course_spell),
    "goal": (core_facts.GOAL, core_fact_frames.goal),
    "referral": (core_facts.REFERRAL, core_fact_frames.referral),
    "consent": (core_facts.CONSENT, core_fact_frames.consent),
    "conflict_count": (core_facts.CONFLICT_COUNT, core_fact_frames.conflict_count),
    "person_month": (PERSON_MONTH, core_frames.person_month_rows),
}
CORE_TABLES = tuple(_TABLES)


def core_rules(table: str) -> tuple[Rule, ...]:
    """List the rules of a core table, each named `<table>__<rule>`."""
    rules, _ = _TABLES[table]
    return tuple(replace(rule, name=f"{table}__{rule.name}") for rule in rules)


def core_frame(table: str) -> Callable[[date, Hub], pd.DataFrame]:
    """Give the function that reads what the rules of a core table look at in a month."""
    _, query = _TABLES[table]
    return lambda month, hub: read_frame(hub, query(month))
