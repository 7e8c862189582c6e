"""The stages of a procedure and what is measured of them; how they are drawn is not known here."""

from dataclasses import dataclass

from kim_pipeline.report.changes import differs
from kim_pipeline.report.figures import Cell

_ABSENT = Cell("absent")
_COLUMNS = ("median", "slow", "waiting")


@dataclass(frozen=True)
class Stage:
    """A stage of a procedure: median, time nine in ten do not exceed, persons waiting in it now."""

    name: str
    median: Cell
    slow: Cell = _ABSENT
    waiting: Cell = _ABSENT
    detail: str = ""

    def cells(self) -> dict[str, Cell]:
        """Give the figures by the name of their column."""
        return {"median": self.median, "slow": self.slow, "waiting": self.waiting}


@dataclass(frozen=True)
class Way:
    """A procedure: its whole way, where one is measured, and its stages in their order."""

    whole: Stage | None
    stages: tuple[Stage, ...]
    unit: str

    def rows(self) -> tuple[Stage, ...]:
        """List the whole way first, then the stages."""
        return (*((self.whole,) if self.whole else ()), *self.stages)

    def columns(self) -> tuple[str, ...]:
        """Name the columns that have a figure, or hide one."""
        return tuple(
            name
            for name in _COLUMNS
            if any(stage.cells()[name].status != "absent" for stage in self.rows())
        )

    def longest(self) -> Stage | None:
        """Find the stage whose median is recognisably above all others."""
        shown = [stage for stage in self.stages if stage.median.value is not None]
        shown.sort(key=lambda stage: -(stage.median.value or 0.0))
        if len(shown) < 2 or not differs(self.unit, shown[0].median, shown[1].median):
            return None
        return shown[0]
