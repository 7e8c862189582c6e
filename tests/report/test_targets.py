"""A target is reached or missed only where noise, rounding and error leave no doubt."""

from dataclasses import replace
from datetime import date

import pytest

from kim_pipeline.report.changes import Change
from kim_pipeline.report.figures import Cell, Figures, Indicator
from kim_pipeline.report.language import Language
from kim_pipeline.report.targets import met, target_line, targets_clause
from kim_pipeline.steering import Direction, Target

DAY = date(2027, 12, 31)


def aimed(figures: Figures, name: str, direction: Direction, value: float) -> Indicator:
    found = figures.indicator(name)
    assert found is not None
    return replace(found, target=Target(name, direction, value, DAY, "Lenkungsgruppe"))


def share(value: float, base: int = 2000) -> Cell:
    return Cell("published", value, round(value * base / 100), base)


@pytest.mark.parametrize(
    ("value", "margin", "said"),
    [
        (30.0, 0.0, True),
        (20.0, 0.0, False),
        (25.0, 0.0, None),  # on the target itself
        (25.4, 0.0, None),  # rounding
        (30.0, 6.0, None),  # the links may have missed as much
        (30.0, None, None),  # nobody can tell what they missed
    ],
)
def test_a_share_meets_its_target_beyond_doubt_or_not_for_certain(
    value: float, margin: float | None, said: bool | None, figures: Figures
) -> None:
    assert met(aimed(figures, "C3", "at_least", 25.0), share(value), margin) is said


@pytest.mark.parametrize(("days", "said"), [(350.0, True), (360.0, None), (370.0, None)])
def test_a_duration_one_class_off_its_target_decides_nothing(
    days: float, said: bool | None, figures: Figures
) -> None:
    aim = aimed(figures, "N6", "at_most", 365.0)
    assert met(aim, Cell("published", days, None, 900), 0.0) is said
    assert met(aim, Cell("published", 400.0, None, 900), 0.0) is False


def test_a_provisional_figure_decides_nothing(figures: Figures) -> None:
    loose = replace(share(60), provisional=True)
    assert met(aimed(figures, "C3", "at_least", 25.0), loose, 0.0) is None


def test_an_unsure_target_has_no_urgency(figures: Figures, language: Language) -> None:
    aim = aimed(figures, "C3", "at_least", 25.0)

    def line(cell: Cell, margin: float | None = 0.0, month: date = DAY) -> tuple[str, str]:
        return target_line(language, month, Change(aim, None, cell, Cell("absent"), margin))

    assert "kleiner als Rauschen" in line(share(25))[0]
    assert "Verknüpfung ist nicht schätzbar" in line(share(3), None)[0]
    assert "vorläufig" in line(replace(share(3), provisional=True), None)[0]
    assert line(share(25))[1] == line(share(3), None)[1] == ""
    assert line(share(35))[1] == "done"
    missed = "Ziel verfehlt (mindestens 25\u00a0%): 10\u00a0Prozentpunkte darunter"
    assert line(share(15)) == (missed, "act")
    early = line(share(15), month=date(2026, 10, 1))
    assert early[0].startswith("Ziel noch nicht erreicht (mindestens 25\u00a0% bis Dezember")
    assert early[1] == "watch"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ((35, 35), "; alle Ziele erreicht"),
        ((15, 15), "; kein Ziel erreicht"),
        ((35, 15), "; eins von zwei Zielen erreicht"),
        ((35, 25), "; von zwei Zielen eins erreicht, eins nicht zu beurteilen"),
        ((15, 25), "; von zwei Zielen eins nicht erreicht, eins nicht zu beurteilen"),
        ((25, 25), "; ob Ziele erreicht sind, ist nicht zu beurteilen"),
    ],
)
def test_only_certain_targets_are_counted(
    values: tuple[float, ...], said: str, figures: Figures, language: Language
) -> None:
    aim = aimed(figures, "C3", "at_least", 25.0)
    changes = [Change(aim, None, share(value), Cell("absent")) for value in values]
    assert targets_clause(language, changes) == said
