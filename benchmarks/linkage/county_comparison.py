"""All ways on the county set, seed by seed, and their means."""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.linkage import clk, estimates, ours
from benchmarks.linkage.county import make_county
from benchmarks.linkage.county_table import HEAD, Row, mean_rows, render_groups, row
from benchmarks.linkage.found import load_found
from benchmarks.linkage.fresh_process import Usage, run_module
from benchmarks.linkage.link_set import LinkSet

NAMES = {
    "ours": "ours: tokens, stored model, no truth",
    "ours_trained": "ours: tokens, model learnt from them, no truth",
    "ours_best": "ours: tokens, cut chosen by truth",
    "ours_no_numbers": "ours: tokens, without AZR numbers and notes",
    "plaintext_ours": "plaintext, same features, our calibration",
    "splink_features": "Splink, plaintext, same features *",
    "splink_fuzzy": "Splink, plaintext, our forms and Jaro-Winkler *",
    "splink_usual": "Splink, plaintext, usual comparisons *",
    clk.NAME: "clkhash + anonlink *",
    "exact_key": "HMAC of name and birth date",
}
STAR = "* threshold chosen by truth, for pairs and for clusters separately"


@dataclass(frozen=True)
class Compared:
    """One set: its rows, F1 by group as text, and the estimates held against the truth."""

    rows: list[Row]
    groups: str
    judged: list[estimates.Judged]


def compare(scale: float, seeds: Sequence[int], errors: float) -> Iterator[str]:
    """Make every set, run every way on it in a fresh process, and tell as it goes."""
    tables, judged = [], []
    for seed in seeds:
        with tempfile.TemporaryDirectory() as name:
            data = make_county(Path(name) / "county", scale, seed, errors)
            counts = data.records["source"].value_counts(sort=False).to_dict()
            yield f"\nseed {seed}: {counts}, {len(set(data.persons))} persons"
            done = compare_set(data)
        tables.append(done.rows)
        judged.extend(done.judged)
        yield "\n".join([HEAD, *(r.render() for r in done.rows), "", done.groups])
    if len(tables) > 1:
        yield "\n".join([f"\nmean of {len(tables)} seeds", HEAD])
        yield "\n".join(r.render() for r in mean_rows(tables))
    yield STAR
    if judged:
        yield "\n" + estimates.render(judged)


def compare_set(data: LinkSet) -> Compared:
    """Run all ways on one set."""
    rows, groups, judged = [], "", []
    for way, name in NAMES.items():
        usage = _run(way, data)
        found = load_found(data.folder, way)
        made, evaluated = row(name, found, data, usage)
        rows.append(made)
        if way == "ours":
            groups = render_groups(evaluated.by_nationality_group)
            said = estimates.load_estimates(data.folder / ours.ESTIMATES)
            labels = found.groups[1.0]
            judged = estimates.judge(said, labels, data.records, data.persons)
    return Compared(rows, groups, judged)


def _run(way: str, data: LinkSet) -> Usage:
    if way == clk.NAME:
        return clk.link(data)
    return run_module("benchmarks.linkage.way", way, data.folder)
