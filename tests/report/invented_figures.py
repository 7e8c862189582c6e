"""Invented figures of a Kreis with ten towns, as the disclosure step would publish them."""

import itertools
import math
import random
from dataclasses import dataclass, replace
from datetime import date

from report.invented_links import invented_links, noisy

from kim_pipeline.indicators.catalogue import read_catalogue
from kim_pipeline.indicators.indicator import Indicator as Entry
from kim_pipeline.indicators.labels import Labels, read_labels
from kim_pipeline.kreis import Kreis
from kim_pipeline.periods import months_between, next_month
from kim_pipeline.report.figures import (
    Cell,
    Delivery,
    Figures,
    Indicator,
    Part,
    PartKey,
)

LABELS = read_labels()
CATALOGUE = {entry.id: entry for entry in read_catalogue().indicators}
MONTH = date(2026, 10, 1)
KNOWN_ON = date(2026, 11, 6)
SOURCES = {
    "case_management": "KIM-Case-Management",
    "immigration_office": "Ausländer- und Einbürgerungsbehörde",
    "job_centre": "Jobcenter",
}


@dataclass(frozen=True)
class Course:
    """How an indicator runs: persons of the Kreis, level now, drift a year, spread of towns."""

    persons: int
    level: float
    drift: float
    spread: float = 0.2


COURSES = {
    "S1": Course(75_400, 1.0, 0.03, 0),
    "S2": Course(75_400, 0.131, -0.012),
    "S5": Course(7_600, 0.123, -0.006),
    "C1": Course(1_260, 1.0, 0.11, 0),
    "C1_in": Course(84, 1.0, 0.1, 0),
    "C1_out": Course(61, 1.0, -0.1, 0),
    "C3": Course(9_870, 0.202, 0.034, 0.35),
    "C5": Course(1_260, 0.062, 0.001, 0.6),
    "C5_agreed": Course(78, 0.41, 0.02),
    "V1": Course(420, 1.0, -0.6, 0),
    "N1": Course(172, 1.0, 0.21, 0),
    "N6": Course(1_510, 415, 45, 0.2),
    "N6_p90": Course(1_510, 720, 15),
    "N6_open": Course(3_950, 1.0, -0.06, 0),
    "J1": Course(75_400, 0.231, -0.004, 0.2),
    "G2": Course(240, 34, -2),
    "G2_over_30": Course(240, 0.47, 0.0),
    "Q1": Course(18_900, 0.962, 0.002, 0.02),
    "Q2_late_job_centre": Course(3_000, 0.04, 0.0, 0),
    "N6_completion": Course(1_510, 63, 2),
    "N6_enquiry": Course(1_510, 40, 1),
    "N6_answer": Course(1_510, 102, 3),
    "N6_decision": Course(1_510, 138, 4),
    "N6_certificate": Course(1_510, 36, 0),
    "N5": Course(1_300, 237, 36, 0.3),
    "N6_open_12": Course(1_840, 1.0, -0.05),
    "N6_open_24": Course(515, 1.0, -0.02),
    "G1": Course(6_000, 0.043, 0.001, 0.2),
    "J1_under_65": Course(67_100, 0.246, -0.004, 0.2),
}
# How an indicator runs that has no course of its own, by its unit.
BY_UNIT = {
    "persons": Course(2_400, 1.0, 0.05),
    "percent": Course(2_600, 0.34, 0.01),
    "days": Course(900, 120, 6),
    "months": Course(1_400, 11, -1),
    "persons_per_post": Course(1_260, 46, 1),
    "per_1000": Course(4_000, 30, 2),
}


def invented_figures(kreis: Kreis, months: int = 13, seed: int = 1) -> Figures:
    """Invent the figures of `MONTH` and the months before it."""
    draw = random.Random(seed)
    cells: dict[tuple[str, date, str], Cell] = {}
    indicators = invented_indicators(kreis)
    weights = {town.ags: town.weight / sum(t.weight for t in kreis.towns) for town in kreis.towns}
    for indicator in indicators:
        course = course_of(indicator)
        tilts = {ags: draw.uniform(-1, 1) * course.spread for ags in weights} | {"": 0.0}
        speeds = {ags: draw.uniform(-0.4, 2.2) for ags in weights} | {"": 1.0}
        by_town = any(b.by_town for b in CATALOGUE[indicator.indicator_id].breakdowns)
        places = {"": 1.0, **weights} if by_town else {"": 1.0}
        for month in months_between(next_month(MONTH, 1 - months), MONTH):
            back = (MONTH.year - month.year) * 12 + MONTH.month - month.month
            for town, weight in places.items():
                level = (course.level * (1 + tilts[town])) - course.drift * speeds[town] * back / 12
                persons = noisy(draw, course.persons * weight)
                cell = _cell(draw, indicator, persons, level)
                cells[indicator.indicator_id, month, town] = replace(
                    cell, provisional="job_centre" in indicator.sources and back < 3
                )
    _mark(cells)
    since = next_month(MONTH, 1 - min(months, 13))
    return Figures(
        MONTH,
        KNOWN_ON,
        indicators,
        cells,
        invented_deliveries(),
        invented_links(draw),
        {
            key: parts
            for indicator in indicators
            for month in sorted({since, MONTH})
            for key, parts in _parts(draw, CATALOGUE[indicator.indicator_id], indicator, month)
        },
        kreis.steering.measures,
    )


