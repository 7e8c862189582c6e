"""The county table: all ways side by side, peers at the threshold that truth chooses for them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from benchmarks.linkage.found import Found
from benchmarks.linkage.fresh_process import Usage
from benchmarks.linkage.link_set import LinkSet
from benchmarks.linkage.thresholds import best
from kim_pipeline.linkage.evaluate import Agreement, Evaluation, evaluate

HEAD = (
    f"{'':<50}{'pair P':>8}{'R':>8}{'F1':>8}{'cluster F1':>12}{'right':>8}"
    f"{'false merges':>19}{'train s':>9}{'link s':>8}{'MiB':>7}"
)


@dataclass(frozen=True)
class Row:
    """What one way reached on one set; shares of 1, seconds, MiB.

    precision, recall, f1: pairs it links directly. cluster_f1: all pairs inside its clusters.
    right: persons with two records or more whose cluster holds exactly these. merges, clusters:
    clusters that mix persons, and all.
    """

    name: str
    precision: float
    recall: float
    f1: float
    cluster_f1: float
    right: float
    merges: float
    clusters: float
    usage: Usage

    def render(self) -> str:
        """Write the row as a line under `HEAD`."""
        share = 100 * self.merges / max(self.clusters, 1)
        train = self.usage.seconds.get("train", 0.0)
        link = self.usage.seconds.get("link", 0.0) + self.usage.seconds.get("encode", 0.0)
        return (
            f"{self.name:<50}{self.precision:>8.4f}{self.recall:>8.4f}{self.f1:>8.4f}"
            f"{self.cluster_f1:>12.4f}{100 * self.right:>7.2f}%"
            f"{f'{self.merges:.0f} ({share:.2f} %)':>19}{train:>9.1f}{link:>8.1f}"
            f"{self.usage.peak_mib:>7}"
        )


def row(name: str, found: Found, data: LinkSet, usage: Usage) -> tuple[Row, Evaluation]:
    """Judge a way at its best thresholds; a way that has but one is judged at that."""
    at = best(found, data.persons)
    judged = evaluation(at.labels, data)
    made = Row(
        name,
        at.pairs.precision,
        at.pairs.recall,
        at.pairs.f1,
        judged.pairs.f1,
        judged.persons.recall,
        judged.false_merges,
        len(np.unique(at.labels)),
        usage,
    )
    return made, judged


def evaluation(labels: np.ndarray, data: LinkSet) -> Evaluation:
    """Hold clusters of records against the truth."""
    links = data.records[["source", "record_pseudonym"]].assign(person_id=labels)
    return evaluate(links, data.records)


def mean_rows(tables: Sequence[Sequence[Row]]) -> list[Row]:
    """Average the rows of several sets, way by way."""
    return [_mean(rows) for rows in zip(*tables, strict=True)]


def _mean(rows: Sequence[Row]) -> Row:
    numbers = [f for f in Row.__dataclass_fields__ if f not in ("name", "usage")]
    means = {n: float(np.mean([getattr(row, n) for row in rows])) for n in numbers}
    parts = sorted({part for row in rows for part in row.usage.seconds})
    seconds = {p: float(np.mean([r.usage.seconds.get(p, 0.0) for r in rows])) for p in parts}
    peak = max(row.usage.peak_mib for row in rows)
    return Row(rows[0].name, **means, usage=Usage(seconds=seconds, peak_mib=peak))


def render_groups(groups: dict[str, Agreement]) -> str:
    """Write F1 by nationality group with its distance to the mean of the groups."""
    frame = pd.Series({name: found.f1 for name, found in groups.items()})
    mean = frame.mean()
    lines = [f"{'F1 by nationality group':<40}{'F1':>8}{'true pairs':>12}{'to mean':>9}"]
    for name, found in groups.items():
        lines.append(f"{name:<40}{found.f1:>8.4f}{found.true:>12}{found.f1 - mean:>+9.4f}")
    return "\n".join(lines)
