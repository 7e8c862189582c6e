"""A drawing that stands alone carries the light style it needs, and nothing a browser would add."""

import re

import lxml.etree
import pytest
from markupsafe import Markup
from report.invented_report import invented_report

from kim_pipeline.kreis import Kreis
from kim_pipeline.report.build import build_report
from kim_pipeline.report.charts.svg import Drawing
from kim_pipeline.report.figures import Figures
from kim_pipeline.report.language import Language
from kim_pipeline.report.setting.chart_style import colours, print_style, standalone
from kim_pipeline.report.setting.legend_signs import swatch

SHEET = """
:root { --ink: #111111; }
@media screen { .course { stroke: red; } text { fill: var(--ink) } }
@font-face { font-family: "x"; src: url(data:x); }
/* a note with { braces } */
text.small, p.small { fill: var(--ink); display: none; }
.course { stroke: var(--none, #222222); stroke-width: 2 }
nav a:hover { fill: blue; }
"""


def test_rules_for_drawings_are_kept_with_their_light_values() -> None:
    assert print_style(SHEET, {"ink": "#111111"}).splitlines() == [
        "text.small { fill: #111111 }",
        "course { stroke: #222222; stroke-width: 2 }".replace("course", ".course"),
    ]


def test_the_own_style_has_no_variable_left() -> None:
    drawn = standalone(Drawing(10, 10, Markup("<g/>")))
    assert "var(" not in drawn
    assert "@" not in drawn
    assert colours()["ground"] == "#ffffff"


@pytest.mark.parametrize("css", ["sign-line target-sign", "sign-mark", "sign-dot open-ink", "x"])
def test_signs_of_legends_are_drawings(css: str) -> None:
    tree = lxml.etree.fromstring(swatch(css).encode())
    assert len(tree) == 2


def test_what_is_withheld_is_hatched() -> None:
    assert swatch("withheld").count("<line") == 3


def test_every_class_of_a_drawing_is_styled(
    figures: Figures, kreis: Kreis, language: Language
) -> None:
    style = standalone(Drawing(1, 1, Markup("")))
    known = set(re.findall(r"\.([\w-]+)", style))
    sections = [
        section
        for report in (
            invented_report(figures, kreis, language),
            build_report(figures, kreis, language),
        )
        for page in report.pages
        for section in page.sections
        if section.chart
    ]
    bodies = " ".join(
        str(s.chart.wide.body) + str(s.chart.narrow.body) for s in sections if s.chart
    )
    used = {name for words in re.findall(r'class="([^"]*)"', bodies) for name in words.split()}
    # Marks for readers of the drawing, not for its style.
    assert used - known <= {"tick", "when"}
