"""Estimated quality of links for readers: rounded bands.

They are shown where as many persons stand behind them as behind any published share.
"""

import math
from collections.abc import Mapping
from typing import Any

from kim_pipeline.disclosure.ledger import Entry
from kim_pipeline.disclosure.protect import PUBLISHED
from kim_pipeline.disclosure.rules import COARSE_STEP, FINE_BASE, has_base
from kim_pipeline.warehouse.link_estimates import LinkEstimate
from kim_pipeline.warehouse.schema.published import ESTIMATE_FIGURES

ESTIMATED, NOT_IDENTIFIED, WITHHELD = "estimated", "not_identified", "withheld"
# Half a percent of 200 is one person, as is one percent of 100 for shares.
FINEST_BASE = 200
FINEST_STEP = 0.5

Band = Mapping[str, Any]
_NOTHING: Band = dict.fromkeys(ESTIMATE_FIGURES)


def shown_band(estimate: LinkEstimate | None, link: Entry) -> Band:
    """Give the figures and `estimate_status` that may be shown beside a link rate.

    The step follows the protected number of persons found; bands are rounded outwards, so that they
    hold what they held. Nothing is shown beside a rate that is withheld itself.
    """
    if estimate is None or not estimate.identified:
        return {**_NOTHING, "estimate_status": NOT_IDENTIFIED}
    if link.status != PUBLISHED or not has_base(estimate.pairs, link.numerator or 0):
        return {**_NOTHING, "estimate_status": WITHHELD}
    step = step_of(link.numerator or 0)
    rounded = {name: _rounded(getattr(estimate, name), step, name) for name in ESTIMATE_FIGURES}
    return {**rounded, "estimate_status": ESTIMATED}


def step_of(base: int) -> float:
    """Give the step, in percent, to which an estimate on so many persons is rounded."""
    if base < FINE_BASE:
        return float(COARSE_STEP)
    return 1.0 if base < FINEST_BASE else FINEST_STEP


def _rounded(share: float, step: float, name: str) -> float:
    # A hair of slack, or .995 in binary would be rounded away from itself.
    steps = round(100 * min(max(share, 0.0), 1.0) / step, 6)
    if name.endswith("_low"):
        return step * math.floor(steps)
    return step * (math.ceil(steps) if name.endswith("_high") else math.floor(steps + 0.5))
