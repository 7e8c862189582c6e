"""The gate of a release: what an attack opens is withheld or blocks it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from disclosure.entries import BY_ID, KNOWN, by_key, entry, table

from kim_pipeline.disclosure.ledger import Entry
from kim_pipeline.disclosure.month_pages import page_of
from kim_pipeline.disclosure.partitions import splits
from kim_pipeline.disclosure.ptable import read_ptable
from kim_pipeline.disclosure.release_attacks import attack
from kim_pipeline.disclosure.release_audit import Audited, Standing, audit_release
from kim_pipeline.disclosure.seen_counts import seen_counts
from kim_pipeline.errors import DisclosureError

PTABLE = read_ptable()
GROUPS = ("EU", "UKRAINE", "ASYLUM8", "TURKEY", "WEST_BALKAN")
# The total is shown 0, so at most 7; the parts are at least 5, 1 and 1: all are certain.
OPEN = [entry("total", 7, 0), *table("sex", {"m": (5, 12), "w": (1, 3), "d": (1, 3)})]
CLOSED = [entry("total", 7, 8), *table("sex", {"m": (5, 6), "w": (1, 3), "d": (1, 0)})]


def audit(added: Sequence[Entry], released: Sequence[Entry] = ()) -> Audited:
    return audit_release(added, Standing([by_key(released)], {}, BY_ID, PTABLE))


def statuses(audited: Audited) -> list[str]:
    return [one.status for one in audited.entries]


def test_a_release_without_open_counts_passes_as_it_is() -> None:
    audited = audit(CLOSED)
    assert audited.entries == CLOSED
    assert (audited.found.attacked, audited.withheld) == (4, 0)
    assert (audited.found.smallest_interval or 0) >= 3


def test_the_row_of_a_count_that_follows_from_sums_is_withheld() -> None:
    audited = audit(OPEN)
    assert audited.withheld == 3
    assert statuses(audited) == ["published", "withheld", "withheld", "withheld"]
    assert {one.numerator for one in audited.entries[1:]} == {None}
    assert [one.true_numerator for one in audited.entries] == [7, 5, 1, 1]


def test_a_count_between_its_part_and_its_whole_is_withheld() -> None:
    part = entry("total", 7, 14, indicator_id="J1", true_denominator=40, denominator=41)
    whole = replace(part, indicator_id="J1_under_65", true_denominator=7, denominator=0)
    under = replace(part, true_denominator=41)
    audited = audit([under, replace(whole, true_numerator=7, numerator=14)])
    assert "withheld" in statuses(audited)
    assert audited.found.narrow == ()


def test_what_older_cells_open_by_themselves_holds_up_no_correction() -> None:
    later = entry("town", 40, 41, town_ags="05158004", known_at=KNOWN + timedelta(days=30))
    assert statuses(audit([later], OPEN)) == ["published"]


def six_tables() -> list[Entry]:
    halves = {
        "nationality_group": ("EU", "TURKEY"),
        "status_group": ("NE", "AE_24"),
        "age_group": ("18_24", "25_34"),
        "sex": ("m", "w"),
        "years_since_arrival": ("1", "3"),
    }
    towns = [entry("town", 4, 5, town_ags=town) for town in ("05158004", "05158008")]
    tables = [table(d, dict.fromkeys(values, (4, 5))) for d, values in halves.items()]
    return [entry("total", 8, 9), *towns, *(cell for rows in tables for cell in rows)]


def test_a_small_count_is_taken_apart_by_five_tables_at_most() -> None:
    cells = six_tables()
    (seen,) = seen_counts(cells, BY_ID).values()
    (split,) = [one for one in splits([seen]) if one.place == ()]
    assert len(split.tables) == 6
    audited = audit(cells)
    hidden = {one.breakdown for one in audited.entries if one.status == "withheld"}
    assert hidden == {"years_since_arrival"}
    assert audited.found.most_partitions == 5


def test_a_table_with_a_withheld_part_does_not_take_a_count_apart() -> None:
    cells = table("sex", {"m": (4, 5), "w": (4, None)})
    (seen,) = seen_counts([entry("total", 8, 9), *cells], BY_ID).values()
    assert [len(split.tables) for split in splits([seen]) if split.place == ()] == [0]


def test_counts_that_least_squares_finds_block_the_release() -> None:
    exact = [
        entry(
            "town+nationality_group",
            3 + (i + j) % 3,
            3 + (i + j) % 3,
            town_ags=f"051580{i:02}",
            dimension_1="nationality_group",
            value_1=group,
        )
        for i in range(10)
        for j, group in enumerate(GROUPS)
    ]
    found = attack([page_of(exact, BY_ID, PTABLE)], {}, BY_ID)
    assert (found.month.exact_share, found.month.counts) == (1, 50)
    with pytest.raises(DisclosureError, match="least squares over this month finds 100%"):
        audit(exact)


def test_old_reports_help_the_attacker_of_counts_that_do_not_change() -> None:
    cells = table("sex", {"m": (4, 8), "w": (5, 0)})
    (who,) = seen_counts(cells, BY_ID)
    earlier = {who: {(("sex", "m"),): [2.0] * 12, (("sex", "w"),): [5.0] * 12}}
    found = attack([page_of(cells, BY_ID, PTABLE)], earlier, BY_ID)
    assert (found.month.exact, found.year.exact) == (0, 1)


def test_a_count_is_never_shown_with_two_values() -> None:
    total = entry("total", 300, 301)
    share = entry(
        "total", 90, 91, indicator_id="J1", true_denominator=300, denominator=302, value=30.0
    )
    with pytest.raises(DisclosureError, match=r"two different values.*J1.*S1"):
        audit([total, share])
    with pytest.raises(DisclosureError, match="two different values"):
        audit([share], [total])
    assert statuses(audit([total, replace(share, denominator=301)])) == ["published"] * 2


def test_a_month_is_not_published_with_two_keys() -> None:
    for other in ({"kid": "cell-2"}, {"ptable": "D8V4js2"}):
        later = replace(CLOSED[1], **other)
        with pytest.raises(DisclosureError, match="second noise"):
            audit([later], CLOSED)


def test_no_share_is_made_of_counts_that_the_gate_withheld() -> None:
    alike = replace(BY_ID["V4_with_alike"], denominator=BY_ID["S1"].numerator)
    made = entry("total", 5, None, indicator_id=alike.id, status="published", value=40.0)
    standing = Standing([], {}, BY_ID | {alike.id: alike}, PTABLE)
    assert audit_release([*CLOSED, made], standing).entries[-1] == made
    gone = audit_release([*OPEN, made], standing).entries[-1]
    assert (gone.status, gone.value, gone.true_numerator) == ("withheld", None, 5)
