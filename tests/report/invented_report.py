"""A small report of every kind of part there is, from invented figures, set by hand."""

from kim_pipeline.kreis import Kreis
from kim_pipeline.report.charts.choropleth import MAP_WIDTHS, choropleth, legend
from kim_pipeline.report.charts.geography import TownMap, read_town_map
from kim_pipeline.report.charts.town_dots import NARROW, WIDE, town_dots
from kim_pipeline.report.charts.trend import trend
from kim_pipeline.report.document import (
    Chart,
    Column,
    Definition,
    Line,
    Page,
    Point,
    Report,
    Section,
    Sentence,
    Table,
    Tile,
)
from kim_pipeline.report.figures import Cell, Figures, Indicator
from kim_pipeline.report.language import Language
from kim_pipeline.report.towns import Comparison, compare_towns

HOSTILE = "=HYPERLINK(1)"
TILES = ("C3", "S2", "N6", "J1")


def invented_report(figures: Figures, kreis: Kreis, language: Language) -> Report:
    """Set an overview, a page of tables and nothing else."""
    return Report(
        kreis=kreis.name,
        notice=kreis.notice,
        locale=language.locale,
        edition="monthly",
        month=figures.month,
        known_on=figures.known_on,
        since=figures.baseline(),
        pages=(_overview(figures, kreis, language), _tables(figures)),
        definitions=tuple(
            Definition(i.indicator_id, i.name, i.definition, i.sources) for i in figures.indicators
        ),
    )


def _overview(figures: Figures, kreis: Kreis, language: Language) -> Page:
    comparison = compare_towns(figures, kreis, _indicator(figures, "C3"))
    return Page(
        name="index",
        short="Überblick",
        kicker="Steuerungsbericht",
        title="Das Fallmanagement erreicht mehr Menschen",
        lead=(
            Sentence("Jede fünfte Person", "hat einen Fall; im Vorjahr jede sechste.", "", "B"),
            Sentence("Die übrigen", "sind keiner Stelle bekannt.", "Vorläufig.", "C"),
        ),
        points=(
            Point("act", "Jobcenter:", "eine von 18 Prüfregeln nicht erfüllt."),
            Point("watch", "KIM-Case-Management:", "es gilt der Stand September."),
            Point("done", "Lieferungen:", "alle da."),
        ),
        sections=(
            _tiles(figures, language),
            _map(language, comparison, kreis),
            _dots(language, comparison),
        ),
        note="Die Überschrift beruht auf vorläufigen Zahlen.",
    )


def _tiles(figures: Figures, language: Language) -> Section:
    tiles = []
    for place, name in enumerate(TILES):
        indicator = _indicator(figures, name)
        drawing = trend(language, list(figures.history(name)), indicator.unit)
        chart = Chart(f"{indicator.name}, Verlauf", "Alle Werte in der Tabelle.", drawing, drawing)
        change = "keine erkennbare Veränderung"
        verdict = ("act", "watch", "done", "")[place]
        target = "Ziel: mindestens 25 %" if verdict else ""
        cell = figures.cell(name)
        tiles.append(
            Tile(
                name,
                indicator.name,
                cell,
                indicator.unit,
                change,
                chart,
                "B"[place:],
                target,
                verdict,
            )
        )
    return Section(
        name="kennzahlen",
        title="Zwei von vier Kennzahlen haben sich verändert",
        measure="13 Monate",
        table=_history(figures),
        tiles=tuple(tiles),
        indicators=TILES,
    )


def _history(figures: Figures) -> Table:
    units = {i.indicator_id: i for i in figures.indicators}
    return Table(
        name="kennzahlen",
        caption="Kennzahlen je Monat",
        corner="Monat",
        columns=tuple(Column(units[name].name, units[name].unit) for name in TILES),
        lines=tuple(
            Line(f"{month:%m.%Y}", tuple(figures.cell(name, month=month) for name in TILES))
            for month in figures.months()
        ),
    )


def _map(language: Language, comparison: Comparison, kreis: Kreis) -> Section:
    wide, narrow = (choropleth(language, comparison, _outlines(kreis, w)) for w in MAP_WIDTHS)
    return Section(
        name="karte",
        title="Im Süden mehr als im Norden",
        measure=comparison.indicator.name,
        chart=Chart("Karte: je Stadt", "Je dunkler, desto höher.", wide, narrow),
        table=_towns("karte", comparison),
        notes=("Ein Hinweis zur Karte.",),
        sources=("Ausländerbehörde", "KIM-Case-Management"),
        legend=tuple(legend(language, comparison)),
        grade="B",
        half=True,
    )


def _outlines(kreis: Kreis, width: float) -> TownMap:
    outlines = read_town_map(kreis, width)
    assert outlines is not None
    return outlines


def _dots(language: Language, comparison: Comparison) -> Section:
    wide, narrow = (town_dots(language, comparison, frame) for frame in (WIDE, NARROW))
    return Section(
        name="punkte",
        title="Eine Stadt gewinnt, in den übrigen ist nichts erkennbar",
        measure="Vorjahr (Ring) und jetzt (Punkt)",
        chart=Chart("Punkte: je Stadt", "Früher und jetzt.", wide, narrow),
        table=_towns("punkte", comparison),
        half=True,
    )


def _towns(name: str, comparison: Comparison) -> Table:
    lines = [Line(t.name, (t.change.before, t.change.now)) for t in comparison.towns]
    district = comparison.district
    lines.append(Line("Kreis", (district.before, district.now), strong=True))
    unit = comparison.indicator.unit
    columns = (Column("Vorjahr", unit), Column("Jetzt", unit))
    return Table(name, f"{comparison.indicator.name} je Stadt", "Stadt", columns, tuple(lines))


def _tables(figures: Figures) -> Page:
    signs = Table(
        name="zeichen",
        caption="Alle Zeichen",
        corner="Fall",
        columns=(Column("Zahl"), Column("Zahl"), Column("Worte")),
        lines=(
            Line(
                "geschützt", (Cell("withheld"), Cell("structural_zero"), "nichts"), unit="persons"
            ),
            Line("fehlt", (Cell("absent"), Cell("published", 0.0, 0), "null"), unit="persons"),
            Line("berichtigt", (_marked(revised=True), _marked(provisional=True), HOSTILE)),
            Line("-1 = Kopf", (Cell("published", 12345.5), Cell("published", -3.0), "<b>&"), True),
        ),
    )
    return Page(
        name="tabellen",
        short="Tabellen",
        kicker="Anhang",
        title="Nur Tabellen",
        sections=(
            Section("zeichen", "Jedes Zeichen einmal", "Ohne Bild", table=signs, open_table=True),
            Section("woerter", "Nur Worte", "Ein Absatz", paragraphs=("# kein *Befehl* $1$",)),
            _matrix(figures),
        ),
    )


def _marked(*, revised: bool = False, provisional: bool = False) -> Cell:
    return Cell("published", 20.2, 20, 99, revised, provisional)


def _matrix(figures: Figures) -> Section:
    towns = sorted({town for _, _, town in figures.cells if town})
    table = Table(
        name="alle",
        caption="Alle Kennzahlen, alle Städte",
        corner="Kennzahl",
        columns=tuple(Column(town) for town in towns),
        lines=tuple(
            Line(i.name, tuple(figures.cell(i.indicator_id, town) for town in towns), unit=i.unit)
            for i in figures.indicators
        ),
    )
    return Section("alle", "Alle Städte", "Je Stadt", table=table, open_table=True)


def _indicator(figures: Figures, name: str) -> Indicator:
    return next(i for i in figures.indicators if i.indicator_id == name)
