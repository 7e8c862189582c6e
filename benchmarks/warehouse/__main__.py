"""Benchmarks of the warehouse: `python -m benchmarks.warehouse [--scales .1,1] [--months 36]`.

A Kreis of invented records for each scale, each in a fresh process with a server of its own; then
what every step took, beside its target, and how it grows from one scale to the next.
"""

import tempfile
from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated

import typer

from benchmarks.disclosure.speed import protect
from benchmarks.linkage.fresh_process import Usage, peak_mib, processor_seconds, run_module
from benchmarks.warehouse import steps

# Seconds, for a whole Kreis and 36 months.
TARGETS = {
    steps.NEW_MONTH: 5.0,
    steps.CORRECTION: 3.0,
    steps.SPELLS_BUILT: None,
    steps.SPELLS: None,
    steps.SPELLS_AGAIN: None,
    steps.ALL_BUILT: None,
    steps.NEW_BUILT: None,
    steps.ONE_AGAIN: 4.0,
    steps.ALL_AGAIN: 90.0,
    steps.FIRST_CORRECTED: 3.0,
    steps.FIRST_AGAIN: 90.0,
    steps.AS_OF: 0.1,
    steps.ONE_MEASURED: 1.0,
    steps.ALL_MEASURED: 20.0,
    steps.QUERIES: None,
}
P95_TARGET = 1.0
CELLS, CELLS_TARGET = 5_000_000, 10.0


def main(
    scales: Annotated[str, typer.Option(help="Sizes of the Kreis, with commas.")] = ".1,1",
    months: Annotated[int, typer.Option(min=2, help="Months of history.")] = 36,
    again: Annotated[bool, typer.Option(help="Also correct the first month.")] = True,
    cells: Annotated[int, typer.Option(help="Cells protected.")] = CELLS,
) -> None:
    """Print a table per scale, the growth, and the time to protect; nothing stays."""
    done: dict[float, Usage] = {}
    for scale in map(float, scales.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            how = "again" if again else "once"
            done[scale] = run_module("benchmarks.warehouse.run", folder, *_text(scale, months), how)
        _table(scale, months, done[scale])
    _growth(done)
    _protection(cells)


def _text(scale: float, months: int) -> tuple[str, str]:
    return f"{scale:g}", str(months)


def _table(scale: float, months: int, usage: Usage) -> None:
    facts = usage.facts
    print(
        f"\nscale {scale:g}, {months} months: {facts['rows']:,.0f} rows of history (written in "
        f"{facts['writing']:.0f} s), {facts['person months']:,.0f} person months, "
        f"{facts['cells']:,.0f} cells a month, {facts['MiB']:,.0f} MiB",
        flush=True,
    )
    print(f"  {'':<42}{'s':>8}{'target':>8}{'cpu s':>8}{'peak MiB':>10}{'server':>8}")
    for name, target in TARGETS.items():
        if name in usage.seconds:
            limit = "" if target is None else f"{target:g}"
            numbers = f"{usage.seconds[name]:>8.2f}{limit:>8}{usage.cpu[name]:>8.2f}"
            print(f"  {name:<42}{numbers}{usage.peaks[name]:>10,}{facts[f'server {name}']:>8,.0f}")
    print(f"  {'a query of an analyst, p95':<42}{facts['p95']:>8.2f}{P95_TARGET:>8g}")
    slowest = _queries(facts)
    print(f"  slowest of the ten, at their best: {slowest}", flush=True)


def _queries(facts: Mapping[str, float]) -> str:
    taken = {n.removeprefix("query "): s for n, s in facts.items() if n.startswith("query ")}
    worst = sorted(taken, key=lambda name: -taken[name])[:3]
    return ", ".join(f"{name} {taken[name]:.2f} s" for name in worst)


def _growth(done: Mapping[float, Usage]) -> None:
    for small, large in pairwise(done):
        print(f"\nscale {small:g} -> {large:g} (x {large / small:g}): clock, cpu")
        for name in TARGETS:
            if name in done[small].seconds and name in done[large].seconds:
                times = [
                    getattr(done[large], kind)[name] / max(getattr(done[small], kind)[name], 0.01)
                    for kind in ("seconds", "cpu")
                ]
                print(f"  {name:<42}  x {times[0]:.1f}, x {times[1]:.1f}", flush=True)


def _protection(cells: int) -> None:
    used = processor_seconds()
    best = protect(cells)
    cpu = (processor_seconds() - used) / 3
    print(
        f"\n{cells:,} cells protected: {best.seconds:.1f} s (best of three), target "
        f"{CELLS_TARGET:g}, cpu s {cpu:.1f}, peak {peak_mib():,} MiB"
    )


if __name__ == "__main__":
    typer.run(main)
