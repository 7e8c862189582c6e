"""What holds for every chart: its cells are its only numbers, and its colours come by class."""

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from report.invented_charts import german, plots

from kim_pipeline.report.charts import svg
from kim_pipeline.report.charts.plot import Plot
from kim_pipeline.report.figures import Cell

SETTING = Path(svg.__file__).parents[1] / "setting"
SHEET = "".join((SETTING / name).read_text("utf-8") for name in ("style.css", "charts.css"))
KINDS = sorted(plots())
# Classes that mark what a text is, for tests and readers of the drawing; no rule is needed.
MARKERS = {"tick", "when"}
NUMBER = re.compile(r"[+\u2212]?\d[\d.,]*")


def texts(plot: Plot) -> Iterator[tuple[str, set[str]]]:
    """Give the words of both drawings with their classes."""
    for drawing in (plot.chart.wide, plot.chart.narrow):
        root = ET.fromstring(svg.image(drawing, "n", "t", "d"))
        for text in root.iter("text"):
            yield text.text or "", set(text.attrib["class"].split())


def cells(plot: Plot) -> list[Cell]:
    found = [cell for line in plot.table.lines for cell in line.cells]
    return [cell for cell in found if isinstance(cell, Cell)]


@pytest.mark.parametrize("kind", KINDS)
def test_every_number_in_a_drawing_is_a_published_cell_an_axis_or_a_target(kind: str) -> None:
    language, plot = german(), plots()[kind]
    shown = [cell.value for cell in cells(plot) if cell.value is not None]
    allowed = {language.number(value) for value in shown} | {"25"}
    headings = " ".join(
        [*(line.heading for line in plot.table.lines), *(c.heading for c in plot.table.columns)]
    )
    allowed |= set(NUMBER.findall(headings)) | {"9", "10"}
    changes = {language.signed(one - other) for one in shown for other in shown}
    for words, css in texts(plot):
        if not css & {"tick", "when"}:
            assert set(NUMBER.findall(words.rstrip("."))) <= allowed | changes, words


@pytest.mark.parametrize("kind", KINDS)
def test_both_drawings_are_made_and_carry_text(kind: str) -> None:
    chart = plots()[kind].chart
    assert chart.wide.width > chart.narrow.width == 350
    assert chart.wide.height > 0
    assert chart.narrow.height > 0
    assert chart.title
    assert chart.description.endswith(".")


@pytest.mark.parametrize("kind", KINDS)
def test_colours_come_by_classes_that_have_a_rule(kind: str) -> None:
    plot = plots()[kind]
    body = str(plot.chart.wide.body) + str(plot.chart.narrow.body)
    assert not re.search(r'style=|fill="(?!url)|stroke="| id="', body)
    used = {name for css in re.findall(r'class="([^"]*)"', body) for name in css.split()}
    used |= {name for css, _ in plot.legend for name in css.split()}
    ruled = set(re.findall(r"\.([a-z][\w-]*)", SHEET)) | MARKERS | {"sign-line", "target-sign"}
    assert used <= ruled


@pytest.mark.parametrize("kind", KINDS)
def test_hidden_cells_stay_cells_in_the_table_and_words_in_the_description(kind: str) -> None:
    plot = plots()[kind]
    assert any(cell.status == "withheld" for cell in cells(plot))
    for cell in cells(plot):
        assert (cell.value is None) == (cell.status != "published")
    assert ": ." not in plot.chart.description


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_withheld_is_hatched_and_explained_or_written_out(kind: str) -> None:
    plot = plots()[kind]
    hidden = any(cell.status == "withheld" for cell in cells(plot))
    hatched = 'class="hatch"' in str(plot.chart.wide.body)
    explained = any(css == "withheld" for css, _ in plot.legend)
    written = any(words == "nicht veröffentlicht" for words, _ in texts(plot))
    assert not hidden or written or (hatched and explained)


def test_the_same_figures_give_the_same_drawing() -> None:
    first = plots()
    plots.cache_clear()
    assert plots() == first
