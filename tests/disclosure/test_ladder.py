"""The ladder: rows that give their members away are merged or hidden, and stay so."""

from dataclasses import replace

from kim_pipeline.disclosure.ladder import Coarsened, coarsen
from kim_pipeline.disclosure.ladder_rows import HIDDEN, MERGED, RowKey, Rungs
from kim_pipeline.indicators.catalogue import read_catalogue
from kim_pipeline.indicators.cells import Cell, CellKey, Tally

CATALOGUE = read_catalogue()
BY_ID = {i.id: i for i in CATALOGUE.indicators}
STATUSES = list(CATALOGUE.labels.values["status_group"])
TABLE = "town+status_group"


def town(ags: str, **counts: int) -> list[Cell]:
    def cell(status: str) -> Cell:
        key = CellKey("S1", TABLE, ags, "status_group", status)
        count = counts.get(status, 0)
        return Cell(key, Tally(count, count * 7), None)

    return [cell(status) for status in STATUSES]


def share(numerator: int, denominator: int, indicator: str = "J1") -> Cell:
    key = CellKey(indicator, "town", "1")
    return Cell(key, Tally(numerator, 1), Tally(denominator, 2))


def climb(cells: list[Cell], standing: Rungs | None = None, *, released: bool = False) -> Coarsened:
    return coarsen(cells, BY_ID, standing or {}, {c.key for c in cells} if released else ())


def row(ags: str) -> RowKey:
    return RowKey("S1", TABLE, ags, "")


MIXED = {"NE": 40, "AE_24": 30, "DULDUNG": 30}


def test_mixed_rows_stay_as_declared() -> None:
    cells = town("1", **MIXED) + town("2", **MIXED)
    done = climb(cells)
    assert done == Coarsened(cells, frozenset(), {})


def test_a_single_status_village_is_hidden_with_the_smallest_other_town() -> None:
    cells = town("1", DULDUNG=200) + town("2", NE=500, AE_24=400, DULDUNG=9) + town("3", **MIXED)
    done = climb(cells)
    assert done.needed == {row("1"): HIDDEN, row("3"): HIDDEN}
    assert {key.town_ags for key in done.withheld} == {"1", "3"}
    assert done.cells == cells


def test_a_row_is_merged_when_its_large_category_is_then_harmless() -> None:
    done = climb(town("1", AE_24=196, DULDUNG=4))
    assert done.needed == {row("1"): MERGED}
    assert "DULDUNG" in {key.value_1 for key in done.withheld}


def test_merged_cells_hold_the_persons_of_their_parts() -> None:
    done = climb(town("1", **MIXED), {row("1"): MERGED})
    merged = {c.key.value_1: c.numerator for c in done.cells if c.key not in done.withheld}
    assert merged == {
        "SETTLED": Tally(40, 280),
        "LIMITED": Tally(30, 210),
        "PENDING": Tally(30, 210),
    }


def test_a_merged_row_is_hidden_once_it_tells() -> None:
    done = climb(town("1", DULDUNG=50, GESTATTUNG=50), {row("1"): MERGED})
    assert done.needed == {row("1"): HIDDEN}
    assert len(done.cells) == len(done.withheld)


def test_a_rung_that_still_stands_is_kept_but_not_needed_anew() -> None:
    cells = town("1", **MIXED) + town("2", **MIXED)
    done = climb(cells, {row("1"): HIDDEN, row("2"): HIDDEN})
    assert done.needed == {}
    assert len(done.withheld) == len(cells)


def test_nothing_new_is_shown_of_a_row_that_tells_after_its_release() -> None:
    cells = town("1", AE_24=200) + town("2", **MIXED)
    done = climb(cells, released=True)
    assert done.needed == {row("1"): HIDDEN}
    assert {key.town_ags for key in done.withheld} == {"1"}


def test_a_released_row_stays_merged() -> None:
    cells = town("1", **MIXED)
    before = climb(cells, {row("1"): MERGED}).cells
    again = coarsen(cells, BY_ID, {row("1"): MERGED}, {c.key for c in before})
    assert again.cells == before
    assert climb(cells, {row("1"): MERGED}, released=True).cells == cells


def test_a_sensitive_share_of_nearly_all_is_hidden_and_of_nearly_none_is_not() -> None:
    assert climb([share(97, 100)]).withheld == {CellKey("J1", "town", "1")}
    assert climb([share(2, 100)]).withheld == frozenset()
    assert climb([share(97, 100, "C3")]).withheld == frozenset()


def test_a_share_without_base_needs_no_rung_that_lasts() -> None:
    assert climb([share(29, 29)]).needed == {}


def test_impossible_cells_tell_nothing() -> None:
    cells = [replace(c, structural=c.key.value_1 != "AE_24") for c in town("1", AE_24=200)]
    assert climb(cells).needed == {}


WAYS = "status_step_year_ago+status_step"


def ways(**counts: int) -> list[Cell]:
    """Cells of the table of two times: `PENDING_GERMAN=9` were tolerated and are naturalised."""
    labels = CATALOGUE.labels.values
    found = []
    for before in labels["status_step_year_ago"]:
        for now in labels["status_step"]:
            pair = "status_step_year_ago", before, "status_step", now
            count = counts.get(f"{before}_{now}", 0)
            found.append(Cell(CellKey("S1_flow", WAYS, "", *pair), Tally(count, count), None))
    return found


SPREAD = {
    "PENDING_PENDING": 200, "PENDING_CHANCE": 60, "PENDING_STAY": 50, "CHANCE_STAY": 40,
    "CHANCE_CHANCE": 50, "CHANCE_PENDING": 20, "STAY_STAY": 60, "STAY_SETTLED": 20,
    "STAY_PENDING": 5,
}  # fmt: skip


def test_who_is_something_now_does_not_thereby_tell_what_he_was() -> None:
    done = climb(ways(**SPREAD, PENDING_GERMAN=9))
    hidden = {(key.value_1, key.value_2) for key in done.withheld}
    # All who are naturalised were tolerated; with them goes the smallest other present value.
    assert {("PENDING", "GERMAN"), ("STAY", "SETTLED")} <= hidden
    assert ("CHANCE", "STAY") not in hidden
    again = climb(ways(**SPREAD, PENDING_GERMAN=9, STAY_GERMAN=9), done.needed)
    assert ("STAY", "GERMAN") in {(key.value_1, key.value_2) for key in again.withheld}


def test_a_harmless_past_may_be_told_of_all_in_a_state() -> None:
    done = climb(ways(**SPREAD, SETTLED_SETTLED=500, SETTLED_GERMAN=90, STAY_GERMAN=2))
    assert ("SETTLED", "GERMAN") not in {(key.value_1, key.value_2) for key in done.withheld}
