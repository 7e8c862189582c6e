"""axe finds nothing on any kind of page, at any width, in light and dark and as it prints."""

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from browser.sites import pages_of_each_kind
from browser.views import LOOKS, WIDTHS, Look, look, open_page
from playwright.sync_api import Page

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
# The slowest rule by far; our own script asks it of every page, and of drawings as well.
COLOURS = "color-contrast"
SHAPE = {"rules": {COLOURS: {"enabled": False}}, "resultTypes": ["violations"]}
PAINT = {"runOnly": {"type": "rule", "values": [COLOURS]}, "resultTypes": ["violations"]}
ASK = "options => axe.run(document, options)"


def violations(tab: Page, options: dict[str, Any], view: str) -> list[str]:
    found = tab.evaluate(ASK, options)["violations"]
    return [f"{view}: {one['id']} {node['target']}" for one in found for node in one["nodes"]]


def test_axe_finds_nothing_at_any_width(site: Path, tab: Page) -> None:
    found = []
    for path in pages_of_each_kind(site):
        open_page(tab, path)
        tab.evaluate(AXE)
        for width in WIDTHS:
            look(tab, width)
            found += violations(tab, SHAPE, f"{path.name} {width}")
    assert found == []


@pytest.mark.parametrize("way", LOOKS)
def test_axe_finds_the_colours_of_the_first_page_clear(way: Look, site: Path, tab: Page) -> None:
    assert unclear(tab, [site / "index.html"], way) == []


@pytest.mark.long
@pytest.mark.parametrize("way", LOOKS)
def test_axe_finds_the_colours_of_every_page_clear(way: Look, site: Path, tab: Page) -> None:
    assert unclear(tab, pages_of_each_kind(site), way) == []


def unclear(tab: Page, paths: Sequence[Path], way: Look) -> list[str]:
    found = []
    for path in paths:
        open_page(tab, path)
        tab.evaluate(AXE)
        look(tab, 1280, way)
        found += violations(tab, PAINT, f"{path.name} {way}")
    return found


def test_axe_would_find_something(tab: Page) -> None:
    tab.set_content("<img src='x'><p style='color:#eee'>pale</p>")
    tab.evaluate(AXE)
    assert len(violations(tab, SHAPE, "bad")) > 1
    assert len(violations(tab, PAINT, "bad")) == 1
