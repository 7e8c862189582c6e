"""The tables of the page as rows of written cells; the templates only place them."""

from dataclasses import dataclass

from markupsafe import Markup

from kim_pipeline.kreis import Kreis
from kim_pipeline.report.cells import ShownCell, show
from kim_pipeline.report.changes import Change, change_of
from kim_pipeline.report.figures import DISTRICT, Figures, Indicator
from kim_pipeline.report.language import Language
from kim_pipeline.report.towns import Comparison, short_name
from kim_pipeline.report.trend import spark


@dataclass(frozen=True)
class MatrixRow:
    """An indicator in the whole Kreis and in every town."""

    indicator: Indicator
    unit_line: str
    district: ShownCell
    change: str
    course: Markup
    towns: tuple[ShownCell, ...]


@dataclass(frozen=True)
class Row:
    """A line of a plain table."""

    head: str
    cells: tuple[ShownCell, ...]
    note: str = ""


def matrix(language: Language, figures: Figures, kreis: Kreis) -> tuple[MatrixRow, ...]:
    """Set all indicators against all towns; indicators without any total are left out."""
    rows = [_matrix_row(language, figures, kreis, indicator) for indicator in listed(figures)]
    return tuple(rows)


def listed(figures: Figures) -> tuple[Indicator, ...]:
    """Give the indicators that have a figure for the whole Kreis, shown or withheld."""
    return tuple(
        indicator
        for indicator in figures.indicators
        if figures.cell(indicator.indicator_id).status != "absent"
    )


def town_heads(kreis: Kreis) -> tuple[str, ...]:
    """Name the towns, in the order of the configuration."""
    return tuple(short_name(town.name) for town in kreis.towns)


def _matrix_row(
    language: Language, figures: Figures, kreis: Kreis, indicator: Indicator
) -> MatrixRow:
    name = indicator.indicator_id
    return MatrixRow(
        indicator=indicator,
        unit_line=unit_line(language, indicator),
        district=show(language, figures.cell(name)),
        change=change_words(language, change_of(figures, indicator)),
        course=_course(figures, indicator),
        towns=tuple(show(language, figures.cell(name, town.ags)) for town in kreis.towns),
    )


def _course(figures: Figures, indicator: Indicator) -> Markup:
    """Draw the course for the eye only: the first and last figures stand beside it."""
    drawing = spark(list(figures.history(indicator.indicator_id, DISTRICT)))
    return Markup(
        '<svg viewBox="0 0 {:.0f} {:.0f}" class="spark" aria-hidden="true">{}</svg>'
    ).format(drawing.width, drawing.height, drawing.body)


def unit_line(language: Language, indicator: Indicator) -> str:
    """Name unit and kind of an indicator."""
    kind = language.text(f"kinds.{indicator.kind}")
    unit = language.text(f"unit_lines.{indicator.unit}")
    return f"{unit}, {kind}" if kind else unit


def change_words(language: Language, change: Change) -> str:
    """Write a change in short: its size, that it cannot be recognised, or that there is none."""
    if not change.known:
        return "–"
    if not change.recognisable:
        return language.text("matrix.unchanged")
    return language.signed(change.difference)


def key_table(language: Language, figures: Figures, keys: tuple[Indicator, ...]) -> tuple[Row, ...]:
    """List the key figures month by month."""
    return tuple(
        Row(
            language.month(month),
            tuple(
                show(language, figures.cell(key.indicator_id, DISTRICT, month), key.unit)
                for key in keys
            ),
        )
        for month in figures.months()
    )


def town_table(language: Language, comparison: Comparison) -> tuple[Row, ...]:
    """List the towns of a comparison: now, before, change; the whole Kreis last."""
    entries = [(town.name, town.change) for town in comparison.towns]
    entries.append((language.text("words.district"), comparison.district))
    unit = comparison.indicator.unit
    return tuple(
        Row(
            name,
            (show(language, change.now, unit), show(language, change.before, unit)),
            change_words(language, change),
        )
        for name, change in entries
    )
