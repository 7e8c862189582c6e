"""The site that the browser looks at, and one page of each kind in it."""

from pathlib import Path

from report.invented_figures import invented_figures

from kim_pipeline.kreis import read_kreis
from kim_pipeline.report.build import build_report
from kim_pipeline.report.language import read_language
from kim_pipeline.report.setting.html import Surroundings, render_pages

ROOT = Path(__file__).parents[2]
# Of these there are many that differ by their figures only.
_MANY = ("gruppe-", "stadt-")


def write_site(folder: Path) -> None:
    """Write the pages of a report of invented figures as they are handed out."""
    kreis, language = read_kreis(ROOT / "kreis.yaml"), read_language("de")
    report = build_report(invented_figures(kreis), kreis, language)
    around = Surroundings(
        downloads=(("PDF", "bericht.pdf"),), language=("English", "en"), tables="tabellen"
    )
    for name, page in render_pages(report, language, around):
        (folder / name).write_text(page, encoding="utf-8")


def pages_of_each_kind(folder: Path) -> list[Path]:
    """Give one page of each kind: the first town stands for all towns."""
    found: dict[str, Path] = {}
    for path in sorted(folder.glob("*.html")):
        kind = next((kind for kind in _MANY if path.stem.startswith(kind)), path.stem)
        found.setdefault(kind, path)
    return list(found.values())
