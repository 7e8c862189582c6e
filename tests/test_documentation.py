"""The documentation becomes a site that has no broken link and asks for nothing elsewhere."""

import subprocess
import sys
from pathlib import Path

from lxml import html

ROOT = Path(__file__).parents[1]
LOADED = ("//script/@src", "//img/@src", "//link[@rel!='canonical']/@href", "//iframe/@src")


def test_the_site_is_built_without_a_warning_and_loads_nothing_from_elsewhere(
    tmp_path: Path,
) -> None:
    command = ["sphinx", "--quiet", "--fail-on-warning", "--keep-going", "--nitpicky", "-b", "html"]
    places = ["-d", str(tmp_path / "trees"), str(ROOT / "docs"), str(tmp_path / "site")]
    done = subprocess.run(
        [sys.executable, "-m", *command, *places], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    pages = {path.stem: html.parse(path) for path in (tmp_path / "site").glob("*.html")}
    assert {path.stem for path in (ROOT / "docs").glob("*.md")} <= pages.keys()
    loaded = [str(at) for page in pages.values() for way in LOADED for at in page.xpath(way)]
    assert loaded
    assert not [at for at in loaded if "//" in at]
