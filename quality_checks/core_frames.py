"""What the rules of core look at: one query per table, for the rows that matter to a month.

Facts about several columns or rows are decided in SQL and arrive as booleans, so that the frame
holds neither a person nor a pair of dates. NULL = the rule does not apply to the row.
"""

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from kim_pipeline.core.definitions import read_definitions
from kim_pipeline.periods import last_day
from kim_pipeline.warehouse.deliveries import knowledge
from kim_pipeline.warehouse.schema import core, meta
from kim_pipeline.warehouse.schema.base import FOREVER
from kim_pipeline.warehouse.schema.person_month import person_month
from quality_checks.facts import Condition, Query, fact
from sources.contracts.domain_rules import domain_rule

UNKNOWN = "UNKNOWN"
CHANCE_TITLE = "AE_CHANCE"
CURRENT_LISTS = (
    "aufenthaltserlaubnis",
    "niederlassungserlaubnis",
    "euaufenthaltsrecht",
    "aufenthaltsstatus",
)


def person_month_rows(month: date) -> Query:
    """Look at the persons of a month: their attributes and whether their flags agree."""
    p = person_month.c
    listed = p.town_ags.in_(sa.select(meta.town.c.town_ags))
    long_gap = sa.func.coalesce(p.benefit_gap_days, 0) > read_definitions().benefit_gap_days
    excluded = [s for period in domain_rule("R11").on(last_day(month)) for s in period.statuses]
    entitled = sa.func.coalesce(p.status_group.not_in(excluded), sa.true())
    resident, case_now = p.foreign_resident, p.case_active | p.case_opened | p.case_closed
    return known_rows(
        month,
        person_month,
        sa.func.count().over(partition_by=p.person_id).label("rows_of_person"),
        p.age,
        p.sex,
        fact("town_listed", listed),
        fact("resident_has_town", p.town_ags.is_not(None), when=resident),
        fact("resident_has_nationality", p.nationality.is_not(None), when=resident),
        fact("resident_has_status", p.status_group != UNKNOWN, when=resident),
        fact("resident_known_to_office", _in("immigration_office"), when=resident),
        fact("newly_arrived_is_resident", resident, when=p.newly_arrived),
        fact("arrived_by_reference_date", p.arrived_on <= last_day(month)),
        fact("receipt_known_to_job_centre", _in("job_centre"), when=p.sgb2_benefit | p.employed),
        fact("case_counts_as_ever", p.case_ever, when=case_now),
        fact("agreed_overlap_is_overlap", p.support_overlap, when=p.support_overlap_agreed),
        fact("benefit_gap_flag_agrees", p.benefit_gap_over_30 == long_gap),
        fact("no_sgb2_in_asylum_procedure", entitled, when=p.sgb2_benefit),
    ).where(p.month == month)


def _in(source: str) -> Condition:
    return sa.literal(source) == sa.any_(person_month.c.in_sources)


def residence_spell(month: date) -> Query:
    """Look at the residence titles that held in a month or began in it."""
    s = core.residence_spell.c
    counted = sa.case((on(s, last_day(month)) & s.title_list.in_(CURRENT_LISTS), 1), else_=0)
    of_person = sa.func.sum(counted).over(partition_by=s.person_id)
    law = domain_rule("R3")
    latest = s.valid_from + sa.func.make_interval(0, law.today("months"))
    chance = (s.status_group == CHANCE_TITLE) & (s.valid_from >= law.periods[-1].first)
    return touching(
        month,
        core.residence_spell,
        ends_after_start(s),
        fact("one_current_title", of_person == 1, when=counted == 1),
        fact("title_code_valid_on_grant", _listed_on(s.title_list, s.title_code, s.valid_from)),
        fact("chance_title_at_most_18_months", s.valid_until <= latest, when=chance),
    )


def _listed_on(name: Any, code: Any, day: Any) -> Condition:
    c = meta.code.c
    valid = (c.valid_from <= day) & (c.valid_to.is_(None) | (c.valid_to > day))
    return sa.exists().where((c.code_list == name) & (c.code == code) & valid)


