"""The page: figures, sentences, charts and tables put into the template and written at once."""

import base64
import os
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import jinja2
import sqlalchemy as sa
from markupsafe import Markup

from kim_pipeline.indicators.labels import read_labels
from kim_pipeline.kreis import Kreis
from kim_pipeline.periods import last_day
from kim_pipeline.report import quality, sentences, svg, tables
from kim_pipeline.report.attention import points_of_attention
from kim_pipeline.report.changes import change_of
from kim_pipeline.report.choropleth import MAP_WIDTHS, choropleth, legend
from kim_pipeline.report.figures import Figures, Indicator, read_figures
from kim_pipeline.report.geography import read_town_map
from kim_pipeline.report.key_figures import key_figures
from kim_pipeline.report.language import Language, read_language
from kim_pipeline.report.link_dots import LinkPanel, narrow_panels, wide_panels
from kim_pipeline.report.link_estimates import estimate_line, estimate_rows
from kim_pipeline.report.town_dots import NARROW, WIDE, town_bars, town_dots
from kim_pipeline.report.towns import Comparison, compare_towns

_HERE = Path(__file__).parent
_CHARTED_PAIRS = 3


@dataclass(frozen=True)
class ReportCounts:
    """What a page holds."""

    indicators: int
    published_cells: int
    withheld_cells: int
    size: int


def write_page(
    connection: sa.Connection, kreis: Kreis, month: date, target: Path, locale: str = "de"
) -> ReportCounts:
    """Write the report of a month as one file that asks for nothing else.

    The file replaces an older one in a single step. Raises DisclosureError when nothing is
    published for the month, ConfigError when the map or a text is missing.
    """
    figures = read_figures(connection, month, locale)
    page = render_page(figures, kreis, read_language(locale)).encode("utf-8")
    _replace(target, page)
    now = [cell for (_, when, _), cell in figures.cells.items() if when == month]
    published = sum(cell.value is not None for cell in now)
    return ReportCounts(len(figures.indicators), published, len(now) - published, len(page))


def render_page(figures: Figures, kreis: Kreis, language: Language) -> str:
    """Render the page; the same figures give the same bytes."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    labels = read_labels()
    keys = sentences.key_indicators(figures)
    comparison = compare_towns(figures, kreis, _compared(figures, keys))
    panels = quality.link_panels(language, labels, figures)
    return environment.get_template("page.html.j2").render(
        t=language.text,
        fonts={name: _font(name) for name in ("sans", "serif")},
        **_frame(language, figures, kreis),
        **_changes(language, figures, keys, comparison, panels),
        **_towns(language, figures, kreis, comparison),
        **_quality(language, figures, panels),
        matrix=tables.matrix(language, figures, kreis),
        town_heads=tables.town_heads(kreis),
        **_definitions(language, figures, keys),
    )


def _frame(language: Language, figures: Figures, kreis: Kreis) -> dict[str, Any]:
    since = figures.baseline()
    headline, provisional = sentences.headline(language, figures)
    return {
        "locale": language.locale,
        "kreis": kreis,
        "month": language.month(figures.month),
        "since": language.month(since) if since else "",
        "reference_day": language.day(last_day(figures.month)),
        "known_on": language.day(figures.known_on),
        "headline": headline,
        "headline_provisional": provisional,
    }


def _changes(
    language: Language,
    figures: Figures,
    keys: tuple[Indicator, ...],
    comparison: Comparison,
    panels: tuple[LinkPanel, ...],
) -> dict[str, Any]:
    changes = [change_of(figures, key) for key in keys]
    months = len(figures.months())
    form = "one" if months == 1 else "many"
    return {
        "lead": sentences.lead_sentences(language, figures),
        "points": points_of_attention(language, figures, comparison, panels),
        "key_title": sentences.key_title(language, changes),
        "month_count": language.text(f"key_figures.months.{form}", count=language.number(months)),
        "keys": key_figures(language, figures, keys),
        "key_rows": tables.key_table(language, figures, keys),
    }


def _towns(
    language: Language, figures: Figures, kreis: Kreis, comparison: Comparison
) -> dict[str, Any]:
    return {
        "comparison": comparison,
        "map_title": sentences.map_title(language, comparison),
        "map": _map(language, figures, kreis, comparison),
        "legend": legend(language, comparison) if kreis.map_file else [],
        "dots_title": sentences.dots_title(language, comparison),
        "dots": svg.responsive(
            town_dots(language, comparison, WIDE),
            town_dots(language, comparison, NARROW),
            "dots",
            language.text("dots.image_title", name=comparison.indicator.name),
            language.text("map.description"),
        ),
        "town_rows": tables.town_table(language, comparison),
        "town_sources": _sources(language, figures, comparison.indicator),
    }


def _map(language: Language, figures: Figures, kreis: Kreis, comparison: Comparison) -> Markup:
    names = {"name": comparison.indicator.name, "month": language.month(figures.month)}
    words = language.text("map.description")
    maps = [read_town_map(kreis, width) for width in MAP_WIDTHS]
    drawings = [choropleth(language, comparison, one) for one in maps if one is not None]
    if not drawings:
        bars = town_bars(language, comparison, MAP_WIDTHS[0])
        return svg.image(bars, "map", language.text("map.bars_title", **names), words, "bars")
    title = language.text("map.image_title", **names)
    return svg.responsive(drawings[0], drawings[1], "map", title, words)


def _quality(language: Language, figures: Figures, panels: tuple[LinkPanel, ...]) -> dict[str, Any]:
    charted = panels[:_CHARTED_PAIRS]
    image = Markup("")
    if charted:
        image = svg.responsive(
            wide_panels(language, charted),
            narrow_panels(language, charted),
            "links",
            language.text("quality.link_image"),
            language.text("quality.link_image_description"),
        )
    return {
        "quality_title": quality.quality_title(language, panels),
        "links": image,
        "link_rows": quality.link_rows(language, panels),
        "estimate_rows": estimate_rows(language, panels),
        "estimate_line": estimate_line(language, panels),
        "rules_line": quality.rules_line(language, figures),
        "deliveries": quality.delivery_rows(language, figures),
    }


def _definitions(
    language: Language, figures: Figures, keys: tuple[Indicator, ...]
) -> dict[str, Any]:
    further = tuple(indicator for indicator in figures.indicators if indicator not in keys)
    return {
        name: [(entry, _sources(language, figures, entry)) for entry in entries]
        for name, entries in (("key_definitions", keys), ("further_definitions", further))
    }


def _compared(figures: Figures, keys: tuple[Indicator, ...]) -> Indicator:
    """Choose the indicator for map and comparison: the first key figure most towns have."""
    towns = {town for _, _, town in figures.cells if town}

    def shown(key: Indicator) -> int:
        return sum(figures.cell(key.indicator_id, town).value is not None for town in towns)

    most = max(shown(key) for key in keys)
    return next(key for key in keys if shown(key) * 2 >= most)


def _sources(language: Language, figures: Figures, indicator: Indicator) -> str:
    names = quality.source_names(figures)
    sources = indicator.sources.replace(",", " ").split()
    return language.listing([names.get(source, source) for source in sources])


def _font(name: str) -> str:
    return base64.b64encode((_HERE / "fonts" / f"{name}.woff2").read_bytes()).decode("ascii")


def _replace(target: Path, content: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).chmod(0o644)
        Path(name).replace(target)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
