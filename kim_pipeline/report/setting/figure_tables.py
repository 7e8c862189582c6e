"""What tables look like on paper, in the workbook and in CSV files alike: cells, units, signs."""

from collections.abc import Iterator

from kim_pipeline.report.cells import ShownCell, show
from kim_pipeline.report.document import Line, Report, Table
from kim_pipeline.report.figures import Cell
from kim_pipeline.report.language import Language

_MARKS = {"provisional": "p", "revised": "r"}
SIGNS = {"withheld": ".", "structural_zero": "x", "absent": "–"} | _MARKS
_FOOTNOTES = [*SIGNS.items(), ("zero", "0"), ("linked", "≈")]


def tables_of(report: Report) -> tuple[Table, ...]:
    """Give every table of the report once, in the order of its pages."""
    found = {
        section.table.name: section.table
        for page in report.pages
        for section in page.sections
        if section.table
    }
    return tuple(found.values())


def unit_of(table: Table, line: Line, place: int) -> str | None:
    """Give the unit of a line's cell in a column."""
    return table.columns[place].unit or line.unit


def is_words(table: Table, place: int) -> bool:
    """Tell whether a column holds nothing but words."""
    return all(isinstance(line.cells[place], str) for line in table.lines)


def shown_cells(language: Language, table: Table, line: Line) -> Iterator[ShownCell]:
    """Write the cells of a line; a unit that the whole column or line shares stays out of them."""
    for place, cell in enumerate(line.cells):
        if isinstance(cell, str):
            yield ShownCell(cell, "", "", True)
        else:
            unit = unit_of(table, line, place)
            yield show(language, cell, "percent" if unit == "percent" else None)


def unit_words(language: Language, unit: str | None) -> str:
    """Give the words beside a heading that tell the unit of its figures; percent tells itself."""
    return language.text(f"unit_lines.{unit}") if unit and unit != "percent" else ""


def heading(language: Language, words: str, unit: str | None) -> str:
    """Write a heading with the unit of its figures."""
    beside = unit_words(language, unit)
    return f"{words} ({beside})" if beside else words


def line_heading(language: Language, line: Line) -> str:
    """Write the heading of a line with the unit of its figures, unless a cell names it already."""
    if unit_words(language, line.unit) in line.cells:
        return line.heading
    return heading(language, line.heading, line.unit)


def signs_of(language: Language, table: Table) -> list[tuple[str, str]]:
    """List the signs that occur in a table with their words."""
    cells = [cell for line in table.lines for cell in line.cells if isinstance(cell, Cell)]
    found = {_hidden(cell) for cell in cells if cell.value is None}
    found |= {"provisional" for cell in cells if cell.value is not None and cell.provisional}
    found |= {"revised" for cell in cells if cell.value is not None and cell.revised}
    return [(sign, language.text(f"signs.{name}")) for name, sign in SIGNS.items() if name in found]


def all_signs(language: Language) -> list[tuple[str, str]]:
    """List every sign of the report with its words."""
    return [(sign, language.text(f"signs.{name}")) for name, sign in _FOOTNOTES]


def status_of(cell: Cell) -> str:
    """Name what a cell is; a cell without a figure that claims to be published is withheld."""
    return _hidden(cell) if cell.value is None else "published"


def _hidden(cell: Cell) -> str:
    return cell.status if cell.status in SIGNS and cell.status not in _MARKS else "withheld"
