"""Options that several commands share: what is typed wrongly ends as wrong use, with code 2."""

from datetime import date

import typer

from kim_pipeline.errors import ConfigError
from kim_pipeline.periods import parse_month


def read_month(text: str) -> date:
    """Read a month as typed.

    Raises BadParameter when the text is none.
    """
    try:
        return parse_month(text)
    except ConfigError as error:
        raise typer.BadParameter(str(error)) from None


def read_day(text: str) -> date:
    """Read a day as typed.

    Raises BadParameter when the text is none.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("write a day like 2026-05-12") from None
