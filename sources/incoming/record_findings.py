"""Finding rules on persons and cases: AZR numbers, birth dates, order of events."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kim_pipeline.privacy.columns import nulls
from sources.contracts.domain_rules import domain_rule
from sources.incoming.spans import Days, add_months, day_of, days, parts, span, within
from sources.incoming.title_findings import norms
from sources.incoming.typing import Mask

Arguments: TypeAlias = "Mapping[str, list[pa.Array[Any]]]"

AZR_FORM = r"^[0-9]{12}$"


def azr_number_plausible(given: Arguments, reference: date) -> Mask:
    """Find AZR numbers that are not 12 digits, or begin with no date or a future one."""
    numbers = given["azr_number"][0]
    registered = _registered(numbers, reference)
    bad: Mask = np.isnat(registered) & ~nulls(numbers)
    return bad


def azr_date_not_after_first_event(given: Arguments, reference: date) -> Mask:
    """Find AZR numbers given out long after the person's first title, or on no possible date.

    A stay is registered once it lasts longer than three months (section 2 AZRG), so the number may
    be that much younger than the first title.
    """
    numbers = given["azr_number"][0]
    registered, first = _registered(numbers, reference), days(given["first_event"][0])
    late = registered > add_months(first, domain_rule("R4").today("months"))
    return np.asarray((np.isnat(registered) | late) & ~nulls(numbers), np.bool_)


def birth_before_arrival(given: Arguments, reference: date) -> Mask:
    """Find births surely after the arrival or reference date, late arrivals, and ages over 110."""
    birth, today = span(given["birth_date"][0]), np.datetime64(reference, "D")
    too_old = 12 * (domain_rule("R6").today("years") + 1)
    reasons = [birth.earliest > today, add_months(birth.latest, too_old) <= today]
    if "arrived_on" in given:
        arrived = days(given["arrived_on"][0])
        reasons += [birth.earliest > arrived, arrived > today]
    return np.asarray(np.stack(reasons).any(axis=0), np.bool_)


def birth_date_is_1_january(given: Arguments, _: date) -> Mask:
    """Find birth dates on 1 January."""
    _year, month, day = parts(given["birth_date"][0])
    found: Mask = (month == 1) & (day == 1)
    return found


def applicant_25a_aged_14_to_26(given: Arguments, _: date) -> Mask:
    """Find titles under section 25a(1) AufenthG whose holder was surely not of the age of the law.

    The law is that of the grant: today 14 until the day before the 27th birthday.
    """
    granted, birth = days(given["granted_on"][0]), span(given["birth_date"][0])
    concerned = [(norm or "").startswith("§ 25a Abs. 1") for norm in norms(given)]
    outside: Mask = np.zeros(len(granted), np.bool_)
    for period in domain_rule("R7").periods:
        young = add_months(birth.earliest, 12 * period.numbers["from_age"]) > granted
        old = add_months(birth.latest, 12 * period.numbers["until_birthday"]) <= granted
        outside |= within(granted, period.first, period.last) & (young | old)
    return np.asarray(concerned, np.bool_) & outside


def case_phases_in_order(given: Arguments, _: date) -> Mask:
    """Find cases in which a later phase has an earlier date than one before it."""
    dates = np.vstack([_day_numbers(column) for column in given["dates"]])
    before = np.fmax.accumulate(dates, axis=0)
    return np.asarray((dates[1:] < before[:-1]).any(axis=0), np.bool_)


def _registered(numbers: pa.Array[Any], reference: date) -> Days:
    """Read the day of first registration in front of AZR numbers; NaT where there is none.

    The two-digit year is the latest that does not lie after the reference date.
    """
    whole = pc.match_substring_regex(numbers, AZR_FORM)
    digits = pc.if_else(whole, numbers, pa.scalar(None, pa.string()))
    year, month, day = (
        np.asarray(
            pc.cast(pc.utf8_slice_codeunits(digits, start, start + 2), pa.float64()).to_numpy(
                zero_copy_only=False
            ),
            np.float64,
        )
        for start in (0, 2, 4)
    )
    year = np.where(year > reference.year % 100, year + 1900, year + 2000)
    registered = day_of(year, month, day)
    possible = (month >= 1) & (month <= 12) & (day >= 1)
    # A day past the end of its month has rolled over into the next one.
    same_month = registered.astype("datetime64[M]").astype(int) % 12 + 1 == month
    future = registered > np.datetime64(reference, "D")
    registered[~(possible & same_month) | future] = np.datetime64("NaT")
    return registered


def _day_numbers(column: pa.Array[Any]) -> Any:
    number = days(column).astype("int64").astype(np.float64)
    number[nulls(column)] = np.nan
    return number
