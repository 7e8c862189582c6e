"""Estimated precision and recall of one cell, each with a band for what the method can be wrong by.

The bands are systematic: sampling is the smallest part of them. Their factors were chosen on
development data; docs/calibration.md says how often they hold the truth on other data.
"""

from dataclasses import dataclass

import numpy as np

Z = 1.96
# Share of the expected false and missed pairs by which their number may be wrong.
FALSE_SHARE, MISSED_SHARE = 0.5, 0.5
LEAST_PRECISION_BAND, LEAST_RECALL_BAND = 0.005, 0.01
STILL_UNSEEN = 0.3


@dataclass(frozen=True)
class Cell:
    """What is expected of one cell.

    pairs: how many pairs lie in one person. true, spread: the sums of q and of q (1 - q) over them.
    outside, outside_spread: the same sums over candidates that lie in two persons. unseen: true
    pairs never compared, less than `found` of which lie in one person all the same.
    """

    pairs: float
    true: float
    spread: float
    outside: float
    outside_spread: float
    unseen: float
    found: float

    @property
    def missed(self) -> float:
        """Count the true pairs that are not in one person."""
        return self.outside + self.never

    @property
    def never(self) -> float:
        """Count those that were never compared and stayed apart."""
        return max(self.unseen - self.found, STILL_UNSEEN * self.unseen)

    def precision(self) -> tuple[float, float, float]:
        """Give estimate, lower and upper end."""
        if not self.pairs:
            return 1.0, 0.0, 1.0
        estimate = self.true / self.pairs
        doubt = FALSE_SHARE * (self.pairs - self.true)
        width = (Z * float(np.hypot(np.sqrt(self.spread), doubt)) + 3) / self.pairs
        return _band(estimate, max(width, LEAST_PRECISION_BAND))

    def recall(self) -> tuple[float, float, float]:
        """Give estimate, lower and upper end."""
        true = self.true + self.missed
        if true <= 0:
            return 1.0, 0.0, 1.0
        doubt = (MISSED_SHARE * self.missed) ** 2 + self.spread + self.outside_spread + self.never
        width = (Z * float(np.sqrt(doubt)) + 1) / true
        return _band(self.true / true, max(width, LEAST_RECALL_BAND))


def _band(estimate: float, width: float) -> tuple[float, float, float]:
    low, high = max(estimate - width, 0.0), min(estimate + width, 1.0)
    return round(estimate, 6), round(low, 6), round(high, 6)
