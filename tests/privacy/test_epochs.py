import uuid
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from invented_records import (
    LATER,
    LISTS,
    MONTH,
    NEXT_YEAR,
    PERSON,
    SINGLE,
    fields,
)

from kim_pipeline.privacy.epochs import epochs_of
from kim_pipeline.privacy.keyring import Keyring, load_keyring
from kim_pipeline.privacy.keys import init_keys
from kim_pipeline.privacy.token_sets import (
    encode,
    token_sets,
)
from kim_pipeline.settings import Settings


@pytest.mark.parametrize(
    "change",
    [
        {"given": "Amine Nour"},
        {"other_family": ["Beispiel", "Neumann"]},
        {"alias_given": ["Eva"]},
        {"given": PERSON["family"], "family": PERSON["given"]},
        {"birth_day": None},
        {"house_number": "8"},
        {"same_as": None},
        {"same_as": []},
        {"not_same_as": [str(uuid.UUID(int=5))]},
        {"nationality_group": None},
        {"azr_number": None},
    ],
)
def test_the_digest_marks_a_changed_record(keyring: Keyring, change: dict[str, Any]) -> None:
    before = encode(fields({}, {}), keyring, MONTH)["digest"].to_pylist()
    after = encode(fields({}, change), keyring, MONTH)["digest"].to_pylist()
    assert before[0] == after[0]
    assert before[1] != after[1]
    assert len(before[0]) == 16


def test_the_digest_of_an_unchanged_record_is_the_same_all_year(keyring: Keyring) -> None:
    months = (MONTH, LATER, NEXT_YEAR)
    now, later, next_year = (encode(fields({}), keyring, month)["digest"] for month in months)
    assert now == later
    assert later != next_year


@pytest.mark.parametrize("later", [LATER, NEXT_YEAR])
def test_tokens_of_two_months_have_nothing_in_common(keyring: Keyring, later: date) -> None:
    before, after = (encode(fields({}, {}), keyring, month) for month in (MONTH, later))
    for name in [*SINGLE, *LISTS]:
        column = before[name].combine_chunks(), after[name].combine_chunks()
        one, other = (part.flatten() if name in LISTS else part for part in column)
        assert not set(one.to_pylist()) & set(other.to_pylist())
    for name in ("record_pseudonym", "same_as", "not_same_as"):
        assert before[name] == after[name]


def test_what_the_hub_gets_differs_between_years_only(keyring: Keyring) -> None:
    now, later, next_year = (
        token_sets(fields({}), keyring, epochs_of(month)) for month in (MONTH, LATER, NEXT_YEAR)
    )
    assert now.equals(later)
    assert all(now[name] != next_year[name] for name in SINGLE)


def test_without_the_hub_key_and_without_the_link_key_tokens_differ(
    keyring: Keyring, settings: Settings
) -> None:
    init_keys(settings.keys, [], b"a passphrase of our own")
    stranger = load_keyring(settings, [], False, b"a passphrase of our own")
    ours, table = encode(fields({}), keyring, MONTH), fields({})
    for domain in ("link", "hub"):
        mixed = replace(keyring, roots={**keyring.roots, domain: stranger.roots[domain]})
        theirs = encode(table, mixed, MONTH)
        for name in SINGLE:
            assert ours[name].to_pylist() != theirs[name].to_pylist()
