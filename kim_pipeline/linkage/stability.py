"""How far a newly learnt model is from the one in use, and how far it may be."""

from dataclasses import dataclass

from kim_pipeline.linkage.model import LinkModel

# A level has to occur in this many expected true pairs before its weight is held to anything.
WELL_POPULATED = 50.0
MOST_BITS = 2.0


@dataclass(frozen=True)
class Shift:
    """The largest change of a weight in bits, and the level it was found at."""

    comparison: str
    level: str
    bits: float

    @property
    def stable(self) -> bool:
        """Tell whether the new model may follow the old one without a person looking at it."""
        return self.bits <= MOST_BITS


def largest_shift(new: LinkModel, old: LinkModel) -> Shift:
    """Compare the weights of the levels that are well populated in both models.

    The prior does not count: it follows the sizes of the sources. Models of other levels than each
    other are as far apart as can be.
    """
    shifts = [Shift("", "", 0.0)]
    for one, other in zip(new.comparisons, old.comparisons, strict=False):
        if [x.label for x in one.levels] != [x.label for x in other.levels]:
            return Shift(one.name, "", float("inf"))
        for level, before in zip(one.levels, other.levels, strict=True):
            if min(level.m * one.pairs, before.m * other.pairs) >= WELL_POPULATED:
                shifts.append(Shift(one.name, level.label, abs(level.weight - before.weight)))
    if len(new.comparisons) != len(old.comparisons):
        return Shift("", "", float("inf"))
    return max(shifts, key=lambda shift: shift.bits)
