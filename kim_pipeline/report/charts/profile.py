"""One town against the whole Kreis: a row with a dot for every indicator."""

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from kim_pipeline.report.charts import svg
from kim_pipeline.report.charts.hatching import hatched
from kim_pipeline.report.charts.matrix import LEVELS, graded, standing_legend, standing_mark
from kim_pipeline.report.charts.plot import FULL, NARROW, Drawings, Label, Plot, plot, short
from kim_pipeline.report.charts.standing import Measured, span, standing
from kim_pipeline.report.document import Column, Line, Table
from kim_pipeline.report.figures import Cell
from kim_pipeline.report.language import Language

_WIDE_ROW, _NARROW_ROW, _TOP = 46.0, 70.0, 40.0
_NAMES, _AXIS_END = 400.0, 820.0


def profile(language: Language, label: Label, town: str, rows: Sequence[Measured]) -> Plot:
    """Draw the town's dot on the span of all towns; right of the middle is favourable."""
    drawings = Drawings(_wide(language, town, rows), _narrow(language, town, rows))
    description = language.text("charts.profile.description", town=town)
    table = _table(language, label, town, rows)
    return plot(label, description, drawings, table, standing_legend(language))


def _cell(measured: Measured, town: str) -> Cell:
    return measured.towns.get(town, Cell("absent"))


def _wide(language: Language, town: str, rows: Sequence[Measured]) -> svg.Drawing:
    axis = (_NAMES, _AXIS_END)
    pieces = [*_heads(language, axis)]
    for end, words in ((FULL, language.text("words.district")), (980.0, town)):
        pieces.append(svg.text((end, _TOP - 14), words, "muted small", "end"))
    for place, row in enumerate(rows):
        top = _TOP + _WIDE_ROW * place
        cell = _cell(row, town)
        pieces.append(svg.line((0, top), (FULL, top), "axis"))
        pieces.append(svg.text((0, top + 20), graded(row)))
        pieces.append(svg.text((0, top + 37), _unit(language, row), "muted tiny"))
        pieces.extend(_mark(row, cell, (*axis, top + 23)))
        pieces.append(svg.text((980, top + 28), short(language, cell, row.unit), "strong", "end"))
        whole = short(language, row.whole, row.unit)
        pieces.append(svg.text((FULL, top + 28), whole, "muted", "end"))
    return svg.Drawing(FULL, _TOP + _WIDE_ROW * len(rows) + 4, svg.join(pieces))


def _narrow(language: Language, town: str, rows: Sequence[Measured]) -> svg.Drawing:
    axis = (2.0, NARROW - 2)
    pieces = [*_heads(language, axis)]
    for place, row in enumerate(rows):
        top = _TOP + _NARROW_ROW * place
        cell = _cell(row, town)
        figures = language.text(
            "charts.profile.figures",
            town=short(language, cell, row.unit),
            whole=short(language, row.whole, row.unit),
            unit=_unit(language, row),
        )
        pieces.append(svg.line((0, top), (NARROW, top), "axis"))
        pieces.append(svg.text((0, top + 17), graded(row), "strong small"))
        pieces.append(svg.text((0, top + 35), figures, "small"))
        pieces.extend(_mark(row, cell, (*axis, top + 53)))
    return svg.Drawing(NARROW, _TOP + _NARROW_ROW * len(rows) + 4, svg.join(pieces))


def _heads(language: Language, axis: tuple[float, float]) -> Iterator[Markup]:
    left, right = axis
    worse, better = (language.text(f"charts.profile.{end}") for end in ("worse", "better"))
    yield svg.text((left, _TOP - 14), worse, "muted tiny")
    yield svg.text(
        ((left + right) / 2, _TOP - 14), language.text("words.district"), "muted tiny", "middle"
    )
    yield svg.text((right, _TOP - 14), better, "muted tiny", "end")


def _mark(row: Measured, cell: Cell, axis: tuple[float, float, float]) -> Iterator[Markup]:
    """Draw the span of the towns as a grey band, the way from the Kreis to the dot in colour."""
    left, right, y = axis
    ends, stands = span(row), standing(row, cell)
    middle, half = (left + right) / 2, (right - left) / 2 - 5
    if ends:
        low, high = (middle + half * end for end in ends)
        yield svg.box((low - 6, y - 5), high - low + 12, 10, "area-1")
    if stands is None:
        yield svg.line((left, y), (right, y), "axis-strong")
        if cell.status == "withheld":
            yield hatched((middle - 11, y - 8), 22, 16)
        return
    reach = half * stands.place
    if stands.level:
        yield svg.box((middle + min(0, reach), y - 9), abs(reach), 18, LEVELS[stands.level])
    yield from standing_mark(stands, axis)


def _table(language: Language, label: Label, town: str, rows: Sequence[Measured]) -> Table:
    lines = tuple(
        Line(row.name, (_unit(language, row), _cell(row, town), row.whole)) for row in rows
    )
    columns = (
        Column(language.text("charts.unit")),
        Column(town),
        Column(language.text("words.district")),
    )
    return Table(label.name, label.title, language.text("matrix.indicator"), columns, lines)


def _unit_cell(language: Language, row: Measured) -> str:
    return language.text(f"unit_lines.{row.unit}")


def _unit(language: Language, row: Measured) -> str:
    return language.text(f"unit_lines.{row.unit}")
