"""The page a sheet is printed on: A4 across, never wider than it, headed as the report is."""

from dataclasses import dataclass
from typing import Any

from kim_pipeline.report.document import Report
from kim_pipeline.report.language import Language
from kim_pipeline.report.setting.printed import edition_line

_A4 = 9


@dataclass(frozen=True)
class SheetPage:
    """What stands above and below every sheet, so that a sheet on paper says where it is from."""

    brand: str
    edition: str
    notice: str

    def set(self, sheet: Any, head_row: int) -> None:
        """Set the page of a sheet whose heads, repeated on each page, stand in a row."""
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(head_row)
        sheet.set_header(f"&L&8{_kept(self.brand)}&R&8{_kept(self.edition)}")
        sheet.set_footer(f"&L&8{_kept(self.notice)}&R&8&P / &N")


def sheet_page(report: Report, language: Language) -> SheetPage:
    """Give the page of a report's sheets."""
    brand = language.text("pdf.brand", kreis=report.kreis)
    return SheetPage(brand, edition_line(report, language), report.notice.partition(". ")[0])


def _kept(words: str) -> str:
    """Keep a text whole where an ampersand begins a code and digits would be a size."""
    words = words.replace("&", "&&")
    return f" {words}" if words[:1].isdigit() else words
