"""How a page is looked at: widths, light and dark, print; with fonts ready and tables open."""

from pathlib import Path
from typing import Literal

from playwright.sync_api import Page

WIDTHS = (320, 768, 1280)
Look = Literal["light", "dark", "print"]
LOOKS: tuple[Look, ...] = ("light", "dark", "print")
_UNFOLD = "() => document.querySelectorAll('details').forEach(fold => fold.open = true)"


def open_page(tab: Page, path: Path) -> None:
    """Open a page from its file and unfold its tables, so that everything is judged."""
    tab.goto(path.as_uri())
    tab.evaluate("() => document.fonts.ready.then(() => true)")
    tab.evaluate(_UNFOLD)


def look(tab: Page, width: int, way: Look = "light") -> None:
    """Look at the page that is open at a width, in a colour scheme or as it prints."""
    tab.set_viewport_size({"width": width, "height": 900})
    scheme: Literal["light", "dark"] = "dark" if way == "dark" else "light"
    tab.emulate_media(media="print" if way == "print" else "screen", color_scheme=scheme)
