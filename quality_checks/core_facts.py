"""Rules of what core keeps beside spells: facts of the case work, courses, towns, conflicts.

What they look at is in `core_fact_frames`.
"""

from quality_checks.core_spells import ENDS_AFTER_START
from quality_checks.shapes import holds, is_one_of, warn_only

DEPARTURES = ("naturalised", "moved_away", "died", "unknown")

EMPLOYMENT_SPELL = (ENDS_AFTER_START,)

ADDRESS_SPELL = (
    ENDS_AFTER_START,
    warn_only(
        holds(
            "one_town",
            ("A person lives in one town at a time.", "Eine Person lebt in einer Gemeinde."),
            tolerated=0.001,
        )
    ),
)

DEPARTURE = (
    is_one_of(
        "kind_known",
        "kind",
        DEPARTURES,
        ("The kind of departure is known.", "Die Art des Abgangs ist bekannt."),
    ),
    warn_only(
        holds(
            "left_by_reference_date",
            (
                "Nobody left after the reference date.",
                "Niemand ging nach dem Stichtag.",
            ),
            tolerated=0.02,
        )
    ),
    warn_only(
        holds(
            "explained",
            (
                "Most departures are explained: at most 30 percent are unknown.",
                "Die meisten Abgänge sind erklärt: höchstens 30 Prozent sind unbekannt.",
            ),
            tolerated=0.3,
        )
    ),
)

COURSE_SPELL = (
    warn_only(
        holds(
            "dates_in_order",
            (
                "A course begins after its entitlement and ends after it began.",
                "Ein Kurs beginnt nach der Berechtigung und endet nach seinem Beginn.",
            ),
            tolerated=0.05,
        )
    ),
)

GOAL = (
    warn_only(
        holds(
            "target_after_set",
            (
                "A goal is to be reached after it was agreed.",
                "Ein Ziel soll nach seiner Vereinbarung erreicht sein.",
            ),
            tolerated=0.02,
        )
    ),
)

REFERRAL = (
    warn_only(
        holds(
            "accepted_after_referred",
            (
                "A referral is accepted after it was made.",
                "Eine Weiterleitung wird nach ihrem Tag angenommen.",
            ),
            tolerated=0.02,
        )
    ),
)

CONSENT = (
    warn_only(
        holds(
            "revoked_after_given",
            (
                "A consent is revoked after it was given.",
                "Eine Einwilligung wird nach ihrer Abgabe widerrufen.",
            ),
            tolerated=0.02,
        )
    ),
)

CONFLICT_COUNT = (
    warn_only(
        holds(
            "sources_mostly_agree",
            (
                "Two sources disagree on at most 15 percent of the persons that both know.",
                "Zwei Stellen widersprechen sich bei höchstens 15 Prozent ihrer gemeinsamen "
                "Personen.",
            ),
        )
    ),
)
