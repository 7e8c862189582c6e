"""What the report says, before it is set: pages, their sections, charts and tables.

Web pages, PDF, workbook and CSV files are made from this alone, so their figures are the same.
Texts are in the reader's language; figures stay cells, so that nobody can print a hidden one.
"""

from dataclasses import dataclass, field
from datetime import date

from kim_pipeline.report.charts.svg import Drawing
from kim_pipeline.report.figures import Cell


@dataclass(frozen=True)
class Column:
    """A column of a table: its heading, and the unit of its cells where they share one."""

    heading: str
    unit: str | None = None


@dataclass(frozen=True)
class Line:
    """A line of a table: its heading and a cell, or words, for each column.

    `strong` sets sums and the whole Kreis apart; `unit` is that of its cells where the column
    names none.
    """

    heading: str
    cells: tuple[Cell | str, ...]
    strong: bool = False
    unit: str | None = None


@dataclass(frozen=True)
class Table:
    """A table; `name` is that of its CSV file, unique in a report."""

    name: str
    caption: str
    corner: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Chart:
    """A chart drawn for wide and for narrow places, and what it shows in words."""

    title: str
    description: str
    wide: Drawing
    narrow: Drawing


@dataclass(frozen=True)
class Tile:
    """One figure of several: its name, the figure, its change, its course, its target.

    `verdict` is act, watch, done or empty; `target` the words on the target, if there is one.
    """

    name: str
    title: str
    cell: Cell
    unit: str
    change: str
    chart: Chart | None
    grade: str = ""
    target: str = ""
    verdict: str = ""


@dataclass(frozen=True)
class Point:
    """A point of attention; urgency is act, watch or done."""

    urgency: str
    strong: str
    rest: str


@dataclass(frozen=True)
class Section:
    """A finding: its title, what is measured, the chart, the table with the same figures.

    `grades` are the marks of linked figures (A, B or C); `indicators` those whose definitions
    stand at the end of the page. `half` sections stand two in a row where there is room. A section
    with tiles has a table of the same figures. `open_table` shows the table without a click.
    """

    name: str
    title: str
    measure: str
    chart: Chart | None = None
    table: Table | None = None
    notes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
    grade: str = ""
    half: bool = False
    legend: tuple[tuple[str, str], ...] = ()
    """Signs of the chart: the class of the style sheet and the words."""
    topic: str = ""
    tiles: tuple[Tile, ...] = ()
    paragraphs: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    """Words and the name of the page they lead to."""
    open_table: bool = False


@dataclass(frozen=True)
class Sentence:
    """A sentence of the lead: what stands out, the rest, and a note on how sure it is."""

    strong: str
    rest: str
    note: str = ""
    grade: str = ""


@dataclass(frozen=True)
class Page:
    """A page of the report; `name` is that of its file without ending."""

    name: str
    short: str
    kicker: str
    title: str
    lead: tuple[Sentence, ...] = ()
    sections: tuple[Section, ...] = ()
    group: str = ""
    """The menu it stands in: empty for the first row, else e.g. `towns` or `project_groups`."""
    points: tuple[Point, ...] = ()
    note: str = ""
    """What limits the title, such as figures that are still provisional."""


@dataclass(frozen=True)
class Definition:
    """A definition of an indicator and where its figures come from."""

    indicator_id: str
    name: str
    words: str
    sources: str


@dataclass(frozen=True)
class Report:
    """A whole report: an edition of a month, in one language."""

    kreis: str
    notice: str
    locale: str
    edition: str
    month: date
    known_on: date
    since: date | None
    pages: tuple[Page, ...]
    definitions: tuple[Definition, ...] = field(default=())
