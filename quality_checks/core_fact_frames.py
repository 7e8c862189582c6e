"""What the rules of `core_facts` look at: one query per table, for the rows known to a month."""

from datetime import date

import sqlalchemy as sa

from kim_pipeline.periods import last_day
from kim_pipeline.warehouse.schema import core
from quality_checks.core_frames import ends_after_start, in_order, known_rows, on, touching
from quality_checks.facts import Query, fact

LARGEST_CONFLICT_RATE = 0.15
# Below this many persons a rate says nothing.
FEWEST_COMPARED = 30


def employment_spell(month: date) -> Query:
    """Look at the employment of a month."""
    table = core.employment_spell
    return touching(month, table, ends_after_start(table.c))


def address_spell(month: date) -> Query:
    """Look at the towns persons lived in during a month."""
    table = core.HISTORIES["address_spell"]
    lived = sa.case((on(table.c, last_day(month)), 1), else_=0)
    towns = sa.func.sum(lived).over(partition_by=table.c.person_id)
    return touching(
        month, table, ends_after_start(table.c), fact("one_town", towns == 1, when=lived == 1)
    )


def departure(month: date) -> Query:
    """Look at the persons who are foreign residents no more."""
    table = core.HISTORIES["departure"]
    return known_rows(
        month,
        table,
        table.c.kind,
        fact("left_by_reference_date", table.c.left_on <= last_day(month)),
        fact("explained", table.c.kind != "unknown"),
    )


def course_spell(month: date) -> Query:
    """Look at all courses known."""
    c = core.course_spell.c
    days = in_order("dates_in_order", c.entitled_on, c.valid_from, c.valid_to)
    return known_rows(month, core.course_spell, days)


def goal(month: date) -> Query:
    """Look at all goals known."""
    table = core.HISTORIES["goal"]
    return known_rows(month, table, fact("target_after_set", table.c.target_on >= table.c.set_on))


def referral(month: date) -> Query:
    """Look at all referrals known."""
    table = core.HISTORIES["referral"]
    accepted = table.c.accepted_on >= table.c.referred_on
    return known_rows(month, table, fact("accepted_after_referred", accepted))


def consent(month: date) -> Query:
    """Look at all consents known."""
    table = core.HISTORIES["consent"]
    revoked = table.c.revoked_on >= table.c.given_on
    return known_rows(month, table, fact("revoked_after_given", revoked))


def conflict_count(month: date) -> Query:
    """Look at how often two sources disagree, where they share enough persons."""
    table = core.HISTORIES["conflict_count"]
    rare = table.c.conflicts <= LARGEST_CONFLICT_RATE * table.c.persons
    enough = table.c.persons >= FEWEST_COMPARED
    return known_rows(month, table, fact("sources_mostly_agree", rare, when=enough))
