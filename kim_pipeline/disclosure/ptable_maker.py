"""Make a perturbation table: the distribution of the noise for each true count.

Used once, offline: `python -m kim_pipeline.disclosure.ptable_maker`. The pipeline reads the frozen
table (`ptable.json`), since two versions of a solver differ by 1e-8 and that would move published
values now and then.

Source: Fraser and Wooton, "A proposed method for confidentialising tabular output to protect
against differencing" (2005); Giessing, "Computational issues in the design of transition
probabilities and disclosure risk estimation for additive noise" (2016).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from kim_pipeline.errors import DisclosureError

VERSION = "D7-V3-js2/1"
SCALE = 2**63
_FLOOR = 1e-8
_TOLERANCE = 1e-8

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class NoiseRow:
    """The noise a true count may get, ascending, with its probabilities."""

    noise: tuple[int, ...]
    probabilities: tuple[float, ...]


@dataclass(frozen=True)
class Parameters:
    """Largest deviation, variance, and the counts 1..js that are never published.

    `monotone` says, for each count from 1, that probabilities rise up to noise zero (one value
    for all counts is allowed); `stay` is the least probability of noise zero.
    """

    deviation: int
    variance: float
    blocked: int
    monotone: bool | Sequence[bool] = True
    stay: float = 0.0

    @property
    def top(self) -> int:
        """The count from which on the noise is symmetric: no value it reaches is blocked."""
        return self.deviation + self.blocked + (self.blocked > 0)

    def is_monotone(self, count: int) -> bool:
        """Tell whether the row of this count must rise up to noise zero."""
        if isinstance(self.monotone, bool):
            return self.monotone
        return self.monotone[count - 1]


def make_rows(parameters: Parameters) -> tuple[NoiseRow, ...]:
    """Find the noise of maximal entropy for the counts 0 to `top`.

    Unbiased, of bounded variance and deviation; zero stays zero. Raises DisclosureError when no
    distribution fulfils the parameters.
    """
    rows = [make_row(parameters, count) for count in range(1, parameters.top + 1)]
    return (NoiseRow((0,), (1.0,)), *rows)


def make_row(parameters: Parameters, count: int) -> NoiseRow:
    """Find the noise of maximal entropy for one true count from 1.

    Two starting points are tried; the problem is convex, so both end at the same optimum.
    """
    noise = _support(parameters, count)
    lowest = np.where(noise == 0, max(parameters.stay, _FLOOR), _FLOOR)
    bell = np.exp(-noise * noise / (2 * parameters.variance))
    constraints = _constraints(parameters, count, noise)
    for start in (np.full(len(noise), 1 / len(noise)), bell / bell.sum()):
        found = minimize(
            _negative_entropy,
            start,
            jac=_slope,
            bounds=[(low, 1.0) for low in lowest],
            constraints=constraints,
            method="SLSQP",
            options={"maxiter": 2000, "ftol": 1e-15},
        )
        if _violation(found.x, noise, parameters.variance) < _TOLERANCE:
            return NoiseRow(
                tuple(int(v) for v in noise), tuple(float(p) for p in found.x / found.x.sum())
            )
    raise DisclosureError(
        f"No perturbation for count {count} with D={parameters.deviation}, "
        f"V={parameters.variance}, js={parameters.blocked}; allow more variance."
    )


def _negative_entropy(p: Floats) -> float:
    return float(np.sum(p * np.log(p)))


def _slope(p: Floats) -> Floats:
    return np.log(p) + 1


def _support(parameters: Parameters, count: int) -> Floats:
    lowest = max(count - parameters.deviation, 0)
    published = np.arange(lowest, count + parameters.deviation + 1)
    allowed = (published < 1) | (published > parameters.blocked)
    return (published[allowed] - count).astype(np.float64)


def _constraints(parameters: Parameters, count: int, noise: Floats) -> Any:
    square = noise * noise
    constraints: list[dict[str, Any]] = [
        {"type": "eq", "fun": lambda p: p.sum() - 1, "jac": lambda _: np.ones(len(noise))},
        {"type": "eq", "fun": lambda p: noise @ p, "jac": lambda _: noise},
        {
            "type": "ineq",
            "fun": lambda p: parameters.variance - square @ p,
            "jac": lambda _: -square,
        },
    ]
    zero = int(np.searchsorted(noise, 0))
    if parameters.is_monotone(count) and 0 in noise and zero:
        steps = np.eye(len(noise), k=1)[:zero] - np.eye(len(noise))[:zero]
        constraints.append(
            {"type": "ineq", "fun": lambda p: steps @ p, "jac": lambda _: steps},
        )
    return constraints


def _violation(probabilities: Floats, noise: Floats, variance: float) -> float:
    return max(
        abs(float(probabilities.sum()) - 1),
        abs(float(noise @ probabilities)),
        float(noise * noise @ probabilities) - variance,
    )


def thresholds(row: NoiseRow) -> list[int]:
    """Give the upper ends of the noise values on the scale of 63-bit uniform integers."""
    ends = np.floor(np.cumsum(row.probabilities) * float(SCALE))
    return [*(int(end) for end in ends[:-1]), SCALE]


def write_ptable(path: Path, parameters: Parameters, version: str) -> None:
    """Write a perturbation table as integers, one row per true count."""
    rows = [
        {"noise": list(row.noise), "thresholds": thresholds(row)} for row in make_rows(parameters)
    ]
    table = {
        "version": version,
        "deviation": parameters.deviation,
        "variance": parameters.variance,
        "blocked": parameters.blocked,
        "rows": rows,
    }
    path.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_ptable(Path(__file__).with_name("ptable.json"), Parameters(7, 3, 2), VERSION)
