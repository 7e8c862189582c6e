"""The steering group is told what is missing, broken or uncertain, and nothing that is not."""

from dataclasses import replace
from datetime import date

import pytest

from kim_pipeline.indicators.labels import read_labels
from kim_pipeline.kreis import Kreis
from kim_pipeline.report.attention import Point, points_of_attention
from kim_pipeline.report.figures import Cell, Delivery, Figures
from kim_pipeline.report.language import Language
from kim_pipeline.report.quality import delivery_rows, link_panels, quality_title, rules_line
from kim_pipeline.report.sentences import key_indicators
from kim_pipeline.report.towns import compare_towns
from kim_pipeline.steering import Target


def points(figures: Figures, kreis: Kreis, language: Language) -> tuple[Point, ...]:
    comparison = compare_towns(figures, kreis, key_indicators(figures)[0])
    panels = link_panels(language, read_labels(), figures)
    return points_of_attention(language, figures, comparison, panels)


def sound(delivery: Delivery, figures: Figures) -> Delivery:
    checked = delivery.rules_checked
    return replace(delivery, delivery_month=figures.month, rules_passed=checked, provisional=False)


def test_late_deliveries_and_broken_rules_come_first(
    figures: Figures, kreis: Kreis, language: Language
) -> None:
    found = points(figures, kreis, language)
    assert [point.urgency for point in found[:3]] == ["act", "act", "watch"]
    assert "es gilt der Stand September\u00a02026" in found[0].rest
    assert found[1].rest == "1 von 18 Prüfregeln nicht erfüllt."


def test_sound_deliveries_are_reported_as_such(
    figures: Figures, kreis: Kreis, language: Language
) -> None:
    deliveries = tuple(sound(delivery, figures) for delivery in figures.deliveries)
    found = points(replace(figures, deliveries=deliveries), kreis, language)
    assert {point.urgency for point in found} == {"watch", "done"}
    assert "alle Prüfregeln sind erfüllt" in found[-1].rest


def test_rules_nobody_checked_are_not_called_fulfilled(
    figures: Figures, kreis: Kreis, language: Language
) -> None:
    deliveries = tuple(
        replace(sound(delivery, figures), rules_checked=0, rules_passed=0)
        for delivery in figures.deliveries
    )
    unchecked = replace(figures, deliveries=deliveries)
    assert "Prüfregeln" not in points(unchecked, kreis, language)[-1].rest
    assert {row.rules for row in delivery_rows(language, unchecked)} == {"–"}


def test_a_source_that_never_delivered_is_named(
    figures: Figures, kreis: Kreis, language: Language
) -> None:
    first, *others = figures.deliveries
    silent = replace(first, delivered_on=None, delivery_month=None, persons=None, status="withheld")
    lacking = replace(figures, deliveries=(silent, *others))
    assert points(lacking, kreis, language)[0].rest == "keine Lieferung für Oktober\u00a02026."
    rows = {row.name: row for row in delivery_rows(language, lacking)}
    row = rows[silent.name]
    assert (row.received, row.persons, row.change) == ("–", Cell("withheld"), ".")
    assert list(rows) == sorted(rows)


def test_a_source_without_a_month_before_is_new(figures: Figures, language: Language) -> None:
    first, *others = figures.deliveries
    fresh = replace(first, change_percent=None, first=True)
    rows = delivery_rows(language, replace(figures, deliveries=(fresh, *others)))
    assert {row.name: row.change for row in rows}[first.name] == "neu"
    still = delivery_rows(language, replace(figures, deliveries=(replace(fresh, first=False),)))
    assert still[0].change == "nicht erkennbar"


def test_a_missed_target_needs_looking_at_and_is_urgent_from_its_day_on(
    figures: Figures, kreis: Kreis, language: Language
) -> None:
    def said(by: date) -> list[tuple[str, str]]:
        aim = Target("N6", "at_most", 10.0, by, "Lenkungsgruppe")
        indicators = tuple(
            replace(i, target=aim if i.indicator_id == "N6" else None) for i in figures.indicators
        )
        found = points(replace(figures, indicators=indicators), kreis, language)
        return [
            (p.urgency, p.rest) for p in found if p.strong == "Bearbeitungsdauer der Einbürgerung:"
        ]

    (early,) = said(date(2027, 12, 31))
    assert early[0] == "watch"
    assert early[1].endswith("Ziel: höchstens 10\u00a0Tage bis 31.\u00a0Dezember\u00a02027.")
    (late,) = said(date(2026, 10, 31))
    assert late[0] == "act"
    assert "Ziel verfehlt" in late[1]


def test_the_group_that_is_linked_least_is_named(figures: Figures, language: Language) -> None:
    panels = link_panels(language, read_labels(), figures)
    assert quality_title(language, panels).startswith("Acht Hauptherkunftsländer von Asyl")
    assert panels[0].source == "Jobcenter"


def test_groups_linked_alike_are_not_set_apart(figures: Figures, language: Language) -> None:
    alike = tuple(
        replace(rate, cell=Cell("published", 96.0, 960, 1000)) for rate in figures.link_rates
    )
    panels = link_panels(language, read_labels(), replace(figures, link_rates=alike))
    assert "kein Unterschied" in quality_title(language, panels)


@pytest.mark.parametrize("group", ["GERMAN", ""])
def test_germans_are_not_missed_in_the_immigration_office(
    group: str, figures: Figures, language: Language
) -> None:
    rate = replace(figures.link_rates[0], group=group, cell=Cell("published", 0.0, 0, 900))
    panels = link_panels(
        language, read_labels(), replace(figures, link_rates=(rate, *figures.link_rates[1:]))
    )
    assert not any("Deutsch" in name for panel in panels for name, _ in panel.groups)


def test_the_rules_of_all_sources_are_counted(figures: Figures, language: Language) -> None:
    assert rules_line(language, figures) == "55 von 56 Prüfregeln erfüllt"
