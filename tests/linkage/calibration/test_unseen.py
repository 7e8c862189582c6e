import numpy as np
import pytest

from kim_pipeline.linkage.calibration.bands import Cell
from kim_pipeline.linkage.calibration.unseen import CLASSES, SHAPE, cells, compared, unseen
from kim_pipeline.linkage.comparisons import COMPARISONS
from kim_pipeline.linkage.pairs import ScoredPairs

SEEN = {"given": "exact", "family": "exact", "birth_date": "exact", "address": "exact"}


def pair(**labels: str) -> ScoredPairs:
    """Make one pair whose fields agree on the named levels, all others on none."""
    wanted = SEEN | labels
    found = [
        next((c.value_of(at) for at, x in enumerate(c.levels) if x.label == wanted[c.name]), -1)
        if c.name in wanted
        else -1
        for c in COMPARISONS
    ]
    no = np.zeros(1, dtype=np.bool_)
    levels = np.array([found], dtype=np.int8)
    numbers = np.zeros((1, len(COMPARISONS)), dtype=np.float32)
    return ScoredPairs(
        np.zeros(1, dtype=np.int64), np.ones(1, dtype=np.int64), levels, numbers, no * 0.0, no, no
    )


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ({}, True),
        ({"family": "else", "birth_date": "else"}, True),
        ({"given": "else", "birth_date": "else"}, False),
        ({"given": "else", "family": "else", "address": "else"}, False),
        ({"birth_date": "day_year", "address": "else"}, True),
        ({"given": "one_letter", "birth_date": "day_year"}, False),
    ],
)
def test_pairs_are_known_to_be_compared_by_their_keys(labels, expected) -> None:
    assert compared(pair(**labels))[0] == expected


def test_independent_errors_are_made_up_for() -> None:
    """Fields that fail independently: what no key can see is recovered from what one sees."""
    rng = np.random.default_rng(5)
    margins = [rng.dirichlet([40, *[2] * (len(names) - 1)]) for names in CLASSES]
    true = 10_000 * np.einsum("i,j,k,l->ijkl", *margins).ravel()
    seen = np.array([compared(_of(cell))[0] for cell in range(true.size)])
    found = unseen(np.where(seen, true, 0.0))
    assert found == pytest.approx(true[~seen].sum(), rel=0.05)


def test_without_pairs_nothing_is_missed() -> None:
    assert unseen(np.zeros(int(np.prod(SHAPE)))) == 0


def test_bands_hold_their_estimate_and_stay_shares() -> None:
    cell = Cell(1000, 990, 8, 12, 5, 6, 2)
    for estimate, low, high in (cell.precision(), cell.recall()):
        assert 0 <= low < estimate < high <= 1


def test_an_empty_cell_knows_nothing() -> None:
    assert Cell(0, 0, 0, 0, 0, 0, 0).precision() == (1.0, 0.0, 1.0)
    assert Cell(0, 0, 0, 0, 0, 0, 0).recall() == (1.0, 0.0, 1.0)


def _of(cell: int) -> ScoredPairs:
    """Make a pair that lies in a cell."""
    labels = {}
    for name, names, at in zip(SEEN, CLASSES, np.unravel_index(cell, SHAPE), strict=True):
        known = {"kept": "exact", "near": "one_letter", "alias": "former", "area": "street"}
        labels[name] = known.get(names[at], names[at])
    found = pair(**labels)
    assert cells(found)[0] == cell
    return found
