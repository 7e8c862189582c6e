"""Attack our own protection and its alternatives: `python -m benchmarks.disclosure`.

Everything is invented: 80,000 persons, ten towns, thirteen months.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated

import typer

from benchmarks.disclosure import insider, margin_attacks, speed, time_attacks
from benchmarks.disclosure.methods import MONTHLY, OURS, ROUNDING, SUPPRESSION, Method
from benchmarks.disclosure.population import Month, months

WAYS = (OURS, SUPPRESSION, ROUNDING)
LARGE, MIDDLE, SMALL = 0, 4, 9


def main(
    persons: Annotated[int, typer.Option(help="Persons of the invented Kreis.")] = 80_000,
    seed: Annotated[int, typer.Option(help="Another seed, another Kreis.")] = 1,
    cells: Annotated[int, typer.Option(help="Small cells attacked in each town.")] = 60,
    protected: Annotated[int, typer.Option(help="Cells protected to take the time.")] = 5_000_000,
) -> None:
    """Print one table per attack, in Markdown."""
    lived = months(13, persons, seed)
    for table in (_margins(lived[0], cells), _time(lived), _insider(), _fits(lived[0])):
        typer.echo("\n".join(table) + "\n")
    taken = speed.protect(protected)
    typer.echo(f"{taken.cells:,} cells protected in {taken.seconds:.1f} s")


def _margins(month: Month, cells: int) -> Iterator[str]:
    yield from _head("linear programs on all margins of a town", WAYS)
    for town in (LARGE, MIDDLE, SMALL):
        here = margin_attacks.town_of(month, town)
        found = [margin_attacks.bound(margin_attacks.system(here, way, 3), cells) for way in WAYS]
        name = f"{len(here.persons):,} persons, {found[0].counts} counts of 1 and 2: "
        yield _row(name + "found exactly", (f"{f.exact / f.counts:.0%}" for f in found))
        yield _row(name + "narrowest interval", (str(f.narrowest) for f in found))


def _time(lived: Sequence[Month]) -> Iterator[str]:
    ways = (*WAYS, MONTHLY)
    yield from _head("month after month", ways)
    three = time_attacks.tables(lived)
    found = [time_attacks.difference(three, way) for way in ways]
    name = f"{found[0].cells:,} changes by one person: "
    yield _row(name + "difference right", (f"{f.correct:.0%}" for f in found))
    yield _row(name + "direction right", (f"{f.sign:.0%}" for f in found))
    yield _row(name + "right where a direction shows", (f"{f.trusted:.0%}" for f in found))
    four = time_attacks.tables(lived, time_attacks.FOUR_WAY)
    means = [time_attacks.average(four, way) for way in ways]
    name = f"{means[0].cells} unchanged small cells, mean of 13 months: exact"
    yield _row(name, (f"{m.exact:.0%}" for m in means))


def _insider() -> Iterator[str]:
    yield from _head("insider who knows all others, right about the one", WAYS)
    for count in insider.CELLS:
        found = (f"{insider.accuracy(way, count):.0%}" for way in WAYS)
        yield _row(f"{count} cells hold the person or do not", found)


def _fits(month: Month) -> Iterator[str]:
    yield "| least squares, smallest town | counts of 1–5 | exact | constant guess | mean error |"
    yield "|---|---|---|---|---|"
    here = margin_attacks.town_of(month, SMALL)
    for depth in (2, 3):
        found = margin_attacks.fit(margin_attacks.system(here, OURS, depth))
        shares = f"{found.exact_share:.0%} | {found.guessed_share:.0%}"
        shown = f"{found.counts} | {shares} | {found.mean_error:.1f}"
        yield f"| town and {depth} dimensions published | {shown} |"


def _head(title: str, ways: Iterable[Method]) -> Iterator[str]:
    names = [way.name for way in ways]
    yield _row(title, names)
    yield "|" + "---|" * (len(names) + 1)


def _row(title: str, values: Iterable[str]) -> str:
    return f"| {title} | {' | '.join(values)} |"


if __name__ == "__main__":
    typer.run(main)
