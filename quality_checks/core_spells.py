"""Rules of the spell and procedure tables of core; what they look at is in `core_frames`."""

from quality_checks.shapes import holds, is_one_of, is_present, warn_only

BENEFITS = ("SGB2", "ASYLBLG")

ENDS_AFTER_START = holds(
    "ends_after_start",
    ("A spell ends after it began.", "Ein Zeitraum endet nach seinem Beginn."),
)

RESIDENCE_SPELL = (
    ENDS_AFTER_START,
    holds(
        "one_current_title",
        (
            "A person has one current title (R1).",
            "Eine Person hat einen aktuellen Titel (R1).",
        ),
        tolerated=0.05,
    ),
    warn_only(
        holds(
            "title_code_valid_on_grant",
            (
                "A title has a code that could be reported on the day of the grant (R2).",
                "Ein Titel hat einen Schlüssel, der am Tag der Erteilung meldbar war (R2).",
            ),
            tolerated=0.05,
        )
    ),
    warn_only(
        holds(
            "chance_title_at_most_18_months",
            (
                "A title under section 104c lasts at most 18 months (R3).",
                "Ein Titel nach § 104c AufenthG gilt höchstens 18 Monate (R3).",
            ),
            tolerated=0.02,
        )
    ),
)

BENEFIT_SPELL = (
    ENDS_AFTER_START,
    is_one_of(
        "benefit_known",
        "benefit",
        BENEFITS,
        ("The benefit system is known.", "Das Leistungssystem ist bekannt."),
    ),
    warn_only(
        holds(
            "one_benefit_system",
            (
                "Nobody receives from two benefit systems at once (R10).",
                "Niemand bezieht aus zwei Leistungssystemen zugleich (R10).",
            ),
            tolerated=0.02,
        )
    ),
)

SUPPORT_SPELL = (ENDS_AFTER_START,)

CASE_SPELL = (
    ENDS_AFTER_START,
    warn_only(
        holds(
            "phases_in_order",
            (
                "The phases of a case follow each other (R13).",
                "Die Phasen eines Falls folgen aufeinander (R13).",
            ),
            tolerated=0.05,
        )
    ),
    warn_only(
        holds(
            "closed_case_has_reason",
            ("A closed case has a reason (R14).", "Ein beendeter Fall hat einen Grund (R14)."),
            tolerated=0.05,
        )
    ),
    warn_only(
        is_present(
            "town_present",
            "town_ags",
            ("A case has a town.", "Ein Fall hat eine Gemeinde."),
            tolerated=0.05,
        )
    ),
)

NATURALISATION_PROCEDURE = (
    warn_only(
        holds(
            "stages_in_order",
            (
                "The stages of a procedure follow each other (R13).",
                "Die Schritte eines Verfahrens folgen aufeinander (R13).",
            ),
            tolerated=0.02,
        )
    ),
    warn_only(
        holds(
            "naturalised_has_certificate",
            (
                "Who was naturalised has a certificate.",
                "Wer eingebürgert ist, hat eine Urkunde.",
            ),
            tolerated=0.02,
        )
    ),
    warn_only(
        holds(
            "naturalised_file_is_closed",
            (
                "60 days after the certificate the file is closed with a reason (R9).",
                "60 Tage nach der Urkunde ist die Akte mit Grund abgegeben (R9).",
            ),
            tolerated=0.1,
        )
    ),
)
