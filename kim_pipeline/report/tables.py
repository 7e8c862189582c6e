"""Words and lists that several tables share: changes, the indicators listed, the towns."""

from kim_pipeline.kreis import Kreis
from kim_pipeline.report.changes import Change
from kim_pipeline.report.figures import Figures, Indicator
from kim_pipeline.report.language import Language
from kim_pipeline.report.towns import short_name


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


def change_words(language: Language, change: Change) -> str:
    """Write a change in short: its size, that it is uncertain, or that there is none."""
    if not change.known:
        return "–"
    if not change.recognisable:
        return language.text("matrix.unchanged")
    size = language.signed(change.difference)
    return size if change.certain else language.text("matrix.uncertain", change=size)
