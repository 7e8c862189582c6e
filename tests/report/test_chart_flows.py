"""Flows keep to scale or say so, tell firmer from weaker twice, and never size what is hidden."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from report.invented_charts import LABEL, WITHHELD, count, german, paths

from kim_pipeline.report.charts.flow_layout import (
    STUB,
    THICKEST_NEUTRAL,
    Frame,
    Move,
    Status,
    direction,
    layout,
)
from kim_pipeline.report.charts.flows import flows

_KEYS = st.sampled_from("ABCD")
FRAME = Frame(left=200, right=800, node=8, top=40, height=500, gap=16, least=8)


def test_firmer_is_up_weaker_is_down_and_what_cannot_be_ranked_is_neither() -> None:
    german_, settled, pending, unclear, absent = paths().statuses
    assert direction(settled, german_) == "up"
    assert direction(settled, pending) == "down"
    assert direction(unclear, pending) == "across"
    assert direction(pending, pending) == "same"
    assert direction(absent, pending) == direction(pending, absent) == "outside"


def test_a_fall_back_is_dashed_and_has_an_arrow() -> None:
    plot = flows(german(), LABEL, paths())
    for drawing in (plot.chart.wide, plot.chart.narrow):
        assert "flow-dash" in str(drawing.body) or "flow-down-thin" in str(drawing.body)
        assert "↓ 35" in str(drawing.body)
    assert any("↓" in words for css, words in plot.legend if css == "flow-down")


@given(st.one_of(st.none(), st.integers(3, 40)))
def test_a_hidden_move_has_a_stub_of_one_size_whatever_the_stocks(other: int | None) -> None:
    statuses = (Status("A", "a", count(500), rank=1), Status("B", "b", count(500), rank=2))
    moves = [Move("A", "A", count(400)), Move("A", "B", WITHHELD), Move("B", "B", count(300))]
    if other:
        statuses = (replace(statuses[0], before=count(500 + other)), statuses[1])
    placed = layout(statuses, moves, FRAME)
    band = next(band for band in placed.bands if band.move.source == "A")
    assert placed.left[0].hidden
    assert placed.left[0].height == band.ribbon.thickness + STUB


def test_huge_unchanged_groups_are_cut_and_the_legend_says_so() -> None:
    shown = paths()
    more = tuple(
        replace(move, cell=count(60_000)) if move.source == move.goal else move
        for move in shown.moves
    )
    placed = layout(shown.statuses, more, FRAME)
    same = [band for band in placed.bands if band.direction == "same"]
    assert all(band.cut and band.ribbon.thickness == THICKEST_NEUTRAL for band in same)
    words = dict(flows(german(), LABEL, replace(shown, moves=more)).legend)
    assert "nicht maßstäblich" in words["flow-same"]
    assert "nicht maßstäblich" not in dict(flows(german(), LABEL, shown).legend)["flow-same"]


def test_changes_are_always_to_one_scale() -> None:
    placed = layout(paths().statuses, paths().moves, FRAME)
    thick = [b for b in placed.bands if b.direction in ("up", "down") and b.ribbon.thickness > 2]
    scales = {round(b.ribbon.thickness / (b.move.cell.value or 1), 6) for b in thick}
    assert len(scales) == 1


def test_everything_fits_the_frame() -> None:
    placed = layout(paths().statuses, paths().moves, FRAME)
    for nodes in (placed.left, placed.right):
        assert nodes[-1].top + nodes[-1].height <= FRAME.top + FRAME.height + 1


@given(st.dictionaries(st.tuples(_KEYS, _KEYS), st.one_of(st.none(), st.integers(0, 90_000))))
def test_ribbons_hang_within_their_nodes_whatever_moves(told: dict[tuple[str, str], int]) -> None:
    statuses = tuple(Status(key, key, rank=rank) for rank, key in enumerate("ABC"))
    statuses += (Status("D", "d", outside=True),)
    moves = [
        Move(source, goal, WITHHELD if value is None else count(value))
        for (source, goal), value in told.items()
    ]
    placed = layout(statuses, moves, FRAME)
    assert sum(bool(value) for value in told.values()) == len(placed.bands)
    for nodes, side in ((placed.left, "source"), (placed.right, "goal")):
        for node in nodes:
            mine = [b for b in placed.bands if getattr(b.move, side) == node.status.key]
            ends = [b.ribbon.left[1] if side == "source" else b.ribbon.right[1] for b in mine]
            feet = [end + b.ribbon.thickness for end, b in zip(ends, mine, strict=True)]
            assert all(end >= node.top - 1e-6 for end in ends)
            assert all(foot <= node.top + node.height + 1e-6 for foot in feet)


def test_a_stock_that_changed_within_the_noise_has_no_change_written() -> None:
    body = str(flows(german(), LABEL, paths()).chart.wide.body)
    assert ">1.138<" in body
    assert "945 (\u221235)" in body


def test_the_table_sets_before_against_now_with_hidden_cells_as_cells() -> None:
    table = flows(german(), LABEL, paths()).table
    assert [line.heading for line in table.lines][:2] == ["unbefristet", "Duldung"]
    assert table.lines[1].cells[0] is WITHHELD
    assert all(len(line.cells) == len(table.columns) for line in table.lines)


def test_no_status_change_is_called_an_effect() -> None:
    assert (
        "sagt nichts darüber, was ihn bewirkt hat"
        in flows(german(), LABEL, paths()).chart.description
    )
