"""The towns as rows of dots, then and now; and as bars where no map is configured."""

from dataclasses import dataclass

from markupsafe import Markup

from kim_pipeline.report.cells import show
from kim_pipeline.report.changes import Change
from kim_pipeline.report.charts import svg
from kim_pipeline.report.charts.scale import Scale, scale_around
from kim_pipeline.report.language import Language
from kim_pipeline.report.towns import Comparison

_LEAST_SPAN = {"percent": 10.0, "days": 60.0, "persons": 60.0}


@dataclass(frozen=True)
class Frame:
    """The measures of a drawing: width, row height, room for names and for the two columns."""

    width: float
    row: float
    names: float
    numbers: float
    changes: float
    top: float = 44.0

    @property
    def plot_end(self) -> float:
        """Give where the plot ends and the columns of numbers begin."""
        return self.width - self.numbers - self.changes


WIDE = Frame(640, 40, 122, 64, 124)
NARROW = Frame(350, 40, 100, 50, 64)


def town_dots(language: Language, comparison: Comparison, frame: Frame) -> svg.Drawing:
    """Draw a ring for the earlier figure, a dot for the figure now, and the change beside it."""
    rows = [(town.name, town.change) for town in comparison.towns]
    x = _axis(comparison, frame)
    if x is None:
        return svg.Drawing(frame.width, 0, Markup(""))
    height = frame.top + frame.row * (len(rows) + 1) + 8
    pieces = [_grid(language, comparison, x, frame, height)]
    pieces.append(_heads(language, comparison, frame))
    for place, (name, change) in enumerate(rows):
        middle = frame.top + frame.row * (place + 0.5)
        pieces.append(_row(language, x, frame, _Row(name, change, middle)))
    base = frame.top + frame.row * len(rows) + 4
    pieces.append(svg.line((0, base), (frame.width, base), "axis-strong"))
    name, middle = language.text("words.district"), base + frame.row / 2
    pieces.append(_row(language, x, frame, _Row(name, comparison.district, middle, "strong")))
    return svg.Drawing(frame.width, height, svg.join(pieces))


def begins_at_zero(comparison: Comparison) -> bool:
    """Tell whether the axis of the dots begins at zero."""
    x = _axis(comparison, WIDE)
    return x is None or x.low == 0


def _axis(comparison: Comparison, frame: Frame) -> Scale | None:
    """Make the axis that holds all figures, now and before; None where there is no figure."""
    everyone = [town.change for town in comparison.towns] + [comparison.district]
    cells = [cell for change in everyone for cell in (change.now, change.before)]
    values = [cell.value for cell in cells if cell.value is not None]
    if not values:
        return None
    least = _LEAST_SPAN.get(comparison.indicator.unit, 1.0)
    return scale_around(values, frame.names + 8, frame.plot_end - 14, least=least)


def town_bars(language: Language, comparison: Comparison, width: float) -> svg.Drawing:
    """Draw the figures of the towns as sorted bars from zero."""
    values = [town.value for town in comparison.towns if town.value is not None]
    if not values:
        return svg.Drawing(width, 0, Markup(""))
    x = scale_around(values, 124, width - 84, least=1.0, zero=True)
    pieces = []
    for place, town in enumerate(comparison.towns):
        y = 34.0 * place
        end = x(town.value) if town.value is not None else x.start
        words = show(language, town.change.now, comparison.indicator.unit).written
        pieces.append(svg.text((0, y + 20), town.name))
        pieces.append(svg.box((x.start, y + 6), end - x.start, 20, "fill-data"))
        pieces.append(svg.text((end + 8, y + 20), words, "strong"))
    return svg.Drawing(width, 34.0 * len(comparison.towns), svg.join(pieces))


def _grid(
    language: Language, comparison: Comparison, x: Scale, frame: Frame, height: float
) -> Markup:
    unit = comparison.indicator.unit
    pieces = []
    for tick in x.ticks(4 if frame is WIDE else 2):
        words = language.percent(tick) if unit == "percent" else language.number(tick)
        pieces.append(svg.line((x(tick), frame.top - 4), (x(tick), height - 4), "axis"))
        pieces.append(svg.text((x(tick), frame.top - 11), words, "muted tiny tick", "middle"))
    return svg.join(pieces)


def _heads(language: Language, comparison: Comparison, frame: Frame) -> Markup:
    size = "wide" if frame is WIDE else "narrow"
    height = frame.top - 11
    now = (frame.plot_end + frame.numbers - 8, height)
    pieces = [svg.text(now, language.text("dots.now"), "muted tiny", "end")]
    if comparison.district.since is not None:
        words = language.text(f"dots.change_{size}")
        pieces.append(svg.text((frame.width, height), words, "muted tiny", "end"))
    return svg.join(pieces)


@dataclass(frozen=True)
class _Row:
    """A town, or the whole Kreis in bold, on its line of the drawing."""

    name: str
    change: Change
    middle: float
    css: str = ""


def _row(language: Language, x: Scale, frame: Frame, row: _Row) -> Markup:
    change, middle = row.change, row.middle
    pieces = [svg.text((0, middle + 5), row.name, row.css)]
    pieces.extend(_marks(x, middle, change))
    shown = show(language, change.now, change.indicator.unit)
    end = frame.plot_end + frame.numbers - 8
    pieces.append(svg.text((end, middle + 5), shown.written, "strong", "end"))
    words, style = _change_words(language, change, frame)
    pieces.append(svg.text((frame.width, middle + 5), words, f"{row.css} {style}", "end"))
    return svg.join(pieces)


def _marks(x: Scale, middle: float, change: Change) -> list[Markup]:
    now, before = change.now.value, change.before.value
    pieces = []
    if now is not None and before is not None:
        css = "span" if change.certain else "span faint"
        pieces.append(svg.line((x(before), middle), (x(now), middle), css))
    if before is not None:
        pieces.append(svg.circle((x(before), middle), 4.2, "open-grey"))
    if now is not None:
        pieces.append(
            svg.circle((x(now), middle), 6, "open-data" if change.now.provisional else "fill-data")
        )
    return pieces


def _change_words(language: Language, change: Change, frame: Frame) -> tuple[str, str]:
    if change.since is None:
        return "", ""
    if not change.known:
        return language.text("dots.unknown"), "muted"
    if not change.recognisable:
        key = "dots.unchanged_wide" if frame is WIDE else "dots.unchanged_narrow"
        return language.text(key), "muted small"
    if not change.certain:
        words = language.signed(change.difference)
        return language.text("dots.uncertain", change=words), "muted"
    return language.signed(change.difference), ""
