"""What README and docs tell people to type exists, with the options they name."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import typer.main

from kim_pipeline.cli import app

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
TYPED = re.compile(r"(?:`|^(?: {4})?|\$\(|\.venv/bin/)(?=(kim|make) )([^`#)\n]+)", re.MULTILINE)
# Where a line goes on to say what the command does, and where the shell goes on.
END = re.compile(r"\s{2,}|[|>]|: ")
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")


def typed(page: Path) -> Iterator[list[str]]:
    """Give the words of every command on a page."""
    for found in TYPED.finditer(page.read_text("utf-8")):
        yield END.split(found[2])[0].split()


def meant(words: list[str]) -> Any:
    """Find the command that the words begin with."""
    command: Any = typer.main.get_command(app)
    for word in words[1:]:
        if not hasattr(command, "list_commands"):
            break
        below = command.get_command(None, word.rstrip(",;.]"))
        if below is None:
            assert command.invoke_without_command, f"there is no {' '.join(words)}"
            break
        command = below
    return command


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_command_on_the_page_exists_with_its_options(page: Path) -> None:
    for words in typed(page):
        if words[0] == "kim" and words[1] != "command":
            known = {name for option in meant(words).params for name in option.opts}
            assert set(OPTION.findall(" ".join(words))) <= known, " ".join(words)


def test_every_goal_of_make_that_is_named_exists() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    goals = set(re.findall(r"^([a-z][a-z0-9-]*):", makefile, re.MULTILINE))
    named = {words[1] for page in PAGES for words in typed(page) if words[0] == "make"}
    assert len(named) > 5
    assert named <= goals


def test_pages_name_nearly_all_commands() -> None:
    """A page that lost its commands to another way of writing them would hold all that is asked."""
    seen: Mapping[str, int] = {page.stem: len(list(typed(page))) for page in PAGES}
    assert seen["contracts"] > 10
    assert sum(seen.values()) > 60
