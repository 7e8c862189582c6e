"""How commands speak: plain lines for people, JSON for machines."""

import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]


def say(line: str) -> None:
    """Print one line at once."""
    print(line, flush=True)


def tell(facts: Mapping[str, Any], as_json: bool) -> None:
    """Print facts as JSON, or as aligned lines."""
    if as_json:
        print(json.dumps(facts, ensure_ascii=False, default=str, sort_keys=True))
        return
    width = max((len(name) for name in facts), default=0)
    for name, value in facts.items():
        print(f"{name:<{width}}  {value}")


def tell_rows(rows: Sequence[Mapping[str, Any]], as_json: bool, *, headed: bool = False) -> None:
    """Print rows as a JSON list, or in aligned columns; `headed` ones stand under their names."""
    if as_json:
        print(json.dumps(list(rows), ensure_ascii=False, default=str))
        return
    names = list(rows[0]) if rows else []
    shown = [*([dict(zip(names, names, strict=True))] if headed and rows else []), *rows]
    widths = {name: max(len(str(row[name])) for row in shown) for name in names}
    for row in shown:
        print("  ".join(f"{row[name]!s:<{widths[name]}}" for name in names).rstrip())
