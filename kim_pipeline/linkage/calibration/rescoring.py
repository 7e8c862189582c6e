"""Ridge logistic regression on soft labels: which levels mean more together than one by one.

Newton steps with plain sums throughout: no library whose rounding depends on the number of threads.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from kim_pipeline.linkage.pairs import Floats, Ints

ROUNDS = 15
SOLVE_ROUNDS = 400
TOLERANCE = 1e-3
SOLVED = 1e-6
LONGEST_STEP = 3.0
NUMBER_RIDGE = 0.01


@dataclass(frozen=True)
class Design:
    """n rows: `shapes[of]` (0/1, sparse) beside `numbers` float64 (n, f)."""

    shapes: sparse.csr_array
    of: Ints
    numbers: Floats


@dataclass(frozen=True)
class Fit:
    """Coefficients in natural log-odds, of the shapes and of the numbers."""

    shapes: Floats
    numbers: Floats


def fit(design: Design, label: Floats, weight: Floats, ridge: float) -> Fit:
    """Fit soft labels in [0, 1] with row weights; `ridge` draws the shapes to 0."""
    width, extra = design.shapes.shape[1], design.numbers.shape[1]
    penalty = np.concatenate([np.full(width, ridge), np.full(extra, NUMBER_RIDGE)])
    beta = np.zeros(width + extra)
    for _ in range(ROUNDS):
        linear = (design.shapes @ beta[:width])[design.of]
        linear += np.einsum("ij,j->i", design.numbers, beta[width:])
        chance = 1 / (1 + np.exp(-np.clip(linear, -40, 40)))
        slope = _transposed(design, (label - chance) * weight) - penalty * beta
        curvature = _curvature(design, np.maximum(chance * (1 - chance), 1e-7) * weight)
        step = _solve(curvature + np.diag(penalty), slope)
        longest = float(np.abs(step).max())
        beta = beta + step * min(1.0, LONGEST_STEP / max(longest, LONGEST_STEP))
        if longest < TOLERANCE:
            break
    return Fit(beta[:width], beta[width:])


def _transposed(design: Design, values: Floats) -> Floats:
    per_shape = np.bincount(design.of, weights=values, minlength=design.shapes.shape[0])
    numbers = np.einsum("ij,i->j", design.numbers, values)
    return np.concatenate([design.shapes.T @ per_shape, numbers])


def _curvature(design: Design, weight: Floats) -> Floats:
    count = design.shapes.shape[0]
    per_shape = np.bincount(design.of, weights=weight, minlength=count)
    top = (design.shapes.T @ (sparse.diags_array(per_shape) @ design.shapes)).toarray()
    columns = (weight * design.numbers[:, j] for j in range(design.numbers.shape[1]))
    sums = np.column_stack([np.bincount(design.of, weights=c, minlength=count) for c in columns])
    side = design.shapes.T @ sums
    corner = np.einsum("ij,ik,i->jk", design.numbers, design.numbers, weight)
    return np.block([[top, side], [side.T, corner]])


def _solve(matrix: Floats, right: Floats) -> Floats:
    """Solve a positive definite system by conjugate gradients, scaled by its diagonal."""
    scale = 1 / np.sqrt(np.diag(matrix))
    scaled = matrix * scale[:, None] * scale[None, :]
    found, rest = np.zeros_like(right), right * scale
    direction, size = rest.copy(), float(np.einsum("i,i->", rest, rest))
    enough = SOLVED * size
    for _ in range(SOLVE_ROUNDS):
        if size <= enough:
            break
        image = np.einsum("ij,j->i", scaled, direction)
        length = size / float(np.einsum("i,i->", direction, image))
        found += length * direction
        rest -= length * image
        before, size = size, float(np.einsum("i,i->", rest, rest))
        direction = rest + (size / before) * direction
    return np.asarray(found * scale, dtype=np.float64)
