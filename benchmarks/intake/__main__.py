"""Benchmarks of the intake: `python -m benchmarks.intake [--scale 1] [--formats csv,xml,xlsx,sql]`.

Every format is read by us and by others, each in a fresh process, then taken all the way in.
"""

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.intake.files import FORMATS, write
from benchmarks.intake.ways import WAYS
from benchmarks.linkage.fresh_process import Usage, run_module

STREAMED = ("csv", "xml")
GROWTH = 4


def main(
    scale: Annotated[float, typer.Option(help="1 is the size of the promise.")] = 1.0,
    formats: Annotated[str, typer.Option(help="Formats, with commas.")] = ",".join(FORMATS),
    whole: Annotated[bool, typer.Option(help="Also all the way in.")] = True,
) -> None:
    """Print one table per format; everything is invented, and gone afterwards."""
    for form in formats.split(","):
        with tempfile.TemporaryDirectory() as name:
            _measure(form, Path(name) / f"delivery.{form}", int(FORMATS[form] * scale), whole)


def _measure(form: str, path: Path, count: int, whole: bool) -> None:
    write(form, path, count)
    size = path.stat().st_size >> 20
    print(f"\n{form}: {count:,} rows x 20, {size} MiB", flush=True)
    print(f"  {'':<34}{'s':>8}{'cpu s':>8}{'rows/s':>12}{'peak MiB':>10}", flush=True)
    read = {way: _run(form, way, path) for way in ("ours", *WAYS[form])}
    for way, usage in read.items():
        _line(f"read, {way}", usage, "read", count)
    others = [usage for way, usage in read.items() if way != "ours"]
    clock = read["ours"].seconds["read"] / min(usage.seconds["read"] for usage in others)
    cpu = read["ours"].cpu["read"] / min(usage.cpu["read"] for usage in others)
    print(f"  ours / best of the others: {clock:.2f} by the clock, {cpu:.2f} in cpu", flush=True)
    if form in STREAMED:
        _growth(form, path, count)
    if whole:
        taken = _run(form, "whole", path)
        for part in taken.seconds:
            _line(f"whole way: {part}", taken, part, count)


def _growth(form: str, path: Path, count: int) -> None:
    """Stream a file and one of a quarter of its rows: memory should be the same."""
    small = path.with_name(f"small.{form}")
    write(form, small, count // GROWTH)
    for name, file, rows in (("1/4", small, count // GROWTH), ("all", path, count)):
        usage = _run(form, "streamed", file)
        _line(f"streamed, {name} of the rows", usage, "read", rows)


def _run(form: str, way: str, path: Path) -> Usage:
    return run_module("benchmarks.intake.ways", form, way, path)


def _line(name: str, usage: Usage, part: str, count: int) -> None:
    seconds, cpu = usage.seconds[part], usage.cpu[part]
    rate, peak = count / seconds, usage.peaks[part]
    print(f"  {name:<34}{seconds:>8.2f}{cpu:>8.2f}{rate:>12,.0f}{peak:>10,}", flush=True)


if __name__ == "__main__":
    typer.run(main)
