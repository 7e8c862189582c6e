"""Rules of `core.person_month`; what they look at is queried in `quality_checks.core_frames`.

Rules about how we build the table allow nothing; rules about what authorities know allow for the
errors that are known to occur, and stop the run only far beyond them.
"""

from quality_checks.shapes import has_rows, holds, is_one_of, is_within, warn_only

SEXES = ("m", "w", "d")

PERSON_MONTH = (
    has_rows("rows_present", ("The month has persons.", "Der Monat enthält Personen.")),
    is_within(
        "one_row_per_person",
        "rows_of_person",
        (1, 1),
        ("A person has one row a month.", "Eine Person hat eine Zeile im Monat."),
    ),
    is_within(
        "age_plausible",
        "age",
        (0, 110),
        ("Ages lie between 0 and 110.", "Das Alter liegt zwischen 0 und 110."),
        tolerated=0.01,
    ),
    is_one_of("sex_known", "sex", SEXES, ("Sex is m, w or d.", "Geschlecht ist m, w oder d.")),
    holds(
        "town_listed",
        ("Towns belong to the Kreis.", "Die Gemeinde gehört zum Kreis."),
        tolerated=0.05,
    ),
    holds(
        "resident_has_town",
        ("Residents have a town.", "Hier Lebende haben eine Gemeinde."),
        tolerated=0.05,
    ),
    holds(
        "resident_has_nationality",
        (
            "Foreign residents have a nationality.",
            "Hier lebende Ausländerinnen und Ausländer haben eine Staatsangehörigkeit.",
        ),
        tolerated=0.05,
    ),
    warn_only(
        holds(
            "resident_has_status",
            (
                "Foreign residents have a residence status.",
                "Hier lebende Ausländerinnen und Ausländer haben einen Aufenthaltsstatus.",
            ),
            tolerated=0.1,
        )
    ),
    holds(
        "resident_known_to_office",
        (
            "Residents are known to the immigration office.",
            "Hier Lebende sind der Ausländerbehörde bekannt.",
        ),
    ),
    holds(
        "newly_arrived_is_resident",
        ("New arrivals live here.", "Neu Zugewanderte leben hier."),
    ),
    warn_only(
        holds(
            "arrived_by_reference_date",
            (
                "Nobody arrives after the reference date (R6).",
                "Niemand reist nach dem Stichtag ein (R6).",
            ),
            tolerated=0.01,
        )
    ),
    warn_only(
        holds(
            "receipt_known_to_job_centre",
            (
                "Who receives benefits or works is known to the job centre.",
                "Wer Leistungen bezieht oder arbeitet, ist dem Jobcenter bekannt.",
            ),
        )
    ),
    holds(
        "case_counts_as_ever",
        (
            "Who has, begins or ends a case has ever had one.",
            "Wer einen Fall hat, beginnt oder beendet, hatte je einen Fall.",
        ),
    ),
    holds(
        "agreed_overlap_is_overlap",
        ("An agreed overlap is an overlap.", "Eine abgestimmte Überschneidung ist eine."),
    ),
    holds(
        "benefit_gap_flag_agrees",
        (
            "The flag for gaps over 30 days agrees with the days.",
            "Das Merkmal für Lücken über 30 Tage stimmt mit den Tagen überein.",
        ),
    ),
    warn_only(
        holds(
            "no_sgb2_in_asylum_procedure",
            (
                "Nobody in the asylum procedure, or left to the AsylbLG, receives SGB II (R11).",
                "Niemand bezieht SGB II mit einem Status, der zum AsylbLG gehört (R11).",
            ),
            tolerated=0.02,
        )
    ),
)
