"""Asylum seekers' benefits (AsylbLG): when a person has them, and which town grants them.

They follow the residence status: they begin with the procedure or the toleration and end with the
title that opens SGB II, with work, or with the departure.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from kim_pipeline.simulation.assumptions import assumptions
from kim_pipeline.simulation.chance import share, stream
from kim_pipeline.simulation.dates import YEAR, add_months, days, last_day
from kim_pipeline.simulation.life_courses import Frame, Life

STATUS_GROUPS = frozenset({"GESTATTUNG", "DULDUNG", "ANKUNFT"})
# Days without a title that do not end the benefits.
_BRIDGED = 62
# Who had been here for 18 months when the law changed keeps the higher benefits (§ 2 AsylbLG).
_LAW_CHANGED = date(2024, 2, 27)
_MONTHS_BEFORE, _MONTHS_SINCE = 18, 36
BASIC, ANALOGOUS = "GRUND", "ANALOG"


@dataclass(frozen=True, slots=True)
class Grant:
    """Benefits of one town from a day to a last day, entered on `recorded`."""

    town_ags: str
    began: date
    ended: date | None
    recorded: date


@dataclass(frozen=True, slots=True)
class _Entitlement:
    """A time of statuses that open the benefits; `group` is the first of them."""

    group: str
    began: date
    ended: date


def benefit_kind(life: Life, day: date) -> str:
    """Tell which benefits a person has on a day: basic ones first, later those like SGB XII."""
    arrived = life.person.arrived
    kept = add_months(arrived, _MONTHS_BEFORE) <= min(day, _LAW_CHANGED)
    return ANALOGOUS if kept or add_months(arrived, _MONTHS_SINCE) <= day else BASIC


def grants_of(seed: int, life: Life, frame: Frame) -> tuple[Grant, ...]:
    """Return the grants of a person that may still be delivered, oldest first."""
    oldest = add_months(frame.today, -int(assumptions().number("months_after_grant")))
    found: list[Grant] = []
    for index, time in enumerate(_entitlements(life, frame.horizon)):
        taken = share(seed, "asylum benefit", life.household.number, index)
        if taken < assumptions().rate("needs_asylum_benefit", time.group):
            found.extend(_grants(seed, life, index, time))
    return tuple(g for g in found if g.ended is None or g.ended > oldest)


def _entitlements(life: Life, horizon: date) -> list[_Entitlement]:
    """Join the titles that open the benefits to times without longer gaps."""
    gone = min(life.gone or date.max, life.left or date.max)
    times: list[_Entitlement] = []
    for title in life.titles:
        if title.status_group not in STATUS_GROUPS:
            continue
        began = max(title.granted, life.person.arrived_in_district)
        ended = min(title.ended or date.max, gone)
        if ended <= began or began > horizon:
            continue
        if times and (began - times[-1].ended).days <= _BRIDGED:
            times[-1] = _Entitlement(times[-1].group, times[-1].began, ended)
        else:
            times.append(_Entitlement(title.status_group, began, ended))
    return times


def _grants(seed: int, life: Life, index: int, time: _Entitlement) -> Iterator[Grant]:
    """Cut a time of benefits where the household moves to another town of the Kreis."""
    household = life.household
    rng = stream(seed, "asylum benefit", household.number, index)
    first, late = rng.randint(0, 12), rng.randint(0, 40)
    years = rng.expovariate(1 / assumptions().number("asylum_benefit_years"))
    works = time.began + days(90 + years * YEAR)
    began, end = time.began + days(first), min(time.ended, works)
    pieces: list[tuple[str, date]] = []
    for home in household.homes:
        town, since = home.address.ags, max(home.since, began)
        if not pieces:
            pieces.append((town, began))
        elif town != pieces[-1][0] and since < end:
            pieces.append((town, since))
    for place, (town, since) in enumerate(pieces):
        until = pieces[place + 1][1] if place + 1 < len(pieces) else end
        if since < until:
            ended = None if until == date.max else _paid_until(until, gone=life.gone)
            yield Grant(town, since, ended, since + days(late))


def _paid_until(day: date, *, gone: date | None) -> date:
    """Return the last day of the benefits: that of the month, or the day before a departure."""
    return day - days(1) if gone and day >= gone else last_day(day)
