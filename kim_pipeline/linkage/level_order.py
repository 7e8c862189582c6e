"""Which levels of a field must not weigh less than which others, whatever data they came from."""

from collections.abc import Mapping
from itertools import pairwise

from kim_pipeline.linkage.comparisons import DISAGREE

# Weights of levels that say nearly the same come out in either order, by chance.
TOLERANCE_BITS = 0.5
# Left out on purpose: "word", "alias", "former" and "swapped". They are rare between strangers and
# so are strong evidence when they occur: in the shipped model a shared word outweighs one other
# letter, an alias or a former name most levels before it, swapped names both skeletons. Likewise
# the parts of a birth date among each other, which depends on how an office guesses dates.
_NAME = (("exact", "canon", "skeleton", "skeleton_first"), ("exact", "one_letter"))
CHAINS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "given": _NAME,
    "family": _NAME,
    "birth_date": (
        ("exact", "day_month_swapped"),
        ("exact", "month_year"),
        ("exact", "day_year"),
        ("exact", "day_month"),
    ),
    "address": (("exact", "street", "postcode"),),
}


def misplaced(field: str, weights: Mapping[str, float]) -> str | None:
    """Name the first level that outweighs one above it by more than the tolerance, or None.

    `weights` are bits of the levels that are known well enough to be judged. Disagreement must
    weigh least of all, whatever the other levels say of each other.
    """
    chains = (*CHAINS.get(field, ()), *((level, DISAGREE.label) for level in weights))
    for chain in chains:
        known = [level for level in chain if level in weights]
        for above, below in pairwise(known):
            if weights[below] > weights[above] + TOLERANCE_BITS:
                return below
    return None
