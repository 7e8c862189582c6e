"""Towns against indicators: figures, distance from the Kreis in colour and as a dot."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from kim_pipeline.report.cells import show
from kim_pipeline.report.charts import svg
from kim_pipeline.report.charts.hatching import hatched
from kim_pipeline.report.charts.plot import (
    FULL,
    NARROW,
    Drawings,
    Label,
    Legend,
    Plot,
    plot,
)
from kim_pipeline.report.charts.standing import Measured, Standing, standing
from kim_pipeline.report.charts.wrapping import SMALL, SMALL_STRONG, TINY, wrapped
from kim_pipeline.report.document import Column, Line, Table
from kim_pipeline.report.figures import Cell
from kim_pipeline.report.language import NO_BREAK_SPACE, Language

LEVELS = {-2: "worse-2", -1: "worse-1", 0: "like", 1: "better-1", 2: "better-2"}


@dataclass(frozen=True)
class _Frame:
    """The measures of a drawing, and how many indicators stand beside each other."""

    width: float
    names: float
    most: int
    row: float = 46.0
    line: float = 16.0


_WIDE = _Frame(FULL, 118, 8)
_NARROW = _Frame(NARROW, 92, 2)


@dataclass(frozen=True)
class _Block:
    """Some of the indicators, as columns of one width from a height down."""

    columns: Sequence[Measured]
    frame: _Frame
    width: float
    top: float


def matrix(
    language: Language, label: Label, towns: Sequence[str], columns: Sequence[Measured]
) -> Plot:
    """Draw one row per town; a difference that is not certain stays uncoloured, its dot open.

    What is published for no town stands in the table and in a note alone.
    """
    shown = [column for column in columns if _is_shown(column)]
    drawings = Drawings(
        _drawn(language, towns, shown, _WIDE), _drawn(language, towns, shown, _NARROW)
    )
    description = language.text("charts.matrix.description")
    table = _table(language, label, towns, columns)
    drawn = plot(label, description, drawings, table, standing_legend(language))
    hidden = [column.name for column in columns if not _is_shown(column)]
    if not hidden:
        return drawn
    return replace(drawn, notes=(language.text("charts.matrix.hidden", names=", ".join(hidden)),))


def _is_shown(column: Measured) -> bool:
    return any(cell.value is not None for cell in column.towns.values())


def standing_legend(language: Language) -> Legend:
    """List the signs of matrix and profile."""
    levels = [(css, language.text(f"charts.standing.{css}")) for css in LEVELS.values()]
    open_dot = language.text("charts.standing.open")
    return (
        *levels,
        ("sign-dot open-ink", open_dot),
        ("withheld", language.text("charts.signs.withheld")),
    )


def _drawn(
    language: Language, towns: Sequence[str], columns: Sequence[Measured], frame: _Frame
) -> svg.Drawing:
    """Set the indicators in blocks below each other, as many side by side as there is room for."""
    pieces, top = [], 0.0
    blocks = -(-len(columns) // frame.most)
    most = -(-len(columns) // blocks) if blocks else 1
    for first in range(0, len(columns), most):
        width = (frame.width - frame.names) / most
        block = _Block(columns[first : first + most], frame, width, top)
        drawn, top = _block(language, towns, block)
        pieces.append(drawn)
        top += 28
    return svg.Drawing(frame.width, max(0.0, top - 28), svg.join(pieces))


def _block(language: Language, towns: Sequence[str], block: _Block) -> tuple[Markup, float]:
    """Draw a block and give the height where it ends."""
    frame = block.frame
    heads = [_head_lines(language, column, block.width) for column in block.columns]
    top = block.top + frame.line * max(map(len, heads)) + 10
    pieces = []
    for number, lines in enumerate(heads):
        at = frame.names + number * block.width + 8
        for place, (words, css) in enumerate(lines):
            pieces.append(svg.text((at, block.top + frame.line * place + 12), words, css))
    pieces.append(svg.line((0, top), (frame.names + block.width * len(heads), top), "reference"))
    for place, town in enumerate(towns):
        y = top + 2 + frame.row * place
        cells = [column.towns.get(town, Cell("absent")) for column in block.columns]
        pieces.append(svg.text((0, y + 21), town, "strong"))
        pieces.extend(_row(language, block, cells, y))
    foot = top + 2 + frame.row * len(towns)
    below, end = _foot(language, block, foot)
    return svg.join([*pieces, below]), end


def _head_lines(language: Language, column: Measured, width: float) -> list[tuple[str, str]]:
    """Give the lines above a column: name, mark of linked figures, unit and what is better."""
    name = graded(column)
    unit = language.text(f"unit_lines.{column.unit}")
    better = language.text(f"charts.standing.{column.favourable or 'neither'}")
    lines = [(line, "strong small") for line in wrapped(name, width - 12, SMALL_STRONG)]
    words = f"{unit} · {better}"
    return lines + [(line, "muted tiny") for line in wrapped(words, width - 12, TINY)]


def graded(measured: Measured) -> str:
    """Write the name of an indicator with the mark of a linked figure."""
    grade = measured.grade.replace("?", "")
    mark = f" ({f'≈{NO_BREAK_SPACE}{grade}'.strip()})" if measured.grade else ""
    return measured.name + mark


def _row(language: Language, block: _Block, cells: Sequence[Cell], y: float) -> Iterator[Markup]:
    for number, (column, cell) in enumerate(zip(block.columns, cells, strict=True)):
        left = block.frame.names + number * block.width
        stands = standing(column, cell)
        size = (block.width - 2, block.frame.row - 2)
        css = LEVELS[stands.level] if stands else "like"
        yield svg.box((left, y), *size, css)
        shown = show(language, cell)
        if cell.status == "withheld":
            yield hatched((left + block.width - 34, y + 8), 22, 14)
        yield svg.text((left + 8, y + 21), shown.written, "strong" if shown.published else "muted")
        if stands:
            axis = (left + 8, left + block.width - 12, y + 34)
            yield from standing_mark(stands, axis)


def standing_mark(stands: Standing, axis: tuple[float, float, float]) -> Iterator[Markup]:
    """Draw the dot of a town on its axis; the tick in the middle is the Kreis."""
    left, right, y = axis
    middle, half = (left + right) / 2, (right - left) / 2 - 5
    yield svg.line((left, y), (right, y), "axis-strong")
    yield svg.line((middle, y - 5), (middle, y + 5), "mark")
    dot = "fill-ink" if stands.certain else "open-ink"
    yield svg.circle((middle + half * stands.place, y), 4.5, dot)


def _foot(language: Language, block: _Block, y: float) -> tuple[Markup, float]:
    """Write the Kreis and its targets below the towns; give the height where they end."""
    pieces = [svg.text((0, y + 18), language.text("words.district"), "strong")]
    targets = [wrapped(column.target or "–", block.width - 12, SMALL) for column in block.columns]
    most = max(map(len, targets)) if any(column.target for column in block.columns) else 0
    if most:
        pieces.append(svg.text((0, y + 40), language.text("charts.target.word"), "muted small"))
    for number, (column, lines) in enumerate(zip(block.columns, targets, strict=True)):
        at = block.frame.names + number * block.width + 8
        pieces.append(svg.text((at, y + 18), show(language, column.whole).written, "strong"))
        for place, line in enumerate(lines if most else ()):
            height = y + 40 + block.frame.line * place
            pieces.append(svg.text((at, height), line, "muted small"))
    return svg.join(pieces), y + 26 + most * block.frame.line + 6 * bool(most)


def _table(
    language: Language, label: Label, towns: Sequence[str], columns: Sequence[Measured]
) -> Table:
    heads = tuple(Column(column.name, column.unit) for column in columns)
    lines = [
        Line(town, tuple(column.towns.get(town, Cell("absent")) for column in columns))
        for town in towns
    ]
    whole = tuple(column.whole for column in columns)
    lines.append(Line(language.text("words.district"), whole, strong=True))
    return Table(label.name, label.title, language.text("words.town"), heads, tuple(lines))
