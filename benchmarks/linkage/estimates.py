"""The precision and recall that a run says of itself, held against the truth, cell by cell."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.linkage.found import Ints, pairs_of

NOT_KNOWN = "UNKNOWN"
CELL = ["source", "other_source", "nationality_group"]


@dataclass(frozen=True)
class Judged:
    """One estimate and the truth; None where nothing was found or there was nothing to find."""

    estimate: Mapping[str, Any]
    precision: float | None
    recall: float | None

    def error(self, measure: str) -> float | None:
        """Give estimate minus truth, as a share."""
        truth = getattr(self, measure)
        return None if truth is None else float(self.estimate[measure] - truth)

    def covered(self, measure: str) -> bool | None:
        """Say whether the band holds the truth."""
        truth = getattr(self, measure)
        low, high = (self.estimate[f"{measure}_{end}"] for end in ("low", "high"))
        return None if truth is None else bool(low <= truth <= high)

    @property
    def kind(self) -> str:
        """Name the kind of cell: all, between sources, inside one, a group of people."""
        source, other, group = (self.estimate[name] for name in CELL)
        if source and group:
            return "source pair and group"
        if group:
            return "group"
        if not source:
            return "all"
        return "inside a source" if source == other else "between sources"


def load_estimates(path: Path) -> list[dict[str, Any]]:
    """Read the estimates a run has left; none where it made none."""
    read: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))
    return read


def judge(
    estimates: Iterable[Mapping[str, Any]], labels: Ints, records: pd.DataFrame, persons: Ints
) -> list[Judged]:
    """Hold every estimate against the pairs inside clusters of its cell.

    A pair belongs to the sources of its records, and to the nationality group of the first or, if
    that is not known, of the second.
    """
    found = _cells(labels, records, persons, labels)
    true = _cells(persons, records, persons, labels)
    judged = []
    for estimate in estimates:
        cell = tuple(estimate[name] for name in CELL)
        many, right = found.get(cell, (0, 0))
        there, met = true.get(cell, (0, 0))
        judged.append(
            Judged(estimate, right / many if many else None, met / there if there else None)
        )
    return judged


def _cells(
    by: Ints, records: pd.DataFrame, persons: Ints, labels: Ints
) -> dict[tuple[str, ...], tuple[int, int]]:
    """Count, per cell and its margins, the pairs with one value of `by`, and those right."""
    left, right = pairs_of(by)
    both = (persons[left] == persons[right]) & (labels[left] == labels[right])
    sources, groups = (records[n].to_numpy(dtype=object) for n in ("source", "nationality_group"))
    one, other = sources[left], sources[right]
    pairs = pd.DataFrame(
        {
            "source": np.where(one <= other, one, other),
            "other_source": np.where(one <= other, other, one),
            "nationality_group": np.where(groups[left] != NOT_KNOWN, groups[left], groups[right]),
            "both": both,
        }
    )
    counts: dict[tuple[str, ...], tuple[int, int]] = {}
    for empty in ([], CELL[:2], CELL[2:], CELL):
        shown = pairs.assign(**dict.fromkeys(empty, ""))
        for cell, part in shown.groupby(CELL)["both"]:
            counts[tuple(map(str, cell))] = (len(part), int(part.sum()))
    return counts


def render(judged: Iterable[Judged]) -> str:
    """Write, per kind of cell, the largest errors and how many bands hold the truth."""
    rows = [_row(kind, part) for kind, part in _by_kind(judged).items()]
    head = f"{'estimates against truth':<28}{'cells':>6}{'P error':>9}{'R error':>9}"
    head += f"{'P in band':>11}{'R in band':>11}  (largest error, percentage points)"
    return "\n".join([head, *rows])


def _by_kind(judged: Iterable[Judged]) -> dict[str, list[Judged]]:
    parts: dict[str, list[Judged]] = {}
    for one in judged:
        known = "" if one.estimate["identified"] else ", not identified"
        parts.setdefault(one.kind + known, []).append(one)
    return parts


def _row(kind: str, part: list[Judged]) -> str:
    line = f"{kind:<28}{len(part):>6}"
    for measure in ("precision", "recall"):
        errors = [abs(e) for e in (one.error(measure) for one in part) if e is not None]
        line += f"{100 * max(errors, default=0):>9.2f}"
    for measure in ("precision", "recall"):
        held = [c for c in (one.covered(measure) for one in part) if c is not None]
        line += f"{f'{sum(held)} of {len(held)}':>11}"
    return line