def invented_indicators(kreis: Kreis) -> tuple[Indicator, ...]:
    """Take the indicators of the catalogue that have a course here."""
    return tuple(
        Indicator(
            entry.id,
            entry.name_de,
            entry.definition_de,
            entry.kind,
            entry.unit,
            ", ".join(entry.sources),
            entry.linked,
            ", ".join(entry.baustein),
            kreis.steering.target(entry.id),
        )
        for entry in CATALOGUE.values()
    )


def course_of(indicator: Indicator) -> Course:
    """Give the course of an indicator, or that of its unit."""
    return COURSES.get(indicator.indicator_id) or BY_UNIT[indicator.unit]


def _parts(
    draw: random.Random, entry: Entry, indicator: Indicator, month: date
) -> list[tuple[PartKey, tuple[Part, ...]]]:
    """Invent the breakdowns by dimensions, without the towns."""
    labels, course, found = LABELS, course_of(indicator), []
    for breakdown in entry.breakdowns:
        if breakdown.by_town or not breakdown.dimensions:
            continue
        cells = []
        for values in _values(labels, breakdown.dimensions):
            persons = round(course.persons * draw.uniform(0, 0.3))
            cell = _cell(draw, indicator, persons, course.level)
            places = zip(breakdown.dimensions, values, strict=True)
            if any(value in entry.structural_zeros.get(name, ()) for name, value in places):
                cell = Cell("structural_zero")
            cells.append(Part("", values, cell))
        cells.sort(key=lambda part: part.values)
        found.append(
            ((indicator.indicator_id, "+".join(breakdown.dimensions), month), tuple(cells))
        )
    return found


def _values(labels: Labels, dimensions: tuple[str, ...]) -> list[tuple[str, ...]]:
    return list(itertools.product(*(labels.values[name] for name in dimensions)))


def invented_deliveries() -> tuple[Delivery, ...]:
    """Invent one delivery that is fine, one provisional with a broken rule, one too old."""
    case_management = Delivery(
        "case_management", SOURCES["case_management"], date(2026, 10, 5), date(2026, 9, 1),
        1_258, None, 14, 14, False, "published",
    )  # fmt: skip
    immigration_office = Delivery(
        "immigration_office", SOURCES["immigration_office"], date(2026, 11, 3), MONTH,
        81_322, 0.4, 24, 24, False, "published",
    )  # fmt: skip
    job_centre = Delivery(
        "job_centre", SOURCES["job_centre"], date(2026, 11, 4), MONTH,
        39_115, -1.2, 17, 18, True, "published",
    )  # fmt: skip
    return case_management, immigration_office, job_centre


def _cell(draw: random.Random, indicator: Indicator, persons: int, level: float) -> Cell:
    if indicator.unit == "persons":
        count = noisy(draw, persons * level)
        return Cell("published", float(count), count)
    if indicator.unit in {"days", "months", "persons_per_post"}:
        if persons < 30:
            return Cell("withheld")
        step = 5.0 if indicator.unit == "days" else 0.5
        return Cell("published", step * round(level / step), None, persons)
    found = min(persons, noisy(draw, persons * level))
    if persons < 30:
        return Cell("withheld")
    step = 1 if persons >= 100 else 5
    value = math.floor(100 * found / persons / step + 0.5) * step
    return Cell("published", float(value), found, persons)


def _mark(cells: dict[tuple[str, date, str], Cell]) -> None:
    """Plant a withheld town, a gap in its history, a structural zero and a revision."""
    cells["C3", MONTH, "05158036"] = Cell("withheld")
    cells["N1", MONTH, "05158008"] = Cell("structural_zero")
    key = ("N1", MONTH, "")
    cells[key] = replace(cells[key], revised=True)
    gap = ("N6", date(2026, 2, 1), "")
    if gap in cells:
        cells[gap] = Cell("withheld")
