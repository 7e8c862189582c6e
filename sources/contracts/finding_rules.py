"""The closed list of finding rules: name, meaning, and the arguments a contract must give.

How each is computed stands in `sources.incoming.findings`. A finding column is true where the
rule found something to mend. The numbers R… are those of the starter set of rules from domain law.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class FindingRule:
    """One rule: English comment, German label, its arguments (the optional ones apart)."""

    name: str
    comment: str
    label: str
    arguments: tuple[str, ...]
    optional: tuple[str, ...] = ()


_RULES = (
    FindingRule(
        "one_current_title",
        "True on each current title of a person who has more than one (R1).",
        "Mehr als ein aktueller Titel",
        ("person", "ended_on"),
    ),
    FindingRule(
        "title_code_valid_on_grant",
        "True when the title code is unknown or could not be reported on the grant date (R2).",
        "Titelschlüssel am Erteilungstag nicht gültig",
        ("list", "code", "granted_on"),
    ),
    FindingRule(
        "title_104c_at_most_18_months",
        "True when a title under section 104c AufenthG runs longer than 18 months (R3).",
        "Chancen-Aufenthaltsrecht länger als 18 Monate",
        ("list", "code", "granted_on", "ended_on"),
        ("valid_until",),
    ),
    FindingRule(
        "azr_date_not_after_first_event",
        "True when the date in the AZR number is impossible or long after the first title (R4).",
        "Datum der AZR-Nummer unmöglich oder lange nach dem ersten Titel",
        ("azr_number", "first_event"),
    ),
    FindingRule(
        "eu_citizen_without_permit",
        "True when an EU citizen now holds a permit or Duldung for third-country nationals (R5).",
        "EU-Bürger mit Aufenthaltserlaubnis oder Duldung",
        ("list", "nationality", "ended_on"),
    ),
    FindingRule(
        "birth_before_arrival",
        "True when birth, arrival and reference date are out of order or age exceeds 110 (R6).",
        "Geburt, Einreise und Stichtag passen nicht zusammen",
        ("birth_date",),
        ("arrived_on",),
    ),
    FindingRule(
        "applicant_25a_aged_14_to_26",
        "True when a title under section 25a(1) AufenthG was granted outside its ages (R7).",
        "§ 25a Abs. 1 AufenthG außerhalb des verlangten Alters",
        ("list", "code", "granted_on", "birth_date"),
    ),
    FindingRule(
        "settlement_permit_after_3_years",
        "True when a permit under section 9 AufenthG came within 3 years of the arrival (R8).",
        "Niederlassungserlaubnis nach § 9 AufenthG binnen drei Jahren nach der Einreise",
        ("list", "code", "granted_on", "arrived_on"),
    ),
    FindingRule(
        "case_phases_in_order",
        "True when the dates of the case phases do not follow each other (R13).",
        "Phasen des Falls nicht in zeitlicher Reihenfolge",
        ("dates",),
    ),
    FindingRule(
        "birth_date_is_1_january",
        "True when the birth date is 1 January, which often stands for an unknown day.",
        "Geburtsdatum ist der 1. Januar",
        ("birth_date",),
    ),
    FindingRule(
        "azr_number_plausible",
        "True when the AZR number has not 12 digits with a possible date in front.",
        "AZR-Nummer nicht plausibel",
        ("azr_number",),
    ),
    FindingRule(
        "code_expired",
        "True on each row not yet ended whose code the code list no longer allows.",
        "Schlüssel nicht mehr gültig",
        ("code",),
        ("ended_on",),
    ),
)

FINDING_RULES = {rule.name: rule for rule in _RULES}
