"""A real browser that looks at the report as it lies in its folder, cut off from any network."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser.sites import write_site
from playwright.sync_api import Browser, Page, Route, sync_playwright

REMEDY = "Chromium is missing (Debian: apt install chromium)."
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, for one module: while it is open an event loop runs, which others start anew."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(REMEDY)
    with sync_playwright() as playwright:
        # Without its sandbox, for root may not open one; it only reads files that we wrote.
        opened = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a report of invented figures."""
    folder = tmp_path_factory.mktemp("site")
    write_site(folder)
    return folder


@pytest.fixture(scope="module")
def asked() -> list[str]:
    """Addresses outside the folder that a page asked for since the browser was opened."""
    return []


@pytest.fixture(scope="module")
def tab(browser: Browser, asked: list[str]) -> Iterator[Page]:
    """A tab that may read files and nothing else; one for a module, for each costs a second."""

    def decide(route: Route) -> None:
        if route.request.url.startswith("file:"):
            route.continue_()
        else:
            asked.append(route.request.url)
            route.abort()

    with browser.new_context() as context:
        context.route("**/*", decide)
        yield context.new_page()
