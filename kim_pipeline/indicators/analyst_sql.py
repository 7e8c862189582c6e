"""The SQL that an analyst runs to check an indicator: one line on `core.person_month`."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from kim_pipeline.indicators.conditions import Population, clause
from kim_pipeline.indicators.indicator import Indicator
from kim_pipeline.indicators.kinds import FRACTIONS, Kind
from kim_pipeline.periods import last_day
from kim_pipeline.warehouse.schema.person_month import person_month
from kim_pipeline.warehouse.schema.published import staff

# Without the name of their table, as a person writes them.
_COLUMNS: Mapping[str, sa.ColumnElement[Any]] = {
    c.name: sa.column(c.name, c.type) for c in person_month.columns
}
_MONTHS = sa.table("person_month", schema="core")
_DECIMALS = 4
_FIGURE = "figure"
# Logarithms are rounded: half is half up to this.
_CLOSE = 1e-9
_NONE_LEFT = -1000


def analyst_sql(indicator: Indicator, month: date) -> str:
    """Write the query of an indicator's exact figure for the whole Kreis, as known now."""
    query = _FIGURES[indicator.kind](indicator, month)
    # For reading and running by hand: values stand in the text, names come from the schema.
    compiled = query.compile(
        dialect=postgresql.dialect(),  # type: ignore[no-untyped-call]
        compile_kwargs={"literal_binds": True},
    )
    return " ".join(str(compiled).split()) + ";"


def _where(population: Population | None) -> sa.ColumnElement[bool]:
    return clause(population or (), _COLUMNS)


def _of_month(figure: Any, month: date, *who: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return (
        sa.select(figure.label(_FIGURE))
        .select_from(_MONTHS)
        .where(_COLUMNS["month"] == month, *who)
    )


def _ratio(above: Any, below: Any, times: float) -> Any:
    # Typed as numeric, since PostgreSQL divides whole numbers by cutting off.
    whole = sa.type_coerce(sa.func.nullif(below, 0), sa.Numeric)
    quotient = sa.literal(times, sa.Numeric) * above / whole
    return sa.func.round(quotient, _DECIMALS)


def _count(indicator: Indicator, month: date) -> sa.Select[Any]:
    return _of_month(sa.func.count(), month, _where(indicator.numerator))


def _share(indicator: Indicator, month: date) -> sa.Select[Any]:
    above = sa.func.count().filter(_where(indicator.numerator))
    below = sa.func.count().filter(_where(indicator.denominator))
    return _of_month(_ratio(above, below, indicator.formula.times), month)


def _per_staff(indicator: Indicator, month: date) -> sa.Select[Any]:
    day = sa.literal(last_day(month))
    s = staff.c
    there = (s.first_day <= day, sa.func.coalesce(s.last_day, day) >= day)
    posts = sa.select(sa.cast(sa.func.sum(s.posts), sa.Numeric)).where(
        s.office == indicator.formula.office, *there
    )
    figure = _ratio(sa.func.count(), posts.scalar_subquery(), 1.0)
    return _of_month(figure, month, _where(indicator.numerator))


def _percentile(indicator: Indicator, month: date) -> sa.Select[Any]:
    fraction = FRACTIONS[indicator.kind]
    figure = sa.func.percentile_disc(fraction).within_group(_value(indicator))
    return _of_month(figure, month, _where(indicator.denominator))


def _mean(indicator: Indicator, month: date) -> sa.Select[Any]:
    clipped = _clipped(_value(indicator), indicator.formula.cap)
    figure = sa.func.round(sa.func.avg(clipped), _DECIMALS)
    return _of_month(figure, month, _where(indicator.denominator))


def _quotient(indicator: Indicator, month: date) -> sa.Select[Any]:
    formula = indicator.formula
    value = _clipped(_value(indicator), formula.cap)
    over = _clipped(_COLUMNS[formula.over or ""], formula.over_cap)
    above = sa.func.sum(value).filter(_where(indicator.numerator))
    below = sa.func.sum(over).filter(_where(indicator.denominator))
    return _of_month(_ratio(above, below, formula.times), month)


def _survival(indicator: Indicator, month: date) -> sa.Select[Any]:
    time, ended = _value(indicator), _COLUMNS[indicator.formula.event or ""]
    at_risk = sa.func.sum(sa.func.count()).over(order_by=time.desc())
    times = (
        sa.select(
            time.label("time"),
            sa.func.count().filter(ended).label("events"),
            at_risk.label("at_risk"),
        )
        .select_from(_MONTHS)
        .where(_COLUMNS["month"] == month, _where(indicator.denominator))
        .group_by(time)
        .subquery("times")
    )
    t = times.c
    left = sa.case(
        (t.events == t.at_risk, sa.literal(_NONE_LEFT)),
        else_=sa.func.ln(1 - sa.cast(t.events, sa.Numeric) / t.at_risk),
    )
    share = sa.func.exp(sa.func.sum(left).over(order_by=t.time)).label("left")
    curve = sa.select(t.time, share).subquery("curve")
    half = sa.literal(0.5 + _CLOSE, sa.Numeric)
    return sa.select(sa.func.min(curve.c.time).label(_FIGURE)).where(curve.c.left <= half)


def _standardised(indicator: Indicator, month: date) -> sa.Select[Any]:
    group, compared = _where(indicator.denominator), _where(indicator.formula.compared)
    names = [_COLUMNS[name] for name in indicator.formula.strata]
    in_group, in_other = (sa.func.count().filter(who) for who in (group, compared))
    counted = sa.func.count().filter(_where(indicator.numerator))
    strata = (
        sa.select(
            sa.func.count().filter(sa.or_(group, compared)).label("persons"),
            (sa.cast(counted, sa.Numeric) / sa.type_coerce(in_group, sa.Numeric)).label("share"),
        )
        .select_from(_MONTHS)
        .where(_COLUMNS["month"] == month, *(name.is_not(None) for name in names))
        .group_by(*names)
        .having(in_group > 0, in_other > 0)
        .subquery("strata")
    )
    weighted = sa.func.sum(strata.c.persons * strata.c.share)
    figure = _ratio(weighted, sa.func.sum(strata.c.persons), indicator.formula.times)
    return sa.select(figure.label(_FIGURE))


def _value(indicator: Indicator) -> sa.ColumnElement[Any]:
    return _COLUMNS[indicator.formula.value or ""]


def _clipped(value: sa.ColumnElement[Any], cap: int | None) -> sa.ColumnElement[Any]:
    return sa.func.least(sa.func.greatest(value, 0), cap)


_FIGURES: Mapping[Kind, Callable[[Indicator, date], sa.Select[Any]]] = {
    "count": _count,
    "share": _share,
    "rate": _share,
    "per_staff": _per_staff,
    "median": _percentile,
    "percentile_90": _percentile,
    "mean": _mean,
    "quotient": _quotient,
    "survival_median": _survival,
    "standardised_share": _standardised,
}
