"""What the rules of the published tables look at: one query per table, for one month."""

from datetime import date
from typing import Any

import sqlalchemy as sa

from kim_pipeline.disclosure.link_bands import FINEST_BASE, LEAST_BASE
from kim_pipeline.disclosure.rules import (
    COARSE_STEP,
    DAY_CLASS,
    FINE_BASE,
    MEAN_STEPS,
    MONTH_CLASS,
    RATIO_STEPS,
    SMALLEST_BASE,
)
from kim_pipeline.warehouse.schema import published
from kim_pipeline.warehouse.schema.quality import delivery
from quality_checks.facts import Condition, Query, fact

PERCENT, PERSONS, DAYS, MONTHS = "percent", "persons", "days", "months"


def indicator_value(month: date) -> Query:
    """Look at the cells of a month."""
    v = published.indicator_value.c
    persons, days = v.unit == PERSONS, v.unit == DAYS
    i = published.indicator.c
    # Of two counts that need not contain each other, or of two sums: not within 0 and 100.
    ratio, mean = (
        v.indicator_id.in_(sa.select(i.indicator_id).where(i.kind.in_(kinds)))
        for kinds in (("rate", "quotient"), ("mean",))
    )
    months = sa.case(
        (ratio, min(RATIO_STEPS[MONTHS])), (mean, MEAN_STEPS[MONTHS]), else_=MONTH_CLASS
    )
    zero = (sa.func.coalesce(v.numerator, 0) == 0) & (sa.func.coalesce(v.value, 0) == 0)
    return sa.select(
        *published.indicator_value.primary_key,
        v.numerator,
        v.denominator,
        v.unit,
        v.status,
        v.revision,
        fact("count_never_one_or_two", v.value.not_in((1, 2)), when=persons),
        fact("count_whole", _is_multiple(v.value, 1), when=persons),
        fact("days_rounded", _is_multiple(v.value, DAY_CLASS), when=days),
        fact("months_rounded", _is_multiple(v.value, months), when=v.unit == MONTHS),
        *_share(v, (v.unit == PERCENT) & ~ratio),
        fact("ratio_has_base", _has_base(v), when=ratio & v.value.is_not(None)),
        *_status(v),
        fact("structural_zero_is_zero", zero, when=v.status == "structural_zero"),
    ).where(v.month == month)


def indicator(month: date) -> Query:
    """Count the cells of every indicator of the catalogue that a month can speak of."""
    i, v, d = published.indicator.c, published.indicator_value.c, delivery.c
    cells = sa.select(sa.func.count()).where(v.indicator_id == i.indicator_id, v.month == month)
    before = sa.exists().where(
        d.status == "accepted",
        d.month < month,
        d.source == sa.any_(sa.func.string_to_array(i.sources, ", ")),
    )
    return (
        sa.select(cells.scalar_subquery().label("cells"))
        .select_from(published.indicator)
        .where(~i.since_last_month | before)
    )


def link_quality(month: date) -> Query:
    """Look at the link rates of a month."""
    q = published.link_quality.c
    return sa.select(
        q.numerator,
        q.denominator,
        q.status,
        q.estimate_status,
        *_share(q, sa.true()),
        *_status(q),
        *_estimate(q),
    ).where(q.month == month)


def conflict_rate(month: date) -> Query:
    """Look at how often sources contradict each other in a month."""
    q = published.conflict_rate.c
    return sa.select(
        q.numerator, q.denominator, q.status, *_share(q, sa.true()), *_status(q)
    ).where(q.month == month)


def source_quality(month: date) -> Query:
    """Look at the deliveries behind a month."""
    q = published.source_quality.c
    counted = fact("rules_counted", q.rules_passed <= q.rules_checked)
    return sa.select(q.persons, q.status, counted).where(q.month == month)


def _share(cell: Any, share: Condition) -> tuple[Condition, ...]:
    value = cell.value
    step = sa.case((cell.denominator < FINE_BASE, COARSE_STEP), else_=1)
    return (
        fact("share_within_0_and_100", value.between(0, 100), when=share),
        fact("share_denominator_large_enough", _has_base(cell), when=share & value.is_not(None)),
        fact("share_rounded", _is_multiple(value, step), when=share),
    )


def _has_base(cell: Any) -> Condition:
    enough: Condition = sa.func.coalesce(cell.denominator, 0) >= SMALLEST_BASE
    return enough


def _status(cell: Any) -> tuple[Condition, ...]:
    shown = sa.func.coalesce(cell.numerator, cell.denominator, cell.value)
    return (
        fact("withheld_has_no_value", shown.is_(None), when=cell.status == "withheld"),
        fact("published_has_value", cell.value.is_not(None), when=cell.status == "published"),
    )


def _estimate(cell: Any) -> tuple[Condition, ...]:
    figures = [cell[name] for name in published.ESTIMATE_FIGURES]
    estimated = cell.estimate_status == "estimated"
    step = sa.case((cell.numerator < FINEST_BASE, 1), else_=0.5)
    rounded = [
        figure.is_not(None) & _is_multiple(figure, step) & figure.between(0, 100)
        for figure in figures
    ]
    enough = sa.func.coalesce(cell.numerator, 0) >= LEAST_BASE
    ordered = [
        cell[f"{name}_low"].between(0, cell[name]) & (cell[name] <= cell[f"{name}_high"])
        for name in ("precision", "recall")
    ]
    return (
        fact("estimate_rounded", sa.and_(*rounded, *ordered), when=estimated),
        fact("estimate_has_base", enough, when=estimated),
        fact("no_estimate_no_figure", sa.func.coalesce(*figures).is_(None), when=~estimated),
    )


def _is_multiple(value: sa.ColumnElement[float], step: Any) -> Condition:
    # Doubles have no remainder in PostgreSQL.
    rest: sa.ColumnElement[Any] = sa.cast(value, sa.Numeric) % step
    return rest == 0
