"""Every kind of chart on invented figures: published, provisional, withheld and impossible ones."""

from datetime import date
from functools import cache

from kim_pipeline.periods import months_between
from kim_pipeline.report.charts.breakdown_bars import Breakdowns, Groups, breakdown_bars
from kim_pipeline.report.charts.flow_layout import Move, Status
from kim_pipeline.report.charts.flows import Flows, flows
from kim_pipeline.report.charts.matrix import matrix
from kim_pipeline.report.charts.plot import Label, Plot
from kim_pipeline.report.charts.profile import profile
from kim_pipeline.report.charts.stacked_area import Layer, Stock, stacked_area
from kim_pipeline.report.charts.stages import Stage, Way
from kim_pipeline.report.charts.standing import Measured
from kim_pipeline.report.charts.target_trend import Course, target_trend
from kim_pipeline.report.charts.two_lines import Pair, Strand, two_lines
from kim_pipeline.report.charts.waiting_times import waiting_times
from kim_pipeline.report.figures import Cell
from kim_pipeline.report.language import Language, read_language
from kim_pipeline.steering import Target

MONTHS = tuple(months_between(date(2025, 10, 1), date(2026, 10, 1)))
WITHHELD, IMPOSSIBLE = Cell("withheld"), Cell("structural_zero")
TOWNS = ("Ahausen", "Bedorf", "Cebach", "Dehain")
TARGET = Target("C3", "at_least", 25.0, date(2027, 12, 31), "Lenkungsgruppe")
LABEL = Label("eine_tabelle", "Eine Grafik")


def count(value: float, *, provisional: bool = False) -> Cell:
    return Cell("published", float(value), round(value), None, False, provisional)


def days(value: float, *, provisional: bool = False) -> Cell:
    return Cell("published", float(value), None, 400, False, provisional)


def share(value: float, base: int = 2000, *, provisional: bool = False) -> Cell:
    found = round(value * base / 100)
    return Cell("published", float(value), found, base, False, provisional)


def course() -> Course:
    values = [17, 17, 18, 18, None, 19, 19, 19, 19, 20, 20, 21, 21]
    cells = tuple(
        WITHHELD if value is None else share(value, provisional=number > 10)
        for number, value in enumerate(values)
    )
    return Course(MONTHS, cells, "percent", TARGET, 1.5)


def pair() -> Pair:
    main = [count(200 + 12 * number, provisional=number == 12) for number in range(13)]
    other = [WITHHELD if number == 8 else count(300 - 5 * number) for number in range(13)]
    return Pair(MONTHS, Strand("Entscheidungen", tuple(main)), Strand("Anträge", tuple(other)),
                "persons")  # fmt: skip


def stock() -> Stock:
    whole = tuple(count(3900 + 20 * number) for number in range(13))
    part = tuple(WITHHELD if number == 3 else count(1700 + 10 * number) for number in range(13))
    old = tuple(count(500 + number, provisional=number > 11) for number in range(13))
    layers = (Layer("alle", whole), Layer("über 12 Monate", part), Layer("über 24 Monate", old))
    return Stock(MONTHS, layers, "persons")


def way() -> Way:
    whole = Stage("Ganzer Weg", days(635), days(890), count(5930), "Anfrage bis Urkunde")
    stages = (
        Stage("Anfrage bis Antrag", days(240), days(410), count(1980)),
        Stage("Antrag bis vollständig", days(65), WITHHELD, count(940)),
        Stage("Antwort bis Entscheidung", days(140, provisional=True), days(275), count(1310)),
        Stage("Entscheidung bis Urkunde", WITHHELD, WITHHELD, count(280)),
    )
    return Way(whole, stages, "days")


def breakdowns() -> Breakdowns:
    origin = (
        ("Türkei", share(14)),
        ("Ukraine", share(31)),
        ("EU", share(20)),
        ("Übrige", WITHHELD),
    )
    sex = (("Frauen", share(24, provisional=True)), ("unbekannt", IMPOSSIBLE))
    return Breakdowns("percent", (Groups("Herkunft", origin), Groups("Geschlecht", sex)), share(20))


def measured() -> tuple[Measured, ...]:
    access = dict(zip(TOWNS, (share(14), share(26), share(19), WITHHELD), strict=True))
    unknown = dict(zip(TOWNS, (share(15), share(8), share(12), share(11)), strict=True))
    wait = dict(zip(TOWNS, (days(300), days(200), days(240), days(235)), strict=True))
    return (
        Measured("Zugang", "percent", access, share(20, 9000), "more", 1.5, "B", "≥ 25"),
        Measured("Keinem System bekannt", "percent", unknown, share(12, 9000), "less", 5.0, "C"),
        Measured("Wartezeit", "days", wait, days(240), "less"),
        Measured("Neue Fälle", "persons", {TOWNS[0]: count(90)}, count(120)),
    )


def paths() -> Flows:
    statuses = (
        Status("GERMAN", "eingebürgert", now=count(230), rank=1),
        Status("SETTLED", "unbefristet", count(980), count(945), 2),
        Status("PENDING", "Duldung", count(1140), count(1138), 3),
        Status("UNCLEAR", "unklar"),
        Status("ABSENT", "nicht im Kreis", outside=True),
    )
    moves = {
        ("SETTLED", "GERMAN"): count(185), ("SETTLED", "SETTLED"): count(760),
        ("SETTLED", "PENDING"): count(35), ("PENDING", "SETTLED"): count(95),
        ("PENDING", "PENDING"): count(735), ("PENDING", "GERMAN"): WITHHELD,
        ("PENDING", "ABSENT"): count(165), ("ABSENT", "PENDING"): count(210),
        ("UNCLEAR", "PENDING"): count(45),
    }  # fmt: skip
    told = tuple(Move(source, goal, cell) for (source, goal), cell in moves.items())
    return Flows(statuses, told, date(2025, 10, 31), date(2026, 10, 31))


@cache
def german() -> Language:
    return read_language("de")


@cache
def plots() -> dict[str, Plot]:
    """Draw every kind of chart once."""
    language = german()
    return {
        "target_trend": target_trend(language, LABEL, course()),
        "two_lines": two_lines(language, LABEL, pair()),
        "stacked_area": stacked_area(language, LABEL, stock()),
        "waiting_times": waiting_times(language, LABEL, way()),
        "breakdown_bars": breakdown_bars(language, LABEL, breakdowns()),
        "matrix": matrix(language, LABEL, TOWNS, measured()),
        "profile": profile(language, LABEL, TOWNS[3], measured()),
        "flows": flows(language, LABEL, paths()),
    }
