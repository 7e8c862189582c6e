"""What can be said of towns against the whole Kreis: only differences that are certain count."""

from collections.abc import Sequence

from kim_pipeline.report.charts.standing import Measured, standing
from kim_pipeline.report.figures import Cell
from kim_pipeline.report.language import Language
from kim_pipeline.report.thresholds import firmness_among

_LEAST = 2


def counts(town: str, columns: Sequence[Measured], firmness: float = 1.0) -> tuple[int, int]:
    """Count the figures in which a town is certainly better, and worse, than the Kreis.

    `firmness` multiplies the noise to beat, for a town that is picked among others.
    """
    cells = [(column, column.towns.get(town, Cell("absent"))) for column in columns]
    found = [standing(column, cell, firmness) for column, cell in cells]
    levels = [stands.level for stands in found if stands]
    return sum(level > 0 for level in levels), sum(level < 0 for level in levels)


def town_title(language: Language, town: str, columns: Sequence[Measured]) -> str:
    """Say in how many figures a town stands out from the Kreis."""
    better, worse = counts(town, columns)
    if not better and not worse:
        return language.text("towns.title_like", town=town)
    parts = [
        language.text(f"towns.title_{key}", count=language.count(count))
        for key, count in (("better", better), ("worse", worse))
        if count
    ]
    total = language.count(len(columns))
    return language.text("towns.title", town=town, words=language.listing(parts), total=total)


def towns_title(language: Language, towns: Sequence[str], columns: Sequence[Measured]) -> str:
    """Name the towns that are worse than the Kreis in most figures, one or two of them.

    Of ten towns within the noise one is the worst, too: who is named must be so more firmly.
    """
    firmness = firmness_among(len(towns))
    worse = {town: counts(town, columns)[1] for town in towns}
    most = max(worse.values(), default=0)
    named = [town for town, count in worse.items() if count == most]
    firm = [counts(town, columns, firmness)[1] for town in named]
    if min(most, *firm) < _LEAST or len(named) > 2:
        return language.text("towns.all_title")
    return language.text(
        "towns.all_title_worse" if len(named) == 1 else "towns.all_title_worse_each",
        towns=language.listing(named),
        count=language.count(most),
        total=language.count(len(columns)),
    )
