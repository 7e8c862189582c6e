"""Finding rules on residence titles: one at a time, valid codes, legal duration."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa

from sources.contracts.code_lists import listed_codes, titles
from sources.contracts.domain_rules import domain_rule
from sources.incoming.spans import Days, add_months, days, within
from sources.incoming.typing import Mask

Arguments: TypeAlias = "Mapping[str, list[pa.Array[Any]]]"

CHANCE = "AE_CHANCE"
SETTLEMENT_LIST, SETTLEMENT_NORM = "niederlassungserlaubnis", "§ 9 AufenthG"
THIRD_COUNTRY_LISTS = ("aufenthaltserlaubnis", "duldung")


def one_current_title(given: Arguments, _: date) -> Mask:
    """Find the current titles of persons who have more than one; AZR allows one entry at a time."""
    current: Mask = np.isnat(days(given["ended_on"][0]))
    persons = pd.Series(given["person"][0].to_pandas())
    number = persons.where(current).map(persons[current].value_counts())
    found: Mask = current & (number.fillna(0) > 1).to_numpy(np.bool_)
    return found


def title_code_valid_on_grant(given: Arguments, _: date) -> Mask:
    """Find titles whose code the list does not know, or did not allow on the day of the grant."""
    granted = days(given["granted_on"][0])
    first, last = _listed(given, "reportable_from"), _listed(given, "reportable_to")
    unknown = np.asarray([row is None for row in _rows(given)], np.bool_)
    dropped = granted >= _dates(_listed(given, "dropped_from"))
    found: Mask = unknown | dropped | (granted < _dates(first)) | (granted > _dates(last))
    return found


def title_104c_at_most_18_months(given: Arguments, _: date) -> Mask:
    """Find titles under section 104c AufenthG that run for longer than the law gave them."""
    granted, ended = days(given["granted_on"][0]), days(given["ended_on"][0])
    if "valid_until" in given:
        until = days(given["valid_until"][0])
        ended = np.where(np.isnat(until), ended, until)
    chance = np.asarray([group == CHANCE for group in _listed(given, "status_group")], np.bool_)
    too_long: Mask = np.zeros(len(granted), np.bool_)
    for period in domain_rule("R3").periods:
        held = within(granted, period.first, period.last)
        too_long |= held & (ended > add_months(granted, period.numbers["months"]))
    return chance & too_long


def settlement_permit_after_3_years(given: Arguments, _: date) -> Mask:
    """Find settlement permits under section 9 AufenthG granted too soon after the arrival."""
    granted, arrived = days(given["granted_on"][0]), days(given["arrived_on"][0])
    lists, legal = given["list"][0].to_pylist(), norms(given)
    pairs = zip(lists, legal, strict=True)
    concerned = [name == SETTLEMENT_LIST and norm == SETTLEMENT_NORM for name, norm in pairs]
    soon: Mask = np.zeros(len(granted), np.bool_)
    for period in domain_rule("R8").periods:
        held = within(granted, period.first, period.last)
        soon |= held & (granted < add_months(arrived, period.numbers["months"]))
    return np.asarray(concerned, np.bool_) & soon


def eu_citizen_without_permit(given: Arguments, reference: date) -> Mask:
    """Find current permits and Duldungen of EU citizens, who need none.

    Member states are those of the reference date.
    """
    current = np.isnat(days(given["ended_on"][0]))
    states = listed_codes("eu_members").values()
    members = [state.code for state in states if state.valid_from <= reference <= state.valid_to]
    citizens = given["nationality"][0].to_pandas().isin(members)
    kinds = given["list"][0].to_pandas().isin(THIRD_COUNTRY_LISTS)
    found: Mask = current & citizens.to_numpy(np.bool_) & kinds.to_numpy(np.bool_)
    return found


def norms(given: Arguments) -> list[str | None]:
    """Give the legal norm of each title by its list and code."""
    return _listed(given, "norm")


def _rows(given: Arguments) -> list[dict[str, str | None] | None]:
    pairs = zip(given["list"][0].to_pylist(), given["code"][0].to_pylist(), strict=True)
    known = titles()
    return [known.get((str(name), str(code))) for name, code in pairs]


def _listed(given: Arguments, column: str) -> list[str | None]:
    return [row[column] if row else None for row in _rows(given)]


def _dates(texts: list[str | None]) -> Days:
    return np.asarray([text or "NaT" for text in texts], "datetime64[D]")
