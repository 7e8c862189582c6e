"""The key figures: number, change and trend of each."""

from dataclasses import dataclass

from markupsafe import Markup

from kim_pipeline.report import svg
from kim_pipeline.report.cells import ShownCell, show
from kim_pipeline.report.changes import Change, change_of
from kim_pipeline.report.figures import Figures, Indicator
from kim_pipeline.report.language import Language
from kim_pipeline.report.trend import History, trend


@dataclass(frozen=True)
class KeyFigure:
    """One key figure as the page shows it."""

    indicator: Indicator
    shown: ShownCell
    unit: str
    change: str
    chart: Markup


def key_figures(
    language: Language, figures: Figures, keys: tuple[Indicator, ...]
) -> tuple[KeyFigure, ...]:
    """Make the key figures of the page."""
    return tuple(_key_figure(language, figures, key, place) for place, key in enumerate(keys))


def _key_figure(
    language: Language, figures: Figures, indicator: Indicator, place: int
) -> KeyFigure:
    change = change_of(figures, indicator)
    value = change.now.value
    return KeyFigure(
        indicator=indicator,
        shown=show(language, change.now),
        unit="" if value is None else language.unit(indicator.unit, value),
        change=_change_line(language, change),
        chart=_chart(language, indicator, list(figures.history(indicator.indicator_id)), place),
    )


def _change_line(language: Language, change: Change) -> str:
    if not change.known or change.since is None:
        return language.text("key_figures.incomparable")
    if not change.recognisable:
        return language.text("key_figures.unchanged")
    size = language.difference(change.difference, change.indicator.unit)
    sign = "+" if change.difference > 0 else "\u2212"
    month = language.month(change.since)
    return language.text("key_figures.since", change=f"{sign}{size}", month=month)


def _chart(language: Language, indicator: Indicator, history: History, place: int) -> Markup:
    drawing = trend(language, history, indicator.unit)
    if not drawing.height:
        return Markup("")
    (first_month, first), (last_month, last) = history[0], history[-1]
    return svg.image(
        drawing,
        f"trend-{place}",
        language.text(
            "key_figures.trend_title", name=indicator.name, month=language.month(last_month)
        ),
        language.text(
            "key_figures.trend_description",
            first_month=language.month(first_month),
            first=_spoken(show(language, first, indicator.unit)),
            last_month=language.month(last_month),
            last=_spoken(show(language, last, indicator.unit)),
        ),
    )


def _spoken(shown: ShownCell) -> str:
    if not shown.published:
        return shown.spoken
    return f"{shown.text} ({shown.spoken})" if shown.spoken else shown.text
