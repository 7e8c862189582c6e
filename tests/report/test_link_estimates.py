"""The estimated quality of links is told in words, and only where it can be known."""

from dataclasses import replace

import lxml.html
import pytest

from kim_pipeline.indicators.labels import read_labels
from kim_pipeline.kreis import Kreis
from kim_pipeline.report.build import build_report
from kim_pipeline.report.figures import Estimate, Figures
from kim_pipeline.report.language import Language
from kim_pipeline.report.link_estimates import estimate_line, estimate_rows, missed, wrong
from kim_pipeline.report.quality import link_panels, link_rows
from kim_pipeline.report.setting.html import render_pages

LABELS = read_labels()


@pytest.mark.parametrize(
    ("estimate", "expected"),
    [
        (Estimate("estimated", (99.0, 100.0), (96.0, 98.5)), ("höchstens 10", "15 bis 40")),
        (Estimate("estimated", (98.0, 98.0), (30.0, 100.0)), ("20", "höchstens 700")),
        (Estimate("not_identified"), ("nicht bestimmbar", "nicht bestimmbar")),
        (Estimate("withheld"), (".", ".")),
        (Estimate("absent"), ("–", "–")),
    ],
)
def test_bands_are_written_as_so_many_of_a_thousand(
    estimate: Estimate, expected: tuple[str, str], language: Language
) -> None:
    assert (wrong(language, estimate).text, missed(language, estimate).text) == expected


def test_every_pair_of_sources_stands_once(figures: Figures, language: Language) -> None:
    panels = link_panels(language, LABELS, figures)
    assert [row.pair for row in estimate_rows(language, panels)] == [
        "Jobcenter und Ausländer- und Einbürgerungsbehörde",
        "KIM-Case-Management und Ausländer- und Einbürgerungsbehörde",
    ]


def test_the_sentence_is_about_the_pair_that_shares_most_persons(
    figures: Figures, language: Language
) -> None:
    assert estimate_line(language, link_panels(language, LABELS, figures)) == (
        "Jobcenter und Ausländer- und Einbürgerungsbehörde: Von 1.000 Verknüpfungen sind "
        "schätzungsweise 5 bis 15 falsch; von 1.000 Personen, die beiden Stellen bekannt sind, "
        "werden schätzungsweise 10 bis 30 nicht gefunden."
    )


def test_where_nothing_is_identified_the_page_says_so(
    figures: Figures, kreis: Kreis, language: Language
) -> None:
    rates = tuple(replace(rate, estimate=Estimate("not_identified")) for rate in figures.link_rates)
    report = build_report(replace(figures, link_rates=rates), kreis, language)
    page = dict(render_pages(report, language))["datenqualitaet.html"]
    tree = lxml.html.document_fromstring(page)
    section = tree.xpath('//section[@id="verknuepfung" or @id="guete"]')
    words = " ".join(" ".join(part.text_content() for part in section).split())
    assert "lässt sich die Güte der Verknüpfung nicht bestimmen" in words
    assert "schätzungsweise" not in words
    assert words.count("nicht bestimmbar") == 2 * (2 + len(rates))


def test_each_nationality_group_has_its_own_estimate(figures: Figures, language: Language) -> None:
    rows = link_rows(language, link_panels(language, LABELS, figures))
    told = {(row.pair, row.group): (row.wrong.text, row.missed.text) for row in rows}
    pair = "Jobcenter → Ausländer- und Einbürgerungsbehörde"
    assert told[pair, "Alle Personen"] == ("5 bis 15", "10 bis 30")
    assert ("20 bis 40", "50 bis 90") in told.values()
    assert (".", ".") in told.values()
