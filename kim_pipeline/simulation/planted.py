"""Rule breaks planted on purpose, so that every rule of the data-quality checks finds something."""

from dataclasses import replace
from datetime import date

from kim_pipeline.simulation.assumptions import assumptions
from kim_pipeline.simulation.chance import share
from kim_pipeline.simulation.dates import YEAR, add_months, days
from kim_pipeline.simulation.population import Person
from kim_pipeline.simulation.titles import Title


def planted(seed: int, rule: str, person: int) -> bool:
    """Tell whether this rule is broken for this person."""
    return share(seed, "planted", rule, person) < assumptions().rate("planted", rule)


def titles_as_recorded(seed: int, person: Person, titles: tuple[Title, ...]) -> tuple[Title, ...]:
    """Return the titles as the office recorded them, with the planted breaks."""
    if not titles:
        return titles
    number, last = person.number, titles[-1]
    if planted(seed, "second_current_title", number) and len(titles) > 1:
        titles = (*titles[:-2], replace(titles[-2], ended=None), last)
    if planted(seed, "code_not_valid", number):
        late = max(last.granted, date(2021, 1, 1))
        titles = (
            *titles[:-1],
            replace(
                last, list="aufenthaltserlaubnis", code="011", status_group="AE_ERW", granted=late
            ),
        )
    if planted(seed, "eu_with_permit", number) and last.status_group == "EU_FZ":
        titles = (
            *titles[:-1],
            replace(
                last,
                list="aufenthaltserlaubnis",
                code="406",
                status_group="AE_FAM",
                granted=max(last.granted, date(2019, 1, 1)),
            ),
        )
    recorded = tuple(_title_as_recorded(seed, person, title) for title in titles)
    return titles if recorded == titles else recorded


def _title_as_recorded(seed: int, person: Person, title: Title) -> Title:
    number = person.number
    if title.status_group == "AE_CHANCE" and planted(seed, "chance_too_long", number):
        until = title.valid_until and add_months(title.valid_until, 6)
        return replace(title, valid_until=until)
    if title.code == "033" and planted(seed, "youth_too_old", number):
        return replace(title, granted=max(title.granted, person.birth + days(28 * YEAR)))
    general = title.status_group == "NE" and title.code == "01"
    if general and planted(seed, "early_settlement", number):
        return replace(title, granted=max(date(2005, 1, 1), person.arrived + days(400)))
    return title


def register_number_as_recorded(seed: int, person: Person, number: str) -> str:
    """Return the central register number, in a few files with an impossible or late date."""
    if number and planted(seed, "azr_after_arrival", person.number):
        return f"{number[:2]}13{number[4:]}" if person.number % 2 else f"26{number[2:]}"
    return number


def birth_year_shift(seed: int, person: Person) -> int:
    """Return the years by which a birth date is impossibly wrong, mostly 0."""
    if planted(seed, "too_old", person.number):
        return -60 if person.birth.year < 1970 else -100
    if planted(seed, "birth_after_arrival", person.number):
        return max(0, person.arrived.year - person.birth.year + 2)
    return 0
