"""A group of commands whose modules are imported when one of them is called, not before.

So `kim seal` starts where the hub's libraries are not installed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from kim_pipeline.errors import ConfigError

OURS = ("kim_pipeline", "sources", "assets", "quality_checks")


@dataclass(frozen=True)
class Lazy:
    """Where a command stands, `module:attribute` below `kim_pipeline.commands`, and its one line.

    The attribute is a function or, for a group, a Typer application.
    """

    place: str
    help: str


def lazy_group(entries: Mapping[str, Lazy]) -> type[TyperGroup]:
    """Make the class of a group with these commands, by name."""

    class LazyGroup(TyperGroup):
        def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 (Typer's signature)
            return list(entries)

        def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
            return _command(cmd_name, entries[cmd_name]) if cmd_name in entries else None

        def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002
            with formatter.section("Commands"):
                formatter.write_dl([(name, entry.help) for name, entry in entries.items()])

    return LazyGroup


def _command(name: str, entry: Lazy) -> Any:
    module, _, attribute = entry.place.partition(":")
    try:
        found = getattr(import_module(f"kim_pipeline.commands.{module}"), attribute)
    except ModuleNotFoundError as missing:
        library = (missing.name or "").partition(".")[0]
        if library in OURS:
            raise
        raise ConfigError(
            f"kim {name} needs {library}, which is not installed; "
            "run: pip install 'kim-pipeline[hub]'"
        ) from None
    shell = typer.Typer(
        callback=_nothing,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    if isinstance(found, typer.Typer):
        shell.add_typer(found, name=name)
    else:
        shell.command(name)(found)
    group: Any = get_command(shell)
    return group.commands[name]


def _nothing() -> None:
    """Make a group of the shell around one command, so that it keeps its name."""
