"""Standardised shares: made of protected counts alone, withheld where too little is comparable.

The strata are tables of the catalogue, so that the figure tells nothing which they do not tell.
"""

from kim_pipeline.disclosure import rules
from kim_pipeline.disclosure.noise import Noise
from kim_pipeline.indicators.cells import Strata
from kim_pipeline.indicators.standardised import (
    Counts,
    exact_counts,
    noise_base,
    standardised_share,
)

LEAST_STRATUM = 10
LEAST_COMPARABLE = 0.8


def protected_share(strata: Strata, noise: Noise) -> float | None:
    """Give the share in percent, or None where it may not or cannot honestly be shown.

    A stratum counts when both groups have 10 persons in it, by exact and by protected count; such
    strata must hold 80 % of all persons, and the noise must not exceed that of a share of 30.
    """
    tallies = [t for s in strata.strata for t in (s.numerator, s.denominator, s.compared)]
    noisy = iter(noise.protect(tallies))
    protected = [Counts(*three) for three in zip(noisy, noisy, noisy, strict=True)]
    pairs = zip(exact_counts(strata), protected, strict=True)
    enough = [shown for exact, shown in pairs if _least(exact, shown) >= LEAST_STRATUM]
    everybody = sum(max(counts.both, 0) for counts in protected)
    if sum(counts.both for counts in enough) < LEAST_COMPARABLE * everybody:
        return None
    share = standardised_share(enough)
    # A share, so never finer than whole percent.
    base = min(int(noise_base(enough)), rules.FINE_BASE)
    return None if share is None else rules.rounded_ratio(100 * share, base, "percent")


def _least(*strata: Counts) -> int:
    return min(min(counts.group, counts.compared) for counts in strata)
