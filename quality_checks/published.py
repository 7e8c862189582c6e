"""Rules of the published tables: what stands there may be shown to anybody, so most rules block."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pandas as pd

from kim_pipeline.indicators.kinds import UNITS
from kim_pipeline.warehouse.schema.published import (
    ESTIMATE_STATUSES,
    STATUSES,
    indicator_value,
)
from quality_checks import published_frames
from quality_checks.facts import Query
from quality_checks.frames import read_frame
from quality_checks.hub import Hub
from quality_checks.rule import Rule
from quality_checks.shapes import (
    has_rows,
    holds,
    is_none_of,
    is_one_of,
    is_unique_together,
    is_within,
)

_COUNTS = tuple(
    is_none_of(
        f"{column}_never_one_or_two",
        column,
        (1, 2),
        (f"No {column} is 1 or 2.", f"Kein {label} ist 1 oder 2."),
    )
    for column, label in (("numerator", "Zähler"), ("denominator", "Nenner"))
)
_SHARE = (
    holds(
        "share_within_0_and_100",
        ("Shares lie between 0 and 100.", "Anteile liegen zwischen 0 und 100."),
    ),
    holds(
        "share_denominator_large_enough",
        (
            "A share is published for at least 30 persons.",
            "Ein Anteil steht nur bei mindestens 30 Personen.",
        ),
    ),
    holds(
        "share_rounded",
        (
            "Shares are whole percent, in steps of 5 below 100 persons.",
            "Anteile sind ganze Prozent, unter 100 Personen in Schritten von 5.",
        ),
    ),
)
_STATUS = (
    is_one_of(
        "status_known", "status", STATUSES, ("The status is known.", "Der Status ist bekannt.")
    ),
    holds(
        "withheld_has_no_value",
        ("A withheld cell shows nothing.", "Eine gesperrte Zelle zeigt nichts."),
    ),
    holds(
        "published_has_value",
        ("A published cell shows a figure.", "Eine veröffentlichte Zelle zeigt eine Zahl."),
    ),
)

INDICATOR_VALUE = (
    has_rows("cells_present", ("The month has cells.", "Der Monat enthält Zellen.")),
    is_unique_together(
        "one_row_per_cell",
        [column.name for column in indicator_value.primary_key],
        ("A cell has one row.", "Eine Zelle hat eine Zeile."),
    ),
    *_COUNTS,
    holds(
        "count_never_one_or_two",
        ("No number of persons is 1 or 2.", "Keine Personenzahl ist 1 oder 2."),
    ),
    holds("count_whole", ("Numbers of persons are whole.", "Personenzahlen sind ganze Zahlen.")),
    holds(
        "days_rounded",
        ("Days are multiples of their class.", "Tage sind auf Klassen gerundet."),
    ),
    holds(
        "months_rounded",
        ("Months are multiples of their class.", "Monate sind auf Klassen gerundet."),
    ),
    *_SHARE,
    holds(
        "ratio_has_base",
        (
            "A quotient is published for at least 30 persons.",
            "Ein Quotient steht nur bei mindestens 30 Personen.",
        ),
    ),
    *_STATUS,
    holds(
        "structural_zero_is_zero",
        ("A structural zero shows nothing but 0.", "Eine strukturelle Null zeigt nur 0."),
    ),
    is_one_of("unit_known", "unit", UNITS, ("The unit is known.", "Die Einheit ist bekannt.")),
    is_within(
        "revision_counted",
        "revision",
        (0, None),
        ("Revisions are counted from 0.", "Revisionen zählen ab 0."),
    ),
)

INDICATOR = (
    is_within(
        "every_indicator_measured",
        "cells",
        (1, None),
        (
            "Every indicator of the catalogue has cells.",
            "Jeder Indikator des Katalogs hat Zellen.",
        ),
    ),
)

LINK_QUALITY = (
    *_COUNTS,
    *_SHARE,
    *_STATUS,
    is_one_of(
        "estimate_status_known",
        "estimate_status",
        ESTIMATE_STATUSES,
        ("The status of the estimate is known.", "Der Status der Schätzung ist bekannt."),
    ),
    holds(
        "estimate_rounded",
        (
            "Estimates are rounded and lie in their bands.",
            "Schätzungen sind gerundet und liegen in ihren Spannen.",
        ),
    ),
    holds(
        "estimate_has_base",
        (
            "An estimate is published for at least 107 persons found.",
            "Eine Schätzung ist nur bei mindestens 107 gefundenen Personen veröffentlicht.",
        ),
    ),
    holds(
        "no_estimate_no_figure",
        (
            "What is not estimated or withheld shows no figure.",
            "Wo nichts bestimmbar oder die Zahl gesperrt ist, steht keine Schätzung.",
        ),
    ),
)

CONFLICT_RATE = (*_COUNTS, *_SHARE, *_STATUS)

SOURCE_QUALITY = (
    is_none_of(
        "persons_never_one_or_two",
        "persons",
        (1, 2),
        ("No number of persons is 1 or 2.", "Keine Personenzahl ist 1 oder 2."),
    ),
    _STATUS[0],
    holds(
        "rules_counted",
        ("Not more rules held than were checked.", "Nicht mehr Regeln erfüllt als geprüft."),
    ),
)

Look = Callable[[date], Query]
_TABLES: dict[str, tuple[tuple[Rule, ...], Look]] = {
    "indicator_value": (INDICATOR_VALUE, published_frames.indicator_value),
    "indicator": (INDICATOR, published_frames.indicator),
    "link_quality": (LINK_QUALITY, published_frames.link_quality),
    "conflict_rate": (CONFLICT_RATE, published_frames.conflict_rate),
    "source_quality": (SOURCE_QUALITY, published_frames.source_quality),
}
PUBLISHED_TABLES = tuple(_TABLES)


def published_rules(table: str) -> tuple[Rule, ...]:
    """List the rules of a published table, each named `<table>__<rule>`."""
    rules, _ = _TABLES[table]
    return tuple(replace(rule, name=f"{table}__{rule.name}") for rule in rules)


def published_frame(table: str) -> Callable[[date, Hub], pd.DataFrame]:
    """Give the function that reads what the rules of a published table look at in a month."""
    _, query = _TABLES[table]
    return lambda month, hub: read_frame(hub, query(month))
