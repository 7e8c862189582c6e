"""Everything can be reached and left with the keyboard alone, in the order in which it is read."""

from pathlib import Path
from typing import Any

from browser.sites import pages_of_each_kind
from browser.views import look
from playwright.sync_api import Page

# What has the focus: what it is, where it stands, and whether its outline can be seen.
FOCUS = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const style = getComputedStyle(at), frame = at.getBoundingClientRect();
  const all = [...document.querySelectorAll("*")];
  return {
    name: at.tagName.toLowerCase(), words: at.textContent.trim().slice(0, 40),
    target: at.getAttribute("href") || "", place: all.indexOf(at),
    seen: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2
      && frame.width > 1 && frame.left >= 0 && frame.bottom > 0 && frame.top < innerHeight,
  };
}"""
COUNT = """() => [...document.querySelectorAll("a[href], summary, [tabindex='0']")]
  .filter(one => one.checkVisibility({ contentVisibilityAuto: true }) && (one.matches("summary")
    || !one.closest("details:not([open])"))).length"""
SCROLLED = "() => [document.activeElement.scrollLeft, document.activeElement.scrollWidth \
  - document.activeElement.clientWidth]"


def walk(tab: Page, key: str = "Tab", most: int = 600) -> list[dict[str, Any]]:
    """Press a key until the focus leaves the page, or begins anew; list what had it."""
    found = []
    for _ in range(most):
        tab.keyboard.press(key)
        focus = tab.evaluate(FOCUS)
        if focus is None or focus["place"] in [other["place"] for other in found[:1]]:
            return found
        found.append(focus)
    raise AssertionError(f"The focus does not leave the page after {most} times {key}.")


def test_the_focus_walks_through_the_page_in_reading_order(site: Path, tab: Page) -> None:
    for path in pages_of_each_kind(site):
        tab.goto(path.as_uri())
        look(tab, 1280)
        found = walk(tab)
        places = [focus["place"] for focus in found]
        assert places == sorted(set(places)), path.name
        assert len(found) == tab.evaluate(COUNT), path.name
        assert [focus["words"] for focus in found if not focus["seen"]] == [], path.name


def test_the_first_key_leads_past_the_menu(site: Path, tab: Page) -> None:
    for path in pages_of_each_kind(site):
        tab.goto(path.as_uri())
        tab.keyboard.press("Tab")
        first = tab.evaluate(FOCUS)
        assert (first["name"], first["target"], first["seen"]) == ("a", "#inhalt", True)
        tab.keyboard.press("Enter")
        tab.keyboard.press("Tab")
        behind = "() => document.activeElement.closest('header') === null"
        assert tab.evaluate(behind), path.name


def test_folded_tables_open_and_scroll_by_keyboard(site: Path, tab: Page) -> None:
    tab.goto((site / "index.html").as_uri())
    look(tab, 320)
    tab.locator("summary").first.focus()
    tab.keyboard.press("Enter")
    assert tab.locator("details").first.get_attribute("open") is not None
    regions = tab.locator("[role=region][tabindex='0']")
    moved = 0
    for place in range(regions.count()):
        if not regions.nth(place).is_visible():
            continue
        regions.nth(place).focus()
        _, room = tab.evaluate(SCROLLED)
        if room > 0:
            tab.keyboard.press("ArrowRight")
            tab.wait_for_function("() => document.activeElement.scrollLeft > 0")
            moved += 1
    assert moved


def test_the_focus_walks_back_as_well(site: Path, tab: Page) -> None:
    tab.goto((site / "index.html").as_uri())
    look(tab, 1280)
    there = [focus["place"] for focus in walk(tab)]
    tab.keyboard.press("Shift+Tab")
    back = [tab.evaluate(FOCUS), *walk(tab, "Shift+Tab")]
    places = [focus["place"] for focus in back if focus]
    # A browser may begin anew at the end of the page instead of leaving it.
    assert places[: len(there)] == there[::-1]
    assert set(places) == set(there)
