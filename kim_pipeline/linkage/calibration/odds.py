"""Probabilities, odds and bits, kept away from certainty and from rounding."""

import numpy as np

from kim_pipeline.linkage.pairs import Floats

MOST_BITS = 60.0


def bits(probability: Floats) -> Floats:
    """Give the log2 odds, at most `MOST_BITS` either way."""
    least = 2.0**-MOST_BITS
    low = np.maximum(probability, least)
    high = np.maximum(1 - probability, least)
    return np.asarray(np.log2(low) - np.log2(high), dtype=np.float64)


def odds(log_odds: Floats) -> Floats:
    """Turn bits into odds."""
    return np.asarray(np.exp2(np.clip(log_odds, -MOST_BITS, MOST_BITS)), dtype=np.float64)


def probability(log_odds: Floats) -> Floats:
    """Turn bits into a probability."""
    return np.asarray(1 / (1 + np.exp2(-np.clip(log_odds, -MOST_BITS, MOST_BITS))))
