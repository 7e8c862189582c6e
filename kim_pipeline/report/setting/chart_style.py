"""The style sheet as drawings need it that stand alone: light colours, no variables, SVG only."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from markupsafe import Markup

from kim_pipeline.report.charts.svg import Drawing

_FOLDER = Path(__file__).parent
_SHEETS = ("style.css", "charts.css")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_VARIABLE = re.compile(r"var\(\s*--([\w-]+)\s*(?:,\s*([^()]*))?\)")
_PROPERTY = re.compile(
    r"fill|stroke|color|opacity|paint-order|text-anchor|font$|font-(size|weight|family|style)"
)
_SELECTOR = re.compile(r"(?:text|tspan|line|path|circle|rect|g|svg)?(?:\.[\w-]+)*")
_DRAWING = Markup(
    '<svg xmlns="http://www.w3.org/2000/svg" width="{0:.0f}" height="{1:.0f}"'
    ' viewBox="0 0 {0:.0f} {1:.0f}" color="{2}"><style>{3}</style>{4}</svg>'
)


def standalone(drawing: Drawing) -> str:
    """Give a drawing as an SVG file that carries its light style."""
    style = Markup(_print_style())  # noqa: S704 - our own style sheet
    ink = colours()["ink"]
    return str(_DRAWING.format(drawing.width, drawing.height, ink, style, drawing.body))


@cache
def colours() -> dict[str, str]:
    """Give the light colours of the style sheets by their names."""
    roots = " ".join(body for selector, body in _rules(_sheets()) if selector == ":root")
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-fA-F]{3,8})", roots))


def print_style(sheets: str, values: dict[str, str]) -> str:
    """Keep the rules that drawings use, their variables filled in; media queries are left out."""
    kept = []
    for selectors, body in _rules(sheets):
        wanted = [s for s in map(str.strip, selectors.split(",")) if _draws(s)]
        declarations = list(_declarations(body, values))
        if wanted and declarations:
            kept.append(f"{', '.join(wanted)} {{ {'; '.join(declarations)} }}")
    return "\n".join(kept)


@cache
def _print_style() -> str:
    return print_style(_sheets(), colours())


def _sheets() -> str:
    paths = [_FOLDER / name for name in _SHEETS]
    return "\n".join(path.read_text(encoding="utf-8") for path in paths if path.is_file())


def _rules(sheets: str) -> Iterator[tuple[str, str]]:
    for selectors, body in _RULE.findall(_without_at_rules(_COMMENT.sub("", sheets))):
        yield selectors.strip(), body


def _without_at_rules(sheet: str) -> str:
    """Leave out `@media` and its like with all they hold."""
    kept, position = [], 0
    for found in re.finditer(r"@[^{;]+[{;]", sheet):
        if found.start() < position:
            continue
        kept.append(sheet[position : found.start()])
        position = _closing(sheet, found.end()) if found.group().endswith("{") else found.end()
    return "".join(kept) + sheet[position:]


def _closing(sheet: str, position: int) -> int:
    depth = 1
    while depth:
        brace = re.compile(r"[{}]").search(sheet, position)
        if brace is None:
            return len(sheet)
        depth += 1 if brace.group() == "{" else -1
        position = brace.end()
    return position


def _draws(selector: str) -> bool:
    return bool(selector) and all(_SELECTOR.fullmatch(part) for part in selector.split())


def _declarations(body: str, values: dict[str, str]) -> Iterator[str]:
    for declaration in body.split(";"):
        name, colon, value = (part.strip() for part in declaration.partition(":"))
        if colon and _PROPERTY.match(name):
            yield f"{name}: {_VARIABLE.sub(lambda v: _value(v, values), value)}"


def _value(variable: re.Match[str], values: dict[str, str]) -> str:
    return values.get(variable[1], variable[2] or "currentColor")
