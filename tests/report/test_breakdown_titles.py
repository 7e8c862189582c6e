"""The title of a breakdown names a group only where it stands apart, though it was picked."""

from dataclasses import replace

import pytest

from kim_pipeline.indicators.labels import read_labels
from kim_pipeline.kreis import Kreis
from kim_pipeline.report.figures import Cell, Estimate, Figures, Indicator
from kim_pipeline.report.language import Language
from kim_pipeline.report.pages.breakdowns import bars_title
from kim_pipeline.report.pages.desk import Desk
from kim_pipeline.report.pages.plan import read_plan


@pytest.fixture
def desk(figures: Figures, kreis: Kreis, language: Language) -> Desk:
    return Desk(language, figures, kreis, read_labels(), read_plan())


def title(desk: Desk, name: str, *cells: Cell) -> str:
    indicator = desk.figures.indicator(name)
    assert isinstance(indicator, Indicator)
    return bars_title(desk, indicator, tuple(zip("ABCDEF", cells, strict=False)))


def count(value: int) -> Cell:
    return Cell("published", float(value), value)


def share(value: int, base: int = 1000) -> Cell:
    return Cell("published", float(value), value * base // 100, base)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ((900, 400, 100), "Die größte Gruppe: A (900\u00a0Personen)"),
        ((900, 893, 100), "Die größten Gruppen: A und B"),
        ((900, 893, 887, 100), "Mehrere Gruppen sind ähnlich groß"),
        ((900, 895, 893), "Zwischen den Gruppen ist kein Unterschied erkennbar"),
    ],
)
def test_the_largest_groups_are_those_that_stand_apart(
    values: tuple[int, ...], said: str, desk: Desk
) -> None:
    assert title(desk, "S1", *map(count, values)) == said


def test_groups_picked_for_being_extremes_have_more_noise_to_beat(desk: Desk) -> None:
    same = "Zwischen den Gruppen ist kein Unterschied erkennbar"
    low = share(20, 120)
    assert title(desk, "N7", share(26, 120), low, low) == same
    assert "von 20" in title(desk, "N7", share(28, 120), low, low)
    assert "von 20" in title(desk, "N7", share(26, 120), low)


def test_groups_within_the_error_of_links_are_not_set_apart(desk: Desk) -> None:
    estimate = Estimate("estimated", (99.0, 100.0), (80.0, 100.0))
    rates = tuple(replace(rate, estimate=estimate) for rate in desk.figures.link_rates)
    loose = replace(desk, figures=replace(desk.figures, link_rates=rates))
    assert "kein Unterschied" in title(loose, "C3", share(40), share(34))
    assert "von 20" in title(loose, "C3", share(40), share(20))
