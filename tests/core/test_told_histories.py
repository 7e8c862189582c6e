"""Whatever is told late, again or otherwise: parts come out as the whole, the past as it was."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from built import as_known, build_whole, renew, written_at
from erasures import tables_that_name
from hypothesis import event, given
from hypothesis import strategies as st
from many import examples, of_many
from told import Edit, Told
from told_place import (
    ANY_EDITS,
    EDITS,
    ERASURES,
    LEADING,
    RECORDS,
    STEPS,
    Place,
    edit,
    person,
    place_on,
    take,
)
from two_servers import EMBEDDED, OLDEST
from world import key

from kim_pipeline.settings import Settings


@pytest.fixture(scope="module", params=[EMBEDDED, pytest.param(OLDEST, marks=pytest.mark.long)])
def place(
    request: pytest.FixtureRequest, server_settings: Settings, tables: dict[str, sa.Table]
) -> Iterator[Place]:
    """Where the examples of a test live; one that fails is printed without it."""
    with place_on(request.param, server_settings, tables) as made:
        yield made


HISTORY = {
    "steps": st.lists(st.one_of(STEPS, STEPS, ERASURES), min_size=2, max_size=4),
    "lazy": st.booleans(),
}


@examples(2)
@given(steps=st.lists(STEPS, min_size=2, max_size=2), lazy=st.just(True))
def test_what_was_renewed_step_by_step_is_as_built_whole(
    place: Place, steps: list[Any], lazy: bool
) -> None:
    with place.told() as told:
        for step in steps:
            take(told, step)
            _renewed(told, *(told.months[-1:] if lazy else ()))
        if lazy:
            _renewed(told)
        assert build_whole(told) == {}


test_what_was_renewed_step_by_step_is_as_built_whole_of_many = of_many(
    test_what_was_renewed_step_by_step_is_as_built_whole, 25, **HISTORY
)


def _renewed(told: Told, *months: date) -> None:
    """Renew, and say for the statistics of a run what was built in part."""
    for what, some, wrote in renew(told, *months):
        if some or wrote:
            event(f"{what} of {'some' if some else 'all'}")


CORRECTION = st.sampled_from([(record, one) for record, own in EDITS.items() for one in own])


@examples(1)
@given(months=st.lists(ANY_EDITS, min_size=1, max_size=1), correction=CORRECTION)
def test_a_late_correction_of_the_first_month_restates_all_months_and_no_earlier_knowledge(
    place: Place, months: list[list[Edit]], correction: tuple[int, Edit]
) -> None:
    record, corrected = correction
    with place.told() as told:
        for edits in months:
            told.next(edits)
            _renewed(told)
        before = as_known(told)
        told.again(0, [corrected])
        _renewed(told)
        after = as_known(told)
        assert {read: after[read] for read in before} == before
        assert written_at(told, told.moments[-1]) <= {key(person(record))}
        assert not any(wrote for _, _, wrote in renew(told))
        assert build_whole(told) == {}


test_a_late_correction_of_the_first_month_of_many_restates_all_months = of_many(
    test_a_late_correction_of_the_first_month_restates_all_months_and_no_earlier_knowledge,
    10,
    months=st.lists(ANY_EDITS, min_size=1, max_size=2),
    correction=CORRECTION,
)


@examples(1)
@given(steps=st.lists(STEPS, min_size=1, max_size=1), erased=st.sampled_from(RECORDS))
def test_an_erased_record_is_in_no_table_and_no_later_delivery_brings_it_back(
    place: Place, steps: list[Any], erased: tuple[str, int]
) -> None:
    source, record = erased
    with place.told() as told:
        for step in steps:
            take(told, step)
        assert tables_that_name(told.world, record)
        told.erases(source, record)
        assert tables_that_name(told.world, record) == []
        told.next([edit(LEADING[source], record, record_pseudonym=key(record))])
        told.again(0, [edit(LEADING[source], record, record_pseudonym=key(record))])
        assert tables_that_name(told.world, record) == []


test_many_erased_records_are_in_no_table_and_no_later_delivery_brings_them_back = of_many(
    test_an_erased_record_is_in_no_table_and_no_later_delivery_brings_it_back,
    15,
    steps=st.lists(STEPS, max_size=3),
    erased=st.sampled_from(RECORDS),
)
