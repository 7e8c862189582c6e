"""Sentences follow the figures: findings from recognisable changes, and honest fallbacks."""

from dataclasses import replace
from datetime import date

from report.invented_figures import MONTH, invented_figures

from kim_pipeline.kreis import Kreis
from kim_pipeline.report.changes import change_of
from kim_pipeline.report.figures import Cell, Figures
from kim_pipeline.report.language import Language
from kim_pipeline.report.sentences import (
    dots_title,
    headline,
    key_indicators,
    key_title,
    lead_sentences,
    map_title,
)
from kim_pipeline.report.towns import compare_towns

BEFORE = date(2025, 10, 1)
TWINS = {"05158008", "05158032"}


def with_cells(figures: Figures, **now_and_before: tuple[Cell, Cell]) -> Figures:
    """Set figures of the whole Kreis, now and a year before; all others do not change."""
    cells = {(name, MONTH, town): cell for (name, _, town), cell in figures.cells.items()}
    cells |= {(name, BEFORE, town): cell for (name, _, town), cell in cells.items()}
    for name, (now, before) in now_and_before.items():
        cells[name, MONTH, ""], cells[name, BEFORE, ""] = now, before
    return replace(figures, cells=cells)


def share(percent: int, base: int = 1000) -> Cell:
    return Cell("published", float(percent), percent * base // 100, base)


def days(value: float) -> Cell:
    return Cell("published", value)


def test_the_headline_states_the_largest_change_and_its_direction(
    figures: Figures, language: Language
) -> None:
    slower = with_cells(figures, N6=(days(500), days(400)))
    longer = "Einbürgerungen dauern länger: 500\u00a0statt\u00a0400\u00a0Tage"
    assert headline(language, slower)[0] == longer
    faster = with_cells(figures, N6=(days(400), days(500)))
    quicker = "Einbürgerungen gehen schneller: 400\u00a0statt\u00a0500\u00a0Tage"
    assert headline(language, faster)[0] == quicker


def test_the_headline_joins_the_two_largest_changes(figures: Figures, language: Language) -> None:
    both = with_cells(figures, N6=(days(450), days(400)), C3=(share(10), share(20)))
    assert headline(language, both)[0] == (
        "Das Fallmanagement erreicht einen kleineren Teil der Neuzugewanderten, "
        "und Einbürgerungen dauern länger"
    )


def test_a_change_within_the_noise_makes_no_headline(figures: Figures, language: Language) -> None:
    still = with_cells(figures, N6=(days(405), days(400)), C3=(share(20, 120), share(17, 120)))
    assert headline(language, still) == (
        "Seit Oktober\u00a02025 hat sich keine Kennzahl erkennbar verändert",
        False,
    )
    notes = [sentence.note for sentence in lead_sentences(language, still)]
    assert all("Keine erkennbare Veränderung" in note for note in notes)


def test_a_certain_but_slight_change_makes_no_headline(
    figures: Figures, language: Language
) -> None:
    slight = with_cells(figures, N6=(days(605), days(590)))
    assert headline(language, slight)[0] == (
        "Seit Oktober\u00a02025 hat sich keine Kennzahl nennenswert verändert"
    )
    assert "im Oktober\u00a02025 waren es 590\u00a0Tage" in lead_sentences(language, slight)[2].rest


def test_an_indicator_without_a_phrase_speaks_with_its_name(
    figures: Figures, language: Language
) -> None:
    more = with_cells(figures, S1=(Cell("published", 800.0, 800), Cell("published", 700.0, 700)))
    said = "Mehr Menschen ohne deutschen Pass wohnen hier: 800\u00a0statt\u00a0700\u00a0Personen"
    assert headline(language, more)[0] == said
    findings = {name: words for name, words in language.texts["findings"].items() if name != "S1"}
    mute = replace(language, texts={**language.texts, "findings": findings})
    assert headline(mute, more)[0] == (
        "Ausländische Einwohnerinnen und Einwohner: 100\u00a0Personen mehr als im Oktober\u00a02025"
    )


def test_a_headline_on_provisional_figures_says_so(figures: Figures, language: Language) -> None:
    loose = with_cells(figures, S5=(replace(share(30), provisional=True), share(20)))
    assert headline(language, loose)[1] is True


def test_the_first_month_claims_no_change(kreis: Kreis, language: Language) -> None:
    first = invented_figures(kreis, months=1)
    assert "noch nicht möglich" in headline(language, first)[0]
    assert not any("waren es" in sentence.rest for sentence in lead_sentences(language, first))


def test_a_withheld_figure_is_named_as_such(figures: Figures, language: Language) -> None:
    hidden = with_cells(figures, C3=(Cell("withheld"), share(20)))
    sentence = lead_sentences(language, hidden)[0]
    assert "nicht veröffentlicht" in sentence.rest
    assert not any(character.isdigit() for character in sentence.strong + sentence.rest)


def test_key_figures_step_in_for_missing_ones(figures: Figures) -> None:
    assert [key.indicator_id for key in key_indicators(figures)] == ["C3", "S5", "N6", "J1"]
    fewer = tuple(entry for entry in figures.indicators if entry.indicator_id not in {"N6", "J1"})
    keys = key_indicators(replace(figures, indicators=fewer))
    assert [key.indicator_id for key in keys] == ["C3", "S5", "S2", "S1"]


def test_the_key_title_counts_what_is_certain(figures: Figures, language: Language) -> None:
    worse = with_cells(figures, N6=(days(500), days(400)))
    changes = [change_of(worse, key) for key in key_indicators(worse)]
    title = "Vier Kennzahlen: eine sicher schlechter; kein Ziel erreicht"
    assert key_title(language, changes) == title
    assert key_title(language, changes[:2]).startswith("Zwei Kennzahlen: keine sicher besser")
    better = with_cells(figures, N6=(days(300), days(400)))
    changes = [change_of(better, key) for key in key_indicators(better)]
    assert key_title(language, changes).startswith("Vier Kennzahlen: eine sicher besser; ")


def test_towns_within_the_noise_are_not_set_apart(
    figures: Figures, kreis: Kreis, language: Language
) -> None:
    key = key_indicators(figures)[0]
    same = {
        place: share(20, 120) if place[0] == key.indicator_id else cell
        for place, cell in figures.cells.items()
    }
    comparison = compare_towns(replace(figures, cells=same), kreis, key)
    assert map_title(language, comparison) == (
        "Zwischen den Städten ist kein Unterschied erkennbar"
    )
    assert dots_title(language, comparison) == "In keiner Stadt ist eine Veränderung erkennbar"


def test_towns_that_changed_alike_are_named_together(
    figures: Figures, kreis: Kreis, language: Language
) -> None:
    key = key_indicators(figures)[0]
    cells = {
        (name, month, town): share(30 if month == MONTH and town in TWINS else 20)
        for name, month, town in figures.cells
        if name == key.indicator_id
    }
    comparison = compare_towns(replace(figures, cells=cells), kreis, key)
    assert dots_title(language, comparison) == (
        "In Haan und Velbert sind es je 10\u00a0Prozentpunkte mehr, "
        "in acht von zehn Städten ist keine Veränderung erkennbar"
    )


def test_the_town_that_changed_most_must_stand_out_from_the_noise_of_ten(
    figures: Figures, kreis: Kreis, language: Language
) -> None:
    key = key_indicators(figures)[0]

    def titles(now: int) -> tuple[str, str]:
        cells = {
            (name, month, town): share(now if month == MONTH and town in TWINS else 20, 120)
            for name, month, town in figures.cells
            if name == key.indicator_id
        }
        comparison = compare_towns(replace(figures, cells=cells), kreis, key)
        return map_title(language, comparison), dots_title(language, comparison)

    assert titles(26) == (
        "Zwischen den Städten ist kein Unterschied erkennbar",
        "Keine Stadt hebt sich sicher durch ihre Veränderung ab",
    )
    assert titles(28)[0].startswith(f"{key.name}: von 20")
    assert titles(28)[1].startswith("In Haan und Velbert sind es je 8")
