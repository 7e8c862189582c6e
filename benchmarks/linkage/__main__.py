"""Benchmarks of linkage: `python -m benchmarks.linkage county|public|corrupted|scale|attack`."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.linkage import county_comparison, exposure, growth, public_comparison

app = typer.Typer(add_completion=False, help=__doc__)
Scale = Annotated[float, typer.Option(help="1 is a Kreis.")]
Seeds = Annotated[str, typer.Option(help="Seeds, with commas between them.")]


@app.callback()
def main() -> None:
    """Print tables; everything is invented, made anew, and gone afterwards."""


@app.command()
def county(
    scale: Scale = 1.0,
    seeds: Seeds = "1,2,3",
    errors: Annotated[float, typer.Option(help="Factor on all error rates.")] = 1.0,
) -> None:
    """Compare our linkage with its peers on invented deliveries."""
    _tell(county_comparison.compare(scale, [int(seed) for seed in seeds.split(",")], errors))


@app.command()
def public() -> None:
    """Compare on FEBRL4, which others made."""
    _tell(public_comparison.compare_febrl())


@app.command()
def corrupted(scale: Scale = 0.5, seeds: Seeds = "7") -> None:
    """Compare on invented people whom another library has misspelt."""
    for seed in seeds.split(","):
        _tell(public_comparison.compare_corrupted(scale, int(seed)))


@app.command()
def scale(
    scales: Annotated[str, typer.Option(help="Multiples of a Kreis, with commas.")] = "1,10,39",
    keep: Annotated[Path | None, typer.Option(help="Keep the tokens here and use them.")] = None,
    processes: Annotated[int, typer.Option(help="Kreise invented at a time.")] = 1,
) -> None:
    """Measure time and memory of every stage against the number of records."""
    _tell(growth.measure([float(part) for part in scales.split(",")], keep, processes))


@app.command()
def attack(scale: Scale = 1.0, seeds: Seeds = "1,2") -> None:
    """Attack everything that is kept, and the tokens that are not, by frequency."""
    mine, other = (int(seed) for seed in seeds.split(","))
    _tell(exposure.expose(scale, (mine, other)))


def _tell(texts: Iterable[str]) -> None:
    for text in texts:
        print(text, flush=True)


if __name__ == "__main__":
    app()
