"""The folder of the report: pages, PDF, workbook and CSV files, in both languages, all editions."""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import sqlalchemy as sa

from kim_pipeline.kreis import Kreis
from kim_pipeline.report.build import build_report
from kim_pipeline.report.document import Report
from kim_pipeline.report.editions import FOLDERS, Edition, edition_words
from kim_pipeline.report.figures import Figures
from kim_pipeline.report.language import Language, read_language
from kim_pipeline.report.reading import read_figures, translated
from kim_pipeline.report.setting.html import Surroundings, render_pages
from kim_pipeline.report.setting.pdf import write_pdf
from kim_pipeline.report.setting.tables_csv import write_tables
from kim_pipeline.report.setting.workbook import write_workbook

LOCALES = ("de", "en")
_KNOWN_ON = "*-known-on-*"


@dataclass(frozen=True)
class ReportCounts:
    """What a report holds; sizes are bytes."""

    indicators: int
    published_cells: int
    withheld_cells: int
    pages: int
    largest_page: int
    files: int
    size: int


@dataclass(frozen=True)
class _Order:
    """What to write: the Kreis, the languages (the first at the root), the editions there are."""

    kreis: Kreis
    locales: tuple[str, ...]
    editions: tuple[str, ...]


def write_site(
    connection: sa.Connection,
    kreis: Kreis,
    editions: Sequence[Edition],
    folder: Path,
    locale: str = LOCALES[0],
) -> ReportCounts:
    """Write editions of the report; the other language lies in a folder of its own.

    The folder replaces an older one when all is written; other editions in it stay. Raises
    DisclosureError when nothing is published for the month, ConfigError when the map or a text is
    missing.
    """
    locales = (locale, *(other for other in LOCALES if other != locale))
    names = {edition.folder for edition in editions} | {path.name for path in _editions(folder)}
    order = _Order(kreis, locales, tuple(sorted(names - {""})))
    monthly = any(not edition.folder for edition in editions)
    with _replaced(folder, whole=monthly) as made:
        for edition in editions:
            figures = _write_edition(connection, order, edition, made)
        return _counts(figures, made)


def _write_edition(
    connection: sa.Connection, order: _Order, edition: Edition, made: Path
) -> Figures:
    """Write one edition in all languages; give its figures in the first."""
    folder = made / edition.folder
    found = read_figures(connection, edition.month, order.locales[0], edition.since)
    for locale in order.locales:
        language = read_language(locale)
        figures = translated(connection, found, locale)
        report = build_report(figures, order.kreis, language, edition.kind)
        first = locale == order.locales[0]
        place = folder if first else folder / locale
        _write_report(report, language, place, _around(order, edition, language, first=first))
    return found


def _write_report(report: Report, language: Language, folder: Path, around: Surroundings) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, page in render_pages(report, language, around):
        (folder / name).write_text(page, encoding="utf-8", newline="\n")
    write_pdf(report, language, folder / language.text("page.files.pdf"))
    write_workbook(report, language, folder / language.text("page.files.workbook"))
    write_tables(report, language, folder / language.text("page.files.tables"))


def _around(order: _Order, edition: Edition, language: Language, *, first: bool) -> Surroundings:
    """Lay out where the other language and the other editions lie, seen from a page."""
    others = [locale for locale in order.locales if locale != language.locale]
    up = ("" if first else "../") + ("../" if edition.folder else "")
    # Their first pages: which languages lie below them may differ from edition to edition.
    editions = [
        (_edition_words(language, name), f"{up}{name}")
        for name in order.editions
        if name != edition.folder
    ]
    if edition.folder:
        editions.insert(0, (language.text("page.newest"), up.rstrip("/")))
    files = ("pdf", "workbook")
    return Surroundings(
        downloads=tuple(
            (language.text(f"page.{kind}"), language.text(f"page.files.{kind}")) for kind in files
        ),
        language=(language.text("page.language"), others[0] if first else "..") if others else None,
        editions=tuple(editions),
        tables=language.text("page.files.tables"),
    )


def _edition_words(language: Language, folder: str) -> str:
    kind, year, *quarter = folder.split("-")
    key = "quarterly" if kind == "quartal" else "yearly"
    month = date(int(year), 3 * int(quarter[0].removeprefix("Q")) if quarter else 12, 1)
    return edition_words(language, "page.edition", key, month)


def _counts(figures: Figures, folder: Path) -> ReportCounts:
    now = [cell for (_, when, _), cell in figures.cells.items() if when == figures.month]
    published = sum(cell.value is not None for cell in now)
    files = [path for path in folder.rglob("*") if path.is_file()]
    pages = [path.stat().st_size for path in files if path.suffix == ".html"]
    return ReportCounts(
        indicators=len(figures.indicators),
        published_cells=published,
        withheld_cells=len(now) - published,
        pages=len(pages),
        largest_page=max(pages),
        files=len(files),
        size=sum(path.stat().st_size for path in files),
    )


def _editions(folder: Path) -> list[Path]:
    """List the folders of earlier editions."""
    if not folder.is_dir():
        return []
    return [path for path in sorted(folder.iterdir()) if FOLDERS.fullmatch(path.name)]


@contextmanager
def _replaced(folder: Path, *, whole: bool) -> Iterator[Path]:
    """Give an empty folder that takes the place of `folder` when all is well.

    What is kept of the old one moves over: other editions and reports as known on earlier days;
    all that was not made anew, where the whole is not.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    old = made.with_name(f"{made.name}.old")
    try:
        yield made
        made.chmod(0o755)
        if folder.exists():
            folder.rename(old)
        try:
            made.rename(folder)
        except OSError:
            if old.exists():
                old.rename(folder)
            raise
        for path in (*_editions(old), *old.glob(_KNOWN_ON if whole else "*")):
            if path.exists() and not (folder / path.name).exists():
                path.rename(folder / path.name)
    finally:
        shutil.rmtree(made, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)
