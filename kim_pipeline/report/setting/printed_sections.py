"""The sections of the PDF as plain values: words, charts as SVG in their size on paper, tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from kim_pipeline.report.cells import show
from kim_pipeline.report.charts.svg import Drawing
from kim_pipeline.report.document import Chart, Definition, Section, Tile
from kim_pipeline.report.language import Language
from kim_pipeline.report.setting.chart_style import standalone
from kim_pipeline.report.setting.legend_signs import swatch
from kim_pipeline.report.setting.printed_tables import is_appended, printed_table

# Points on A4 across: the whole width, half of it, a quarter of it, and the most height of a chart.
_WIDE, _HALF, _QUARTER, _HIGH = 757.0, 365.0, 150.0, 370.0
# So 14 pixels of a drawing become 9 points at most, and 8 at least where there is a choice.
_LARGEST, _SMALLEST = 0.64, 0.57
# Points that leave no room for a page's title, and that stand below one with its lead; what a row
# of tiles and a paragraph take.
_TALL, _SHORT, _TILE, _PARAGRAPH = 300.0, 210.0, 150.0, 30.0
Values = dict[str, object]


@dataclass(frozen=True)
class Paper:
    """What a section needs to know of the report; `places` numbers the tables of the appendix."""

    language: Language
    definitions: Mapping[str, Definition]
    places: Mapping[str, int]


def section_values(paper: Paper, section: Section, in_row: int = 1) -> Values:
    """Write a section; `in_row` sections share the width of the page."""
    language, sources = paper.language, ", ".join(section.sources)
    table = section.table if not is_appended(section) else None
    known = [paper.definitions[i] for i in section.indicators if i in paper.definitions]
    return {
        "title": section.title,
        "measure": section.measure,
        "grade": section.grade,
        "chart": _chart(section.chart, _WIDE if in_row == 1 else _HALF),
        "table": printed_table(language, table) if table else None,
        "place": _place(paper, section),
        "notes": section.notes,
        "sources": language.text("definitions.sources", sources=sources) if sources else "",
        "legend": [{"svg": swatch(css), "words": words} for css, words in section.legend],
        "tiles": [_tile(language, tile) for tile in section.tiles],
        "paragraphs": section.paragraphs,
        "links": [[name, words] for words, name in section.links],
        "definitions": [definition_values(language, d) for d in known if is_list(section)],
    }


def is_list(section: Section) -> bool:
    """Tell whether a section lists definitions and nothing else."""
    return bool(section.indicators) and not (section.chart or section.table or section.tiles)


def is_tall(values: Values) -> bool:
    """Tell whether a written section leaves no room for the title of its page."""
    return _height(values) > _TALL


def is_short(row: Sequence[Values]) -> bool:
    """Tell whether a row of written sections has room below a title and a lead."""
    return all(
        _height(values) <= _SHORT and values["table"] is None and not values["definitions"]
        for values in row
    )


def _height(values: Values) -> float:
    """Estimate what chart, tiles and paragraphs take."""
    chart, tiles, words = (values[name] for name in ("chart", "tiles", "paragraphs"))
    height = chart["height"] if isinstance(chart, dict) else 0.0
    for each, in_row, size in ((tiles, 4, _TILE), (words, 1, _PARAGRAPH)):
        height += -(-len(each) // in_row) * size if isinstance(each, Sequence) else 0.0
    return float(height)


def definition_values(language: Language, entry: Definition) -> Values:
    """Write a definition."""
    sources = language.text("definitions.sources", sources=entry.sources)
    return {"name": entry.name, "words": entry.words, "sources": sources}


def _place(paper: Paper, section: Section) -> Values | None:
    """Say where in the appendix the table of a section stands."""
    if section.table is None or not is_appended(section):
        return None
    name = section.table.name
    number = paper.places[name]
    return {"name": str(number), "words": paper.language.text("pdf.table", number=number)}


def _tile(language: Language, tile: Tile) -> Values:
    value, shown = tile.cell.value, show(language, tile.cell)
    return {
        "title": tile.title,
        "cell": {"text": shown.text, "marks": shown.marks, "hidden": not shown.published},
        "unit": "" if value is None else language.unit(tile.unit, value),
        "change": tile.change,
        "chart": _chart(tile.chart, _QUARTER),
        "grade": tile.grade,
        "target": tile.target,
        "verdict": tile.verdict,
    }


def _chart(chart: Chart | None, width: float) -> Values | None:
    """Take the wide drawing unless its letters come out too small; no height shows nothing."""
    if chart is None or not chart.wide.height:
        return None
    fits = _scale(chart.wide, width) >= _SMALLEST
    by_size = partial(_scale, width=width)
    drawing = chart.wide if fits else max(chart.wide, chart.narrow, key=by_size)
    scale = _scale(drawing, width)
    return {
        "svg": standalone(drawing),
        "width": round(drawing.width * scale, 1),
        "height": round(drawing.height * scale, 1),
        "alt": f"{chart.title}. {chart.description}",
    }


def _scale(drawing: Drawing, width: float) -> float:
    return min(_LARGEST, width / drawing.width, _HIGH / drawing.height)
