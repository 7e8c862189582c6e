"""What nobody may know to exist in a town is proved by no table, of whichever indicator."""

from dataclasses import replace

import pytest
from disclosure.entries import BY_ID, entry

from kim_pipeline.disclosure.ptable import read_ptable
from kim_pipeline.disclosure.release_audit import Audited, Standing, audit_release
from kim_pipeline.indicators.conditions import parse_population
from kim_pipeline.indicators.indicator import Indicator

TOWNS = ("05158004", "05158008")
HIDDEN = replace(
    BY_ID["S1"],
    id="X1",
    numerator=parse_population("X1", {"status_group": {"any_of": ["AE_24", "AE_CHANCE"]}}),
    existence_sensitive=True,
    sensitive=None,
)


def _audit(cells: list[tuple[str, int, int]], indicator: Indicator, **labels: str) -> Audited:
    """Publish counts of two towns, exact and as shown, of an indicator beside the hidden one."""
    added = [
        entry(name, true, shown, indicator_id=indicator.id, town_ags=town, **labels)
        for (name, true, shown), town in zip(cells, TOWNS, strict=True)
    ]
    indicators = {**BY_ID, HIDDEN.id: HIDDEN, indicator.id: indicator}
    return audit_release(added, Standing([], {}, indicators, read_ptable()))


@pytest.mark.parametrize(
    "conditions",
    [
        {"status_group": {"any_of": ["AE_24"]}},
        {"status_group": {"any_of": ["AE_24", "AE_CHANCE"]}, "sex": {"any_of": ["w"]}},
    ],
)
def test_a_part_of_them_is_not_shown_by_town(conditions: dict[str, object]) -> None:
    part = replace(HIDDEN, id="X2", numerator=parse_population("X2", conditions))
    audited = _audit([("town", 40, 41), ("town", 3, 4)], replace(part, existence_sensitive=False))
    assert {one.status for one in audited.entries} == {"withheld"}
    assert audited.found.proved == ()


def test_a_breakdown_of_everybody_that_names_them_is_not_shown_by_town() -> None:
    cells = [("town+status_group", 40, 41), ("town+status_group", 3, 4)]
    audited = _audit(cells, BY_ID["S1"], dimension_1="status_group", value_1="AE_24")
    assert {one.status for one in audited.entries} == {"withheld"}


def test_what_holds_others_too_is_shown() -> None:
    cells = [("town+status_group", 40, 41), ("town+status_group", 3, 4)]
    others = _audit(cells, BY_ID["S1"], dimension_1="status_group", value_1="NE")
    everybody = _audit([("town", 40, 41), ("town", 3, 4)], BY_ID["S1"])
    zero = _audit(
        [("town+status_group", 0, 0), ("town+status_group", 0, 0)],
        BY_ID["S1"], dimension_1="status_group", value_1="AE_24",
    )  # fmt: skip
    for audited in (others, everybody, zero):
        assert {one.status for one in audited.entries} == {"published"}
