"""The formats of a workbook's cells: numbers by unit, signs, heads; each is made once."""

import textwrap
from typing import Any

from kim_pipeline.export.formulas import TRIGGERS
from kim_pipeline.report.cells import ShownCell
from kim_pipeline.report.figures import Cell

_FONT = "Calibri"
_GREY = "#555c64"
_HAIR = "#d8dce0"
# The height of a line of text in points.
LINE = 15
# Letters are narrower than the digits that the width of a column counts.
_LETTERS = 1.2


def lines_in(words: str, width: int) -> int:
    """Count the lines that words take in a column as wide as so many digits."""
    return max(1, len(textwrap.wrap(words, int(width * _LETTERS))))


class CellFormats:
    """Makes the formats of one workbook when they are first asked for."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, object], ...], Any] = {}

    def title(self) -> Any:
        """Give the format of a sheet's title."""
        return self._format(bold=True, font_size=14)

    def plain(self) -> Any:
        """Give the format of running text."""
        return self._format()

    def wrapped(self) -> Any:
        """Give the format of a paragraph."""
        return self._format(text_wrap=True, valign="top")

    def note(self) -> Any:
        """Give the format of footnotes."""
        return self._format(font_color=_GREY, font_size=9)

    def link(self) -> Any:
        """Give the format of a link."""
        return self._format(font_color="#1d4f91", underline=1, text_wrap=True, valign="top")

    def head(self, *, left: bool, indent: int = 0) -> Any:
        """Give the format of a column's heading."""
        align = "left" if left else "right"
        return self._format(
            bold=True, text_wrap=True, align=align, indent=indent, valign="bottom", bottom=1
        )

    def words(self, text: str, *, strong: bool, indent: int = 0) -> Any:
        """Give the format of words; such as begin like a formula are marked as text for good."""
        quoted = {"quote_prefix": True} if text.startswith(tuple(TRIGGERS)) else {}
        return self._line(strong, text_wrap=True, indent=indent, **quoted)

    def sign(self, *, strong: bool) -> Any:
        """Give the format of the sign in a hidden cell."""
        return self._line(strong, align="right", font_color=_GREY)

    def figure(self, cell: Cell, shown: ShownCell, unit: str | None, *, strong: bool) -> Any:
        """Give the format that shows a figure as the report does: decimals, percent, marks."""
        decimal = "" if cell.value is None or round(cell.value, 1) % 1 == 0 else ".0"
        percent = '" %"' if unit == "percent" else ""
        marks = f'" {shown.marks}"' if shown.marks else ""
        return self._line(strong, align="right", num_format=f"#,##0{decimal}{percent}{marks}")

    def _line(self, strong: bool, **properties: object) -> Any:
        return self._format(bold=strong, bottom=1, bottom_color=_HAIR, **properties)

    def _format(self, **properties: object) -> Any:
        key = tuple(sorted(properties.items(), key=lambda item: item[0]))
        if key not in self._made:
            self._made[key] = self._book.add_format({"font_name": _FONT, **properties})
        return self._made[key]
