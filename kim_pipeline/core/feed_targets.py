"""What contracts may feed: the targets of core with their columns and the kind of each.

Nothing but names, so that a contract can be checked where there is no warehouse.
"""

TARGETS: dict[str, dict[str, str]] = {
    "person": {
        "sex": "text",
        "birth_year": "integer",
        "nationality": "text",
        "town_ags": "text",
        "arrived_on": "date",
        "arrived_on_precision": "text",
        "arrived_in_district_on": "date",
        "residence_status_reported": "text",
        "file": "text",
        "left_reason": "text",
        "left_on": "date",
    },
    "residence_spell": {
        "title_list": "text",
        "title_code": "text",
        "valid_until": "date",
        "valid_from": "date",
        "valid_to": "date",
    },
    "benefit_spell": {"benefit": "text", "valid_from": "date", "valid_to": "date"},
    "employment_spell": {
        "employment_type": "text",
        "valid_from": "date",
        "valid_to": "date",
    },
    "support_spell": {
        "body": "text",
        "topic": "text",
        "valid_from": "date",
        "valid_to": "date",
    },
    "case_spell": {
        "body": "text",
        "town_ags": "text",
        "access_route": "text",
        "phase": "text",
        "clearing_ended_on": "date",
        "assessed_on": "date",
        "planned_on": "date",
        "evaluated_on": "date",
        "close_reason": "text",
        "lead_body": "text",
        "valid_from": "date",
        "valid_to": "date",
    },
    "goal": {"topic": "text", "set_on": "date", "target_on": "date", "state": "text"},
    "referral": {
        "to_body": "text",
        "topic": "text",
        "referred_on": "date",
        "accepted_on": "date",
        "outcome": "text",
    },
    "contact": {"contact_on": "date", "channel": "text", "minutes": "integer"},
    "conference": {"conference_on": "date"},
    "consent": {"scope": "text", "given_on": "date", "revoked_on": "date"},
    "course": {
        "course_type": "text",
        "entitled_on": "date",
        "began_on": "date",
        "ended_on": "date",
        "result": "text",
    },
    "naturalisation_procedure": {
        "town_ags": "text",
        "appointment_requested_on": "date",
        "applied_on": "date",
        "complete_on": "date",
        "security_enquiry_on": "date",
        "security_answer_on": "date",
        "decided_on": "date",
        "certificate_on": "date",
        "outcome": "text",
        "legal_basis": "text",
        "intake_route": "text",
    },
}


# Authorities give the last day of a title or benefit; spells are half-open.
LAST_DAY = "last_day"


def feedable(target: str) -> set[str]:
    """List what a feed may give for a target: its columns, and `last_day` for a spell's end."""
    names = set(TARGETS[target])
    return names | {LAST_DAY} if "valid_to" in names else names
