"""What nobody may know to exist in a town, and where published counts would prove it.

Noise does not help there: zero stays zero, so whatever is shown above it proves that there is
somebody. The catalogue gives such an indicator no table by town; another one may still count the
same persons, or fewer of them, town by town.
"""

from collections.abc import Iterable, Iterator, Mapping

from kim_pipeline.disclosure.interval_attack import attack_intervals
from kim_pipeline.disclosure.margins import Margins
from kim_pipeline.disclosure.seen_counts import Place
from kim_pipeline.indicators.conditions import Condition, Population
from kim_pipeline.indicators.indicator import TOWN, Indicator

# No list of values holds it.
_ANYTHING = frozenset(("\x00",))


def proved_in_towns(
    margins: Mapping[Population, Margins], indicators: Iterable[Indicator]
) -> tuple[tuple[Population, Place], ...]:
    """Find the counts in towns that are at least 1 for certain and must not be known to exist."""
    hidden = [i.numerator for i in indicators if i.existence_sensitive and i.numerator]
    return tuple(
        (who, place)
        for who, system in margins.items()
        for place in _proved(who, system, hidden)
        if hidden
    )


def _proved(who: Population, system: Margins, hidden: list[Population]) -> Iterator[Place]:
    at = [
        i
        for i, place in enumerate(system.places)
        if system.true[i] >= 1
        and any(dimension == TOWN for dimension, _ in place)
        and any(_lies_in(who, place, population) for population in hidden)
    ]
    for one in attack_intervals(system, at) if at else ():
        if one.low >= 1:
            yield system.places[one.at]


def _lies_in(who: Population, place: Place, whole: Population) -> bool:
    """Tell whether the persons counted at a place are all of a population."""
    values = {dimension: frozenset((value,)) for dimension, value in place}
    values |= {c.column: listed for c in who if (listed := _listed(c))}
    return all(c in who or _listed(c) >= values.get(c.column, _ANYTHING) for c in whole)


def _listed(condition: Condition) -> frozenset[str]:
    """Give the values one of which a condition asks for; none if it asks for something else."""
    operand = condition.operand
    if condition.operator == "any_of" and isinstance(operand, tuple):
        return frozenset(operand)
    return frozenset()
