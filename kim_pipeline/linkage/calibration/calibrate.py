"""From match weights to probabilities and cuts, without one labelled pair.

Competition gives a curve, exclusivity lets rivals share, a regression on the result gives better
weights, and all is done again with these. docs/calibration.md tells why and how well.
"""

from dataclasses import dataclass

import numpy as np

from kim_pipeline.linkage.calibration.census import census
from kim_pipeline.linkage.calibration.cuts import best_cut
from kim_pipeline.linkage.calibration.facts import coverage, duplicates, triangle_recall
from kim_pipeline.linkage.calibration.ground import Ground, Standing, lay_out
from kim_pipeline.linkage.calibration.identifier import identifier_recall
from kim_pipeline.linkage.calibration.knockout import knock_out
from kim_pipeline.linkage.calibration.quality import CalibrationFacts
from kim_pipeline.linkage.calibration.rounds import stand
from kim_pipeline.linkage.calibration.support import Support, support
from kim_pipeline.linkage.model import LinkModel
from kim_pipeline.linkage.pairs import Floats, ScoredPairs
from kim_pipeline.linkage.records import Records

DIGITS = 9


@dataclass(frozen=True)
class Calibrated:
    """What is thought of n pairs, in their order.

    probability: float64 (n,), 1 where must, 0 where cannot.
    least: float64 (n,), the cut of the pair's sources: admitted when probability >= least.
    facts: what the alarms look at. support: what `estimate_quality` needs besides.
    """

    probability: Floats
    least: Floats
    facts: CalibrationFacts
    support: Support


def calibrate(records: Records, pairs: ScoredPairs, model: LinkModel) -> Calibrated:
    """Give every pair the probability that both records are one person, and find the cuts."""
    ground = lay_out(census(records), pairs, model.prior)
    standing = stand(ground)
    # Sums may differ in their last digits between machines; decisions must not.
    probability = np.round(standing.chance, DIGITS)
    known = support(ground, standing)
    least = _cuts(ground, probability, known)
    return Calibrated(probability, least, _facts(ground, standing, least), known)


def _cuts(ground: Ground, probability: Floats, known: Support) -> Floats:
    least = np.ones(len(probability))
    for field in ground.fields:
        missed = float(known.unseen[field.sources].sum())
        least[field.rows] = best_cut(probability[field.rows], missed)
    return least


def _facts(ground: Ground, standing: Standing, least: Floats) -> CalibrationFacts:
    taken = standing.chance >= least
    hidden, relinked = knock_out(ground, standing, least)
    return CalibrationFacts(
        coverage=coverage(ground, standing),
        duplicates=duplicates(ground, standing),
        hidden=hidden,
        relinked=relinked,
        triangle_recall=triangle_recall(ground, taken),
        identifier_recall=identifier_recall(ground, standing, least),
        monotone=all(found.monotone for found in standing.judgements.values()),
        fitted_pairs=standing.fitted,
    )
