"""Text and marks keep the contrast of WCAG 2.1 AA in light and in dark."""

import re
from pathlib import Path

import pytest

from kim_pipeline.report import setting

STYLE = (Path(setting.__file__).parent / "style.css").read_text(encoding="utf-8")
THEMES = [
    dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block))
    for block in re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)
]
TEXTS = [("ink", "ground"), ("grey", "ground"), ("data", "ground"), ("signal", "ground")]
TEXTS += [("ink", "soft"), ("grey", "soft")]
TEXTS += [(f"on-{step}", f"class-{step}") for step in range(1, 5)]
MARKS = [("mid", "ground"), ("data", "ground")]


@pytest.mark.parametrize("theme", THEMES, ids=["light", "dark"])
def test_texts_have_four_and_a_half_and_marks_three(theme: dict[str, str]) -> None:
    weak = [pair for pair in TEXTS if contrast(*(theme[name] for name in pair)) < 4.5]
    weak += [pair for pair in MARKS if contrast(*(theme[name] for name in pair)) < 3]
    assert weak == []


def contrast(one: str, other: str) -> float:
    """WCAG 2.1, contrast ratio."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
