"""Months, quarters and years have their editions, each compared with the one before."""

from datetime import date

import pytest

from kim_pipeline.errors import ConfigError
from kim_pipeline.periods import next_month
from kim_pipeline.report.editions import (
    FOLDERS,
    compares_with_first,
    edition_of,
    edition_words,
    editions_of,
)
from kim_pipeline.report.language import read_language


@pytest.mark.parametrize(
    ("month", "folders"),
    [(5, [""]), (9, ["", "quartal-2026-Q3"]), (12, ["", "quartal-2026-Q4", "jahr-2026"])],
)
def test_a_month_ends_its_editions(month: int, folders: list[str]) -> None:
    made = [edition.folder for edition in editions_of(date(2026, month, 1))]
    assert made == folders
    assert all(FOLDERS.fullmatch(folder) for folder in made if folder)


def test_each_edition_is_compared_with_the_one_before() -> None:
    december = date(2026, 12, 1)
    assert [edition.since for edition in editions_of(december)] == [
        None,
        date(2026, 9, 1),
        date(2025, 12, 1),
    ]


def test_an_edition_needs_the_end_of_its_period() -> None:
    with pytest.raises(ConfigError, match="2026-05 does not end"):
        edition_of("quarterly", date(2026, 5, 1))
    with pytest.raises(ConfigError, match="'weekly'"):
        edition_of("weekly", date(2026, 5, 1))


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("monthly", "Monatsbericht Dezember\u00a02025"),
        ("quarterly", "Quartalsbericht 4/2025"),
        ("yearly", "Jahresbericht 2025"),
    ],
)
def test_an_edition_names_its_period_and_what_it_had_to_compare_with(kind: str, said: str) -> None:
    language, month = read_language("de"), date(2025, 12, 1)
    assert edition_words(language, "page.edition", kind, month) == said
    edition = edition_of(kind, month)
    asked = edition.since or date(2024, 12, 1)
    assert not compares_with_first(kind, month, asked)
    assert compares_with_first(kind, month, next_month(asked))
