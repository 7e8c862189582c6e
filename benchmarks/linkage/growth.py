"""Time and memory against the number of records: every stage alone, and what drives the growth."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from benchmarks.linkage.county import intake_usages, make_county
from benchmarks.linkage.fresh_process import Usage, run_module
from benchmarks.linkage.link_set import LinkSet

STAGES = (
    "load",
    "arrange",
    "block",
    "block and score",
    "calibrate",
    "clusters",
    "ids",
    "estimates",
)
SEED = 1


@dataclass(frozen=True)
class Measured:
    """One scale: what its blocks took, the stages of the link run, and the run as a whole."""

    records: int
    intake: list[Usage]
    stages: Usage
    whole: Usage


def measure(scales: Sequence[float], keep: Path | None, processes: int) -> Iterator[str]:
    """Make or take every scale, run all stages in fresh processes, tell as it goes."""
    done = []
    for scale in scales:
        with _county(scale, keep, processes) as data:
            done.append(_measured(data))
        yield render(done[-1])
    yield render_growth(done)


@contextmanager
def _county(scale: float, keep: Path | None, processes: int) -> Iterator[LinkSet]:
    if keep is not None:
        folder = keep / f"scale-{scale:g}"
        yield LinkSet(folder) if folder.is_dir() else make_county(folder, scale, SEED, 1, processes)
        return
    with tempfile.TemporaryDirectory() as name:
        yield make_county(Path(name) / "county", scale, SEED, 1, processes)


def _measured(data: LinkSet) -> Measured:
    stages = run_module("benchmarks.linkage.link_stages", data.folder)
    whole = run_module("benchmarks.linkage.link_stages", data.folder, "whole")
    return Measured(int(stages.facts["records"]), intake_usages(data.folder), stages, whole)


def render(found: Measured) -> str:
    """Write the stages of one scale, and the pairs of each key."""
    lines = [f"\n{found.records:,} records", f"{'stage':<34}{'s':>9}{'cpu s':>9}{'peak MiB':>10}"]
    for part, name in (("read", "read: open, parse, type"), ("encode", "encode: fields to tokens")):
        lines.append(_intake(found, part, name))
    lines.extend(_line(stage, found.stages, stage) for stage in STAGES)
    lines.append(_line("link_month as a whole", found.whole, "whole"))
    facts = found.stages.facts
    keys = [name.removeprefix("pairs by ") for name in facts if name.startswith("pairs by ")]
    lines.append(f"candidate pairs: {facts['pairs']:,.0f}")
    for key in sorted(keys, key=lambda key: -facts[f"pairs by {key}"]):
        pairs, left = facts[f"pairs by {key}"], facts[f"left out by {key}"]
        lines.append(f"  {key:<12}{pairs:>14,.0f}   left out, too common: {left:>12,.0f}")
    return "\n".join(lines)


def _intake(found: Measured, part: str, name: str) -> str:
    seconds, cpu = (
        sum(getattr(usage, kind)[part] for usage in found.intake) for kind in ("seconds", "cpu")
    )
    peak = max(usage.peaks[part] for usage in found.intake)
    rate = f"   {found.records / cpu:,.0f} records per cpu second"
    return f"{name:<34}{seconds:>9.1f}{cpu:>9.1f}{peak:>10,}{rate}"


def _line(name: str, usage: Usage, part: str) -> str:
    numbers = f"{usage.seconds[part]:>9.1f}{usage.cpu[part]:>9.1f}{usage.peaks[part]:>10,}"
    return f"{name:<34}{numbers}"


def render_growth(found: Sequence[Measured]) -> str:
    """Say how often the time and the pairs of a scale go into those of the next."""
    lines = ["\ngrowth"]
    for small, large in pairwise(found):
        more = large.records / small.records
        times = {
            "link time": large.whole.seconds["whole"] / small.whole.seconds["whole"],
            "link cpu": large.whole.cpu["whole"] / small.whole.cpu["whole"],
            "candidate pairs": large.stages.facts["pairs"] / small.stages.facts["pairs"],
        }
        said = ", ".join(f"{name} x {factor:.1f}" for name, factor in times.items())
        lines.append(f"  {small.records:,} -> {large.records:,} (x {more:.1f}): {said}")
    return "\n".join(lines)
