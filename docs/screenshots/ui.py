"""Take the pictures of UI and report that the documentation shows, from what a demo left.

    .venv/bin/python docs/screenshots/ui.py [state folder]

Serves the run history of a state folder (default: state) for as long as it takes, looks at it with
Chromium, and writes docs/images/ui_*.png and report.png. A picture of a failed run needs one in
the history.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Locator, Page, sync_playwright

ROOT = Path(__file__).parents[2]
IMAGES = ROOT / "docs" / "images"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PATIENCE = 120
# A drawn graph or plot has no sign of being ready; these are milliseconds.
SETTLED = 4000
GROUPS = (
    *("1_deliveries", "2_incoming", "3_staging", "4_register"),
    *("5_core", "6_published", "7_report", "8_feedback"),
)
FAILED = (
    "{ runsOrError(filter: {statuses: [FAILURE]}, limit: 1) { ... on Runs { results { id } } } }"
)


# The message is what counts; paths of a machine have no place in a picture.
WITHOUT_TRACE = """() => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const [told, ...trace] = texts.currentNode.data.split('Stack Trace');
    if (trace.length) texts.currentNode.data = told.trimEnd();
  }
}"""


def main() -> None:
    """Serve, look, and write one picture after the other."""
    home = Path(sys.argv[1] if len(sys.argv) > 1 else "state").absolute()
    program = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if program is None or not (home / "dagster").is_dir():
        sys.exit(
            "Chromium and the state folder of a demo are needed: apt install chromium; make demo."
        )
    IMAGES.mkdir(exist_ok=True)
    with served(home) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(PATIENCE * 1000)
        for take in (graph, lineage, columns, plots, checks, schedules, failure):
            take(page, address)
        report(page, home)
        browser.close()


@contextmanager
def served(home: Path) -> Iterator[str]:
    """Run the web server over the history of a state folder; give its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    environment = {
        **os.environ,
        "DAGSTER_HOME": str(home / "dagster"),
        "DAGSTER_DISABLE_TELEMETRY": "1",
        "KIM_HOME": str(home),
    }
    command = [Path(sys.executable).with_name("dagster-webserver"), "-h", "127.0.0.1", "-p", port]
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(address)
        yield address
    finally:
        server.terminate()
        server.wait(PATIENCE)


def report(page: Page, home: Path) -> None:
    """The first page of the report as it lies in its folder."""
    page.set_viewport_size({"width": 1200, "height": 1600})
    page.goto((home / "report" / "index.html").as_uri())
    page.screenshot(path=IMAGES / "report.png")
    print("docs/images/report.png")


def wait_for(address: str) -> None:
    """Wait until the server answers."""
    for _ in range(PATIENCE):
        try:
            urllib.request.urlopen(f"{address}/server_info", timeout=5).close()  # noqa: S310
        except (urllib.error.URLError, TimeoutError):
            time.sleep(1)
        else:
            return
    sys.exit("The Dagster web server does not answer; start it by hand to see why.")


def graph(page: Page, address: str) -> None:
    """The way of the data: all groups open."""
    groups = ",".join(f"global@global:{group}" for group in GROUPS)
    page.set_viewport_size({"width": 2600, "height": 1250})
    page.goto(f"{address}/asset-groups?expanded={groups}")
    page.get_by_text("indicator_values").first.wait_for()
    page.wait_for_timeout(2 * SETTLED)
    save(page, "graph")
    page.set_viewport_size({"width": 1440, "height": 900})


def lineage(page: Page, address: str) -> None:
    """One asset between what it is made from and what is made of it."""
    page.goto(f"{address}/assets/person_month?view=lineage&lineageScope=neighbors&lineageDepth=2")
    page.get_by_text("indicator_values").first.wait_for()
    save(page, "lineage")


def columns(page: Page, address: str) -> None:
    """A published table with its columns, and where each is from."""
    page.goto(f"{address}/assets/person_month")
    page.get_by_placeholder("Filter columns").fill("case_")
    save(page, "columns")


def plots(page: Page, address: str) -> None:
    """Counts and link rates over the months."""
    page.goto(f"{address}/assets/link_candidates")
    page.get_by_role("button", name="Plots").click()
    save(page, "plots", page.get_by_text("Metadata", exact=True).first)


def checks(page: Page, address: str) -> None:
    """A check in both languages, with what to do and its plot."""
    page.goto(f"{address}/assets/link_candidates?view=checks&checkDetail=link_rates_steady")
    page.get_by_text("Was zu tun ist").wait_for()
    save(page, "checks")


def schedules(page: Page, address: str) -> None:
    """What runs when."""
    page.goto(f"{address}/automation")
    page.get_by_text("timeliness_schedule").wait_for()
    save(page, "schedules")


def failure(page: Page, address: str) -> None:
    """A run that was stopped, with the message that says what to do."""
    question = json.dumps({"query": FAILED}).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{address}/graphql", question, headers)  # noqa: S310
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
        runs = json.load(answer)["data"]["runsOrError"]["results"]
    if not runs:
        print("no failed run in the history: docs/images/ui_failure.png stays as it is")
        return
    page.goto(f"{address}/runs/{runs[0]['id']}")
    page.get_by_text("RUN_FAILURE").first.wait_for()
    page.wait_for_timeout(SETTLED)
    page.evaluate(WITHOUT_TRACE)
    save(page, "failure")


def save(page: Page, name: str, place: Locator | None = None) -> None:
    """Wait until nothing moves and write the picture."""
    if place is not None:
        place.evaluate("found => found.scrollIntoView({block: 'start'})")
    page.wait_for_timeout(SETTLED)
    page.screenshot(path=IMAGES / f"ui_{name}.png")
    print(f"docs/images/ui_{name}.png")


if __name__ == "__main__":
    main()
