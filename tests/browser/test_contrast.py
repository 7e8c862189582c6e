"""Texts stand out from what lies behind them, in drawings too, where axe does not look."""

from pathlib import Path

from browser.sites import pages_of_each_kind
from browser.views import Look, look, open_page
from playwright.sync_api import Page

VIEWS: tuple[tuple[int, Look], ...] = (
    (320, "light"),
    (1280, "light"),
    (1280, "dark"),
    (1280, "print"),
)
SCRIPT = Path(__file__).with_name("colours.js").read_text(encoding="utf-8")


def test_texts_have_a_contrast_of_four_and_a_half(site: Path, tab: Page) -> None:
    weak = []
    for path in pages_of_each_kind(site):
        open_page(tab, path)
        for width, way in VIEWS:
            look(tab, width, way)
            weak += [f"{path.name} {way} {width}: {one}" for one in tab.evaluate(SCRIPT)]
    assert weak == []


def test_a_dark_text_on_a_dark_shape_and_a_pale_one_are_found(tab: Page) -> None:
    tab.set_content(
        "<body style='background:#fff'><svg width='99' height='99'>"
        "<rect width='99' height='99' fill='#333'/>"
        "<text x='9' y='50' fill='#333' class='lost'>lost</text>"
        "<text x='9' y='80' fill='#fff'>seen</text></svg>"
        "<p class='pale' style='color:#aaa'>pale</p>"
    )
    assert tab.evaluate(SCRIPT) == ["lost: 1.00 (lost)", "pale: 2.32 (pale)"]
