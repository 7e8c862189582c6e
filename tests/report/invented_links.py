"""Invented link rates between the sources, with their estimated quality."""

import math
import random

from kim_pipeline.report.figures import Cell, Estimate, LinkRate

GROUPS = ("EU", "UKRAINE", "ASYLUM8", "TURKEY", "WEST_BALKAN", "OTHER")
NO_BAND = Estimate("not_identified")
ESTIMATES = {
    "case_management": {"": Estimate("estimated", (99.0, 100.0), (96.0, 98.5))},
    "immigration_office": {"": Estimate("estimated", (99.0, 100.0), (96.0, 98.5))},
    "job_centre": {
        "": Estimate("estimated", (98.5, 99.5), (97.0, 99.0)),
        "UKRAINE": Estimate("withheld"),
        "ASYLUM8": Estimate("estimated", (96.0, 98.0), (91.0, 95.0)),
    },
}


def invented_links(draw: random.Random) -> tuple[LinkRate, ...]:
    pairs = {
        ("case_management", "immigration_office"): (1_258, 0.951),
        ("immigration_office", "case_management"): (81_322, 0.02),
        ("job_centre", "immigration_office"): (19_600, 0.963),
    }
    shares = dict(zip(GROUPS, (0.2, 0.1, 0.3, 0.2, 0.1, 0.1), strict=True))
    rates = []
    for (source, other), (persons, level) in pairs.items():
        for group, share in {"": 1.0, **shares}.items():
            searched = noisy(draw, persons * share)
            rate = level * (0.9 if group == "ASYLUM8" else 1.0)
            found = min(searched, noisy(draw, searched * rate))
            value = float(math.floor(100 * found / searched + 0.5))
            cell = Cell("published", value, found, searched)
            rates.append(
                LinkRate(source, other, group, cell, ESTIMATES[source].get(group, NO_BAND))
            )
    return tuple(sorted(rates, key=lambda r: (r.source, r.other_source, r.group)))


def noisy(draw: random.Random, count: float) -> int:
    """Give a count as noise leaves it: near the true one, and never one or two."""
    changed = max(0, round(count) + draw.randint(-3, 3))
    return 0 if changed < 3 else changed