def benefit_spell(month: date) -> Query:
    """Look at the benefits received in a month."""
    s, other = core.benefit_spell.c, core.benefit_spell.alias("other")
    begin = sa.func.greatest(s.valid_from, other.c.valid_from, month)
    end = sa.func.least(s.valid_to, other.c.valid_to, last_day(month) + timedelta(days=1))
    differs = (other.c.person_id == s.person_id) & (other.c.benefit != s.benefit)
    both = sa.exists().where(differs & held(other, month) & (begin < end))
    return touching(
        month, core.benefit_spell, ends_after_start(s), s.benefit, fact("one_benefit_system", ~both)
    )


def support_spell(month: date) -> Query:
    """Look at the support given in a month."""
    return touching(month, core.support_spell, ends_after_start(core.support_spell.c))


def case_spell(month: date) -> Query:
    """Look at the cases open in a month."""
    s = core.case_spell.c
    closed = s.valid_to <= last_day(month)
    return touching(
        month,
        core.case_spell,
        ends_after_start(s),
        in_order("phases_in_order", s.valid_from, s.assessed_on, s.planned_on, s.valid_to),
        fact("closed_case_has_reason", s.close_reason.is_not(None), when=closed),
        s.town_ags,
    )


def naturalisation_procedure(month: date) -> Query:
    """Look at the naturalisation procedures known by the end of a month."""
    n, p = core.naturalisation_procedure.c, core.person.c
    due = last_day(month) - timedelta(days=domain_rule("R9").today("days"))
    # Closed files are delivered for a time only; a person without any file has left long ago.
    closed = (p.file == "B") & p.left_reason.is_not(None)
    left = p.file.is_(None) | sa.func.coalesce(closed, sa.false())
    naturalised = n.outcome == "EINGEBUERGERT"
    begun = sa.func.coalesce(n.applied_on, n.appointment_requested_on) <= last_day(month)
    query = known_rows(
        month,
        core.naturalisation_procedure,
        in_order("stages_in_order", n.applied_on, n.complete_on, n.decided_on, n.certificate_on),
        fact("naturalised_has_certificate", n.certificate_on.is_not(None), when=naturalised),
        fact("naturalised_file_is_closed", left, when=n.certificate_on <= due),
    )
    same_person = (p.person_id == n.person_id) & held(core.person, month)
    joined = core.naturalisation_procedure.outerjoin(core.person, same_person)
    return query.select_from(joined).where(begun)


def known_rows(month: date, table: sa.Table, *columns: sa.ColumnElement[Any]) -> Query:
    """Select columns of the rows of a history that were known when a month was."""
    return sa.select(*columns).where(held(table, month))


def held(table: sa.FromClause, month: date) -> Condition:
    """Hold at the moment a month was known, so that a month judged again is judged alike."""
    moment = sa.func.coalesce(knowledge(month), FOREVER - timedelta(microseconds=1))
    return sa.and_(table.c.known_from <= moment, table.c.known_to > moment)


def touching(month: date, table: sa.Table, *columns: sa.ColumnElement[Any]) -> Query:
    """Select columns of the spells that held in a month or began in it."""
    s = table.c
    lasts = s.valid_to.is_(None) | (s.valid_to > month) | (s.valid_from >= month)
    return known_rows(month, table, *columns).where(s.valid_from <= last_day(month), lasts)


def on(spell: Any, day: date) -> Condition:
    """Tell whether a spell holds on a day."""
    return sa.and_(spell.valid_from <= day, spell.valid_to.is_(None) | (spell.valid_to > day))


def ends_after_start(spell: Any) -> Condition:
    """Tell whether a spell that has ended did so after it began."""
    return fact("ends_after_start", spell.valid_to > spell.valid_from)


def in_order(name: str, *days: sa.ColumnElement[date]) -> Condition:
    """Compare each day with the latest before it, so that a missing stage hides nothing."""
    steps = [
        sa.func.coalesce(day >= sa.func.greatest(*days[:place]), sa.true())
        for place, day in enumerate(days)
        if place
    ]
    return fact(name, sa.and_(*steps))
