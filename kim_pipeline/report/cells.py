"""How a cell is written: its number, or the sign that stands for it, and the marks beside it."""

from dataclasses import dataclass

from kim_pipeline.report.figures import Cell
from kim_pipeline.report.language import NO_BREAK_SPACE, Language

_SIGNS = {"withheld": ".", "structural_zero": "x", "absent": "–"}


@dataclass(frozen=True)
class ShownCell:
    """What a reader sees in a cell, and what a screen reader says for its signs."""

    text: str
    spoken: str
    marks: str
    published: bool

    @property
    def written(self) -> str:
        """Give text and marks in one, for drawings."""
        return f"{self.text}{NO_BREAK_SPACE}{self.marks}" if self.marks else self.text

    @property
    def told(self) -> str:
        """Give what a screen reader says."""
        if not self.published:
            return self.spoken
        return f"{self.text} ({self.spoken})" if self.spoken else self.text


def show(language: Language, cell: Cell, unit: str | None = None) -> ShownCell:
    """Write a cell, with its unit when one is named; only a published cell shows a number."""
    if cell.value is None:
        status = cell.status if cell.status in _SIGNS else "withheld"
        return ShownCell(_SIGNS[status], language.text(f"signs.spoken.{status}"), "", False)
    text = language.amount(cell.value, unit) if unit else language.number(cell.value)
    kinds = [("p", "provisional", cell.provisional), ("r", "revised", cell.revised)]
    spoken = [language.text(f"signs.spoken.{name}") for _, name, holds in kinds if holds]
    marks = "".join(mark for mark, _, holds in kinds if holds)
    return ShownCell(text, ", ".join(spoken), marks, True)
