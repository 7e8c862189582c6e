"""Texts on the fills of charts, and the marks that carry figures, keep their contrast."""

import re
from pathlib import Path

import pytest
from report.test_style import contrast

from kim_pipeline.report.charts import svg

_SETTING = Path(svg.__file__).parents[1] / "setting"
SHEETS = [(_SETTING / name).read_text("utf-8") for name in ("style.css", "charts.css")]
THEMES = ("light", "dark")
# What is written or marked on what: text 4.5, marks that alone carry a figure 3.
TEXTS = [
    ("ground", "flow-up"), ("on-2", "class-2"), ("grey", "area-1"), ("grey", "soft"),
    ("ink", "soft"), ("ink", "worse-1"), ("ink", "worse-2"), ("ink", "better-1"),
    ("ink", "better-2"), ("data", "ground"), ("signal", "ground"), ("grey", "ground"),
]  # fmt: skip
MARKS = [
    ("flow-up", "ground"), ("flow-down", "ground"), ("area-3", "ground"), ("mid", "ground"),
    ("ink", "worse-2"), ("ink", "better-2"), ("ink", "area-1"), ("ink", "area-2"),
    ("data", "above"), ("grey", "below"), ("ground", "flow-down"), ("data", "better-1"),
]  # fmt: skip


def colours(theme: str) -> dict[str, str]:
    """Join the colours of both sheets: the first :root is light, the second dark."""
    found: dict[str, str] = {}
    for sheet in SHEETS:
        blocks = re.findall(r":root \{(.*?)\}", sheet, re.DOTALL)
        for block in blocks[: 1 + (theme == "dark")]:
            found |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block))
    return found


@pytest.mark.parametrize("theme", THEMES)
def test_chart_texts_have_four_and_a_half_and_marks_three(theme: str) -> None:
    values = colours(theme)
    weak = [pair for pair in TEXTS if contrast(*(values[name] for name in pair)) < 4.5]
    weak += [pair for pair in MARKS if contrast(*(values[name] for name in pair)) < 3]
    assert weak == []


def test_every_text_class_of_charts_is_a_pair_that_is_checked() -> None:
    rules = re.findall(r"text\.[\w.,\s-]+\{ fill: var\(--([\w-]+)\)", SHEETS[1])
    assert set(rules) <= {text for text, _ in TEXTS} | {"ink"}


def test_dark_changes_every_colour_of_the_charts_that_light_sets() -> None:
    light, dark = re.findall(r":root \{(.*?)\}", SHEETS[1], re.DOTALL)
    assert re.findall(r"--([\w-]+):", light) == re.findall(r"--([\w-]+):", dark)
