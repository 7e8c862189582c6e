"""True pairs that were never compared, because no match key of theirs agrees.

True pairs are counted by how their names, dates and addresses agree. Of some combinations no key
can know. They are filled in as if the fields disagreed independently of each other among true pairs
(quasi-independence), which is the least there can be: bad records are bad in several fields.
"""

from itertools import product

import numpy as np

from kim_pipeline.linkage.comparisons import COMPARISONS
from kim_pipeline.linkage.pairs import Flags, Floats, Ints, ScoredPairs

ROUNDS = 300
TOLERANCE = 1e-6
START = 0.01
# Levels whose match key is surely equal; of NEAR ones it may be, of others not.
KEPT = ("exact", "canon", "skeleton")
NEAR = ("one_letter", "word", "skeleton_first")
ALIAS = ("alias", "former")
FIELDS = ("given", "family", "birth_date", "address")
SAME_YEAR = ("day_month_swapped", "month_year", "day_year")
NAME_CLASSES = ("kept", "near", "alias", "swapped", "else", "none")
DATE_CLASSES = ("exact", *SAME_YEAR, "day_month", "else", "none")
ADDRESS_CLASSES = ("exact", "area", "else", "none")
CLASSES = (NAME_CLASSES, NAME_CLASSES, DATE_CLASSES, ADDRESS_CLASSES)
SHAPE = tuple(len(names) for names in CLASSES)


def cells(pairs: ScoredPairs) -> Ints:
    """Number each pair by the combination of its classes, int64 (n,)."""
    names = [comparison.name for comparison in COMPARISONS]
    classes = []
    for field, known in zip(FIELDS, CLASSES, strict=True):
        at = names.index(field)
        labels = ["none", *(level.label for level in reversed(COMPARISONS[at].levels))]
        table = np.array([known.index(_class(field, label)) for label in labels])
        classes.append(table[pairs.levels[:, at].astype(np.int64) + 1])
    return np.asarray(np.ravel_multi_index(tuple(classes), SHAPE), dtype=np.int64)


def compared(pairs: ScoredPairs) -> Flags:
    """Tell of each pair whether a match key of names, dates or addresses surely agrees."""
    return _COMPARED.ravel()[cells(pairs)]


def unseen(seen: Floats) -> float:
    """Estimate how many true pairs were never compared from those compared, float64 by cell."""
    table = seen.reshape(SHAPE)
    filled = np.where(_COMPARED, table, START * table.sum() / table.size)
    for _ in range(ROUNDS):
        total = filled.sum()
        if total <= 0:
            return 0.0
        expected = _product(filled, total)
        new = np.where(_COMPARED, table, expected)
        moved, filled = float(np.abs(new - filled).sum()), new
        if moved < TOLERANCE * total:
            break
    return float(np.maximum(filled - table, 0)[~_COMPARED].sum())


def _product(table: Floats, total: float) -> Floats:
    axes = range(table.ndim)
    margins = [table.sum(axis=tuple(a for a in axes if a != axis)) / total for axis in axes]
    return np.asarray(total * np.einsum("i,j,k,l->ijkl", *margins), dtype=np.float64)


def _class(field: str, label: str) -> str:
    if field == "birth_date":
        return label
    if field == "address":
        return {"exact": "exact", "street": "area", "postcode": "area"}.get(label, label)
    if label in KEPT:
        return "kept"
    if label in NEAR:
        return "near"
    return "alias" if label in ALIAS else label


def _compared(given: str, family: str, born: str, address: str) -> bool:
    """Tell whether a match key surely agrees; see the composites k1 to k8 of the token sets."""
    kept = (given == "kept", family == "kept")
    if born == "exact":
        alias = "alias" in {given, family}
        swapped = given == family == "swapped"
        return any(kept) or alias or swapped or address in {"exact", "area"}
    if all(kept) and born in {*SAME_YEAR, "day_month"}:
        return True
    return kept[0] and address == "exact"


_COMPARED: Flags = np.array([_compared(*names) for names in product(*CLASSES)]).reshape(SHAPE)
