"""Estimated quality of links for readers: rounded bands.

They are shown where as many persons stand behind them as behind any published share.
"""

import math
from collections.abc import Mapping
from typing import Any

from kim_pipeline.disclosure.ledger import Entry
from kim_pipeline.disclosure.protect import PUBLISHED
from kim_pipeline.warehouse.link_estimates import LinkEstimate
from kim_pipeline.warehouse.schema.published import ESTIMATE_FIGURES

ESTIMATED, NOT_IDENTIFIED, WITHHELD = "estimated", "not_identified", "withheld"
# A step is never finer than one person: half a percent of 200, one percent of 100.
FINEST_BASE = 200
COARSE_STEP = 1.0
FINEST_STEP = 0.5
# The method identifies nothing on fewer than 100 pairs, counted exactly; noise on persons found is
# at most 7, and each of them stands for a pair. From here on there are 100 pairs in any case, so
# that whether an estimate stands there tells nothing about an exact count.
LEAST_BASE = 107

Band = Mapping[str, Any]
_NOTHING: Band = dict.fromkeys(ESTIMATE_FIGURES)


def shown_band(estimate: LinkEstimate | None, link: Entry) -> Band:
    """Give the figures and `estimate_status` that may be shown beside a link rate.

    The step follows the protected number of persons found; bands are rounded outwards, so that they
    hold what they held. Beside a rate that is withheld itself, or on few protected persons, the
    estimate is withheld before anything else about it is looked at.
    """
    if link.status != PUBLISHED or (link.numerator or 0) < LEAST_BASE:
        return {**_NOTHING, "estimate_status": WITHHELD}
    if estimate is None or not estimate.identified:
        return {**_NOTHING, "estimate_status": NOT_IDENTIFIED}
    step = step_of(link.numerator or 0)
    rounded = {name: _rounded(getattr(estimate, name), step, name) for name in ESTIMATE_FIGURES}
    return {**rounded, "estimate_status": ESTIMATED}


def step_of(base: int) -> float:
    """Give the step, in percent, to which an estimate on so many persons is rounded."""
    return COARSE_STEP if base < FINEST_BASE else FINEST_STEP


def _rounded(share: float, step: float, name: str) -> float:
    # A hair of slack, or .995 in binary would be rounded away from itself.
    steps = round(100 * min(max(share, 0.0), 1.0) / step, 6)
    if name.endswith("_low"):
        return step * math.floor(steps)
    return step * (math.ceil(steps) if name.endswith("_high") else math.floor(steps + 0.5))
