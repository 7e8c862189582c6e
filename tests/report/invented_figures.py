"""Invented figures of a Kreis with ten towns, as the disclosure step would publish them."""

import math
import random
from dataclasses import dataclass, replace
from datetime import date

import sqlalchemy as sa

from kim_pipeline.indicators.catalogue import read_catalogue
from kim_pipeline.kreis import Kreis
from kim_pipeline.periods import months_between, next_month
from kim_pipeline.report.figures import Cell, Delivery, Estimate, Figures, Indicator, LinkRate
from kim_pipeline.warehouse.schema import published

MONTH = date(2026, 10, 1)
KNOWN_ON = date(2026, 11, 6)
SOURCES = {
    "case_management": "KIM-Case-Management",
    "immigration_office": "Ausländer- und Einbürgerungsbehörde",
    "job_centre": "Jobcenter",
}
GROUPS = ("EU", "UKRAINE", "ASYLUM8", "TURKEY", "WEST_BALKAN", "OTHER")
NO_BAND = Estimate("not_identified")
ESTIMATES = {
    "case_management": {"": Estimate("estimated", (99.0, 100.0), (96.0, 98.5))},
    "immigration_office": {"": Estimate("estimated", (99.0, 100.0), (96.0, 98.5))},
    "job_centre": {
        "": Estimate("estimated", (98.5, 99.5), (97.0, 99.0)),
        "UKRAINE": Estimate("withheld"),
        "ASYLUM8": Estimate("estimated", (96.0, 98.0), (91.0, 95.0)),
    },
}
TOTAL_ONLY = {"N6_p90", "G2", "G2_over_30"}


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
    "J1_under_65": Course(67_100, 0.246, -0.004, 0.2),
    "G2": Course(240, 34, -2),
    "G2_over_30": Course(240, 0.47, 0.0),
    "Q1": Course(18_900, 0.962, 0.002, 0.02),
}


def invented_figures(kreis: Kreis, months: int = 13, seed: int = 1) -> Figures:
    """Invent the figures of `MONTH` and the months before it."""
    draw = random.Random(seed)
    cells: dict[tuple[str, date, str], Cell] = {}
    indicators = invented_indicators()
    weights = {town.ags: town.weight / sum(t.weight for t in kreis.towns) for town in kreis.towns}
    for indicator in indicators:
        course = COURSES[indicator.indicator_id]
        tilts = {ags: draw.uniform(-1, 1) * course.spread for ags in weights} | {"": 0.0}
        speeds = {ags: draw.uniform(-0.4, 2.2) for ags in weights} | {"": 1.0}
        places = {"": 1.0} if indicator.indicator_id in TOTAL_ONLY else {"": 1.0, **weights}
        for month in months_between(next_month(MONTH, 1 - months), MONTH):
            back = (MONTH.year - month.year) * 12 + MONTH.month - month.month
            for town, weight in places.items():
                level = (course.level * (1 + tilts[town])) - course.drift * speeds[town] * back / 12
                persons = _noisy(draw, course.persons * weight)
                cell = _cell(draw, indicator, persons, level)
                cells[indicator.indicator_id, month, town] = replace(
                    cell, provisional="job_centre" in indicator.sources and back < 3
                )
    _mark(cells)
    return Figures(MONTH, KNOWN_ON, indicators, cells, invented_deliveries(), _links(draw))


def invented_indicators() -> tuple[Indicator, ...]:
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
        )
        for entry in read_catalogue().indicators
        if entry.id in COURSES
    )


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


def _noisy(draw: random.Random, count: float) -> int:
    noisy = max(0, round(count) + draw.randint(-3, 3))
    return 0 if noisy < 3 else noisy


def _cell(draw: random.Random, indicator: Indicator, persons: int, level: float) -> Cell:
    if indicator.unit == "persons":
        count = _noisy(draw, persons * level)
        return Cell("published", float(count), count)
    if indicator.unit == "days":
        if persons < 30:
            return Cell("withheld")
        return Cell("published", 5.0 * round(level / 5), None, persons)
    found = min(persons, _noisy(draw, persons * level))
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


def _links(draw: random.Random) -> tuple[LinkRate, ...]:
    pairs = {
        ("case_management", "immigration_office"): (1_258, 0.951),
        ("immigration_office", "case_management"): (81_322, 0.02),
        ("job_centre", "immigration_office"): (19_600, 0.963),
    }
    shares = dict(zip(GROUPS, (0.2, 0.1, 0.3, 0.2, 0.1, 0.1), strict=True))
    rates = []
    for (source, other), (persons, level) in pairs.items():
        for group, share in {"": 1.0, **shares}.items():
            searched = _noisy(draw, persons * share)
            rate = level * (0.9 if group == "ASYLUM8" else 1.0)
            found = min(searched, _noisy(draw, searched * rate))
            value = float(math.floor(100 * found / searched + 0.5))
            cell = Cell("published", value, found, searched)
            rates.append(
                LinkRate(source, other, group, cell, ESTIMATES[source].get(group, NO_BAND))
            )
    return tuple(sorted(rates, key=lambda r: (r.source, r.other_source, r.group)))


def publish(connection: sa.Connection, figures: Figures) -> None:
    """Write the figures to the tables of `published`."""
    rows = {
        published.indicator: _indicator_rows(figures),
        published.indicator_value: _value_rows(figures),
        published.source_quality: [
            {"month": figures.month, "name_de": d.name}
            | {name: value for name, value in vars(d).items() if name != "name"}
            for d in figures.deliveries
        ],
        published.link_quality: [
            {
                "month": figures.month,
                "source": rate.source,
                "other_source": rate.other_source,
                "nationality_group": rate.group,
                **_numbers(rate.cell),
                **_bands(rate.estimate),
                "release": "invented",
            }
            for rate in figures.link_rates
        ],
    }
    for table, entries in rows.items():
        connection.execute(table.insert(), entries)


def _indicator_rows(figures: Figures) -> list[dict[str, object]]:
    return [
        {
            "indicator_id": entry.indicator_id,
            "name_de": entry.name,
            "name_en": entry.name,
            "definition_de": entry.definition,
            "definition_en": entry.definition,
            "kind": entry.kind,
            "unit": entry.unit,
            "baustein": "I",
            "sources": entry.sources,
            "linked": entry.linked,
            "position": position,
            "protection": "noise",
        }
        for position, entry in enumerate(figures.indicators)
    ]


def _value_rows(figures: Figures) -> list[dict[str, object]]:
    units = {entry.indicator_id: entry.unit for entry in figures.indicators}
    empty = dict.fromkeys(("dimension_1", "value_1", "dimension_2", "value_2"), "")
    return [
        {
            "indicator_id": name,
            "month": month,
            "known_on": figures.known_on,
            "breakdown": "town" if town else "total",
            "town_ags": town,
            **empty,
            **_numbers(cell),
            "unit": units[name],
            "revision": int(cell.revised),
            "provisional": cell.provisional,
            "release": "invented",
        }
        for (name, month, town), cell in figures.cells.items()
    ]


def _numbers(cell: Cell) -> dict[str, object]:
    return {
        "numerator": cell.numerator,
        "denominator": cell.denominator,
        "value": cell.value,
        "status": cell.status,
    }


def _bands(estimate: Estimate) -> dict[str, object]:
    bands = {"precision": estimate.precision, "recall": estimate.recall}
    row: dict[str, object] = {"estimate_status": estimate.status}
    for name, band in bands.items():
        low, high = band or (None, None)
        row |= {name: low, f"{name}_low": low, f"{name}_high": high}
    return row
