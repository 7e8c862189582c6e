"""The report as web pages: each one file that asks for nothing else, and links to the others."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import jinja2
from markupsafe import Markup

from kim_pipeline.periods import last_day
from kim_pipeline.report.cells import ShownCell, show
from kim_pipeline.report.charts import svg
from kim_pipeline.report.document import Chart, Definition, Page, Report, Section, Table
from kim_pipeline.report.editions import edition_words
from kim_pipeline.report.figures import Cell
from kim_pipeline.report.language import Language
from kim_pipeline.report.setting.figure_tables import heading, is_words, shown_cells
from kim_pipeline.report.setting.printed import compared_words, rows_of

_HERE = Path(__file__).parent
_WIDE_TABLE = 7
_MENU = ""


@dataclass(frozen=True)
class Surroundings:
    """What lies beside the pages of a report: files to take away, other languages and editions.

    Each is (words, address), addresses relative to the folder of the pages.
    """

    downloads: tuple[tuple[str, str], ...] = ()
    language: tuple[str, str] | None = None
    editions: tuple[tuple[str, str], ...] = ()
    tables: str = ""


def render_pages(
    report: Report, language: Language, around: Surroundings | None = None
) -> Iterator[tuple[str, str]]:
    """Give the name and the text of every page; the same report gives the same bytes."""
    template = _environment().get_template("page.html.j2")
    head = _head()
    for page in report.pages:
        setter = Setter(report, language, page)
        yield (
            f"{page.name}.html",
            template.render(
                t=language.text,
                report=report,
                page=page,
                set=setter,
                head=head,
                around=around or Surroundings(),
                month=language.month(report.month),
                since=language.month(report.since) if report.since else "",
                reference_day=language.day(last_day(report.month)),
                known_on=language.day(report.known_on),
            ),
        )


class Setter:
    """How the parts of one page are set; the templates ask it."""

    def __init__(self, report: Report, language: Language, page: Page) -> None:
        self._report, self._language, self._page = report, language, page
        known = {entry.indicator_id: entry for entry in report.definitions}
        used = (i for s in page.sections if not is_list(s) for i in s.indicators)
        self.definitions = [known[name] for name in dict.fromkeys(used) if name in known]
        self._numbers = {d.indicator_id: n for n, d in enumerate(self.definitions, 1)}
        self._known = known
        self.edition = edition_words(language, "page.edition", report.edition, report.month)
        self.compared = compared_words(report, language)

    def menu(self, group: str = _MENU) -> list[Page]:
        """List the pages of a menu."""
        return [page for page in self._report.pages if page.group == group]

    def page_named(self, name: str) -> Page | None:
        """Find a page, to lead to it."""
        return next((page for page in self._report.pages if page.name == name), None)

    def rows(self) -> list[tuple[Section, ...]]:
        """Set half sections in twos."""
        return rows_of(self._page.sections)

    def shares(self, row: tuple[Section, ...]) -> str:
        """Divide a row by the widths of its drawings."""
        widths = [s.chart.wide.width if s.chart else 1.0 for s in row]
        return " ".join(f"minmax(0, {width:.0f}fr)" for width in widths)

    def numbers(self, section: Section) -> list[int]:
        """Give the numbers of the definitions a section needs."""
        return sorted(self._numbers[name] for name in section.indicators if name in self._numbers)

    def listed(self, section: Section) -> list[Definition]:
        """Give the definitions a section lists itself."""
        found = (self._known.get(name) for name in section.indicators)
        return [entry for entry in found if entry] if is_list(section) else []

    def chart(self, chart: Chart, name: str) -> Markup:
        """Set a chart in both widths, once where they are the same."""
        title, words = chart.title, chart.description
        if chart.wide is chart.narrow:
            return svg.image(chart.wide, name, title, words)
        return svg.responsive(chart.wide, chart.narrow, name, title, words)

    def cell(self, cell: Cell, unit: str | None = None) -> ShownCell:
        """Write a cell."""
        return show(self._language, cell, unit)

    def unit(self, cell: Cell, unit: str) -> str:
        """Give the word of the unit beside a large figure."""
        return "" if cell.value is None else self._language.unit(unit, cell.value)

    def cells(self, table: Table, place: int) -> list[ShownCell]:
        """Write the cells of a line, percentages with their sign."""
        return list(shown_cells(self._language, table, table.lines[place]))

    def is_words(self, table: Table, at: int) -> bool:
        """Tell whether a column holds words only."""
        return is_words(table, at)

    def head(self, words: str, unit: str | None) -> str:
        """Write a heading with the unit of its figures."""
        return heading(self._language, words, unit)

    def is_wide(self, table: Table) -> bool:
        """Tell whether a table needs to be moved sideways on most screens."""
        return len(table.columns) > _WIDE_TABLE


def is_list(section: Section) -> bool:
    """Tell whether a section is a list of definitions."""
    return bool(section.indicators) and not (section.chart or section.table or section.tiles)


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _head() -> Markup:
    """Give fonts and style sheets, as they stand in every page."""
    fonts = "".join(
        f'@font-face {{ font-family: "KIM {name}"; src: url(data:font/woff2;base64,{_font(name)}) '
        'format("woff2"); font-weight: 400 600; font-display: block; }\n'
        for name in ("sans", "serif")
    )
    sheets = [_HERE / name for name in ("style.css", "charts.css")]
    return Markup(fonts + "".join(sheet.read_text("utf-8") for sheet in sheets))  # noqa: S704


def _font(name: str) -> str:
    return base64.b64encode((_HERE / "fonts" / f"{name}.woff2").read_bytes()).decode("ascii")
