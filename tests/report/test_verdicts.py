"""A town is named as worse than the Kreis only where it is so more firmly than by being picked."""

from report.invented_charts import german, share

from kim_pipeline.report.charts.standing import Measured
from kim_pipeline.report.verdicts import counts, town_title, towns_title

TOWNS = tuple(f"Stadt {number}" for number in range(10))


def columns(last: int) -> list[Measured]:
    """Make two figures in which the last town alone differs from the Kreis."""
    values = dict.fromkeys(TOWNS, share(20, 500)) | {TOWNS[-1]: share(last, 500)}
    whole = share(20, 9000)
    return [Measured(name, "percent", values, whole, "more") for name in ("eins", "zwei")]


def test_a_town_that_is_worse_by_little_is_not_the_worst_of_ten() -> None:
    slight = columns(19)
    assert counts(TOWNS[-1], slight) == (0, 2)
    assert "zwei ungünstiger" in town_title(german(), TOWNS[-1], slight)
    assert towns_title(german(), TOWNS, slight) == "Die Städte im Vergleich mit dem Kreis"


def test_a_town_that_is_worse_by_far_is_named() -> None:
    assert towns_title(german(), TOWNS, columns(10)).startswith("Stadt 9 liegt bei zwei von zwei")
