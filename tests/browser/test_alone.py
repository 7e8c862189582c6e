"""A page needs nothing but its file: no network, no script, no sideways scrolling."""

from pathlib import Path

from browser.sites import pages_of_each_kind
from browser.views import WIDTHS, look, open_page
from playwright.sync_api import Browser, Page

WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
FONTS = "() => [...document.fonts].map(font => [font.family, font.status].join(' '))"


def test_no_page_asks_for_anything(site: Path, tab: Page, asked: list[str]) -> None:
    asked.clear()
    complaints: list[str] = []
    tab.on("console", lambda message: complaints.append(message.text))
    for path in sorted(site.rglob("*.html")):
        tab.goto(path.as_uri())
    assert asked == []
    assert complaints == []


def test_a_request_would_have_been_seen(tab: Page, asked: list[str], tmp_path: Path) -> None:
    page = tmp_path / "asks.html"
    page.write_text("<img src='http://127.0.0.1:9/picture.png' alt='x'>", encoding="utf-8")
    tab.goto(page.as_uri())
    assert asked == ["http://127.0.0.1:9/picture.png"]
    asked.clear()


def test_the_fonts_are_those_of_the_page(site: Path, tab: Page) -> None:
    open_page(tab, site / "index.html")
    found = {font.replace('"', "") for font in tab.evaluate(FONTS)}
    assert found == {"KIM sans loaded", "KIM serif loaded"}


def test_no_page_scrolls_sideways(site: Path, tab: Page) -> None:
    for path in pages_of_each_kind(site):
        open_page(tab, path)
        for width in WIDTHS:
            look(tab, width)
            assert tab.evaluate(WIDER) <= 0, f"{path.name} at {width}"


def test_pages_read_the_same_without_script(site: Path, browser: Browser, tab: Page) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        bare = context.new_page()
        bare.goto((site / "index.html").as_uri())
        tab.goto((site / "index.html").as_uri())
        assert bare.locator("main").inner_text() == tab.locator("main").inner_text()
