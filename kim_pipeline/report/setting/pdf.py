"""The report as one accessible PDF (PDF/UA-1, ISO 14289-1), set by Typst from the same document."""

from datetime import UTC, datetime, time
from pathlib import Path

import typst

from kim_pipeline.report.document import Report
from kim_pipeline.report.language import Language
from kim_pipeline.report.setting.printed import as_json

_TEMPLATE = Path(__file__).parent / "templates" / "report.typ"
_FONTS = Path(__file__).parent / "fonts"


def write_pdf(report: Report, language: Language, target: Path) -> int:
    """Write the whole report as PDF; return its bytes."""
    content = render_pdf(report, language)
    target.write_bytes(content)
    return len(content)


def render_pdf(report: Report, language: Language) -> bytes:
    """Give the PDF; the same report gives the same bytes.

    It asks for no font or package from outside. Typst refuses what breaks PDF/UA-1, such as a
    picture without a description, with a TypstError.
    """
    return typst.compile(
        _TEMPLATE,
        format="pdf",
        font_paths=[_FONTS],
        ignore_system_fonts=True,
        sys_inputs={"report": as_json(report, language)},
        pdf_standards=["ua-1"],
        timestamp=datetime.combine(report.known_on, time(), tzinfo=UTC),
    )
