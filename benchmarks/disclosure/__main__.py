"""Attack our own protection and its alternatives: `python -m benchmarks.disclosure`.

Everything is invented: 80,000 persons, ten towns, thirteen months.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated

import typer

from benchmarks.disclosure import insider, margin_attacks, revision_attacks, speed, time_attacks
from benchmarks.disclosure.methods import MONTHLY, OURS, ROUNDING, SUPPRESSION, Method
from benchmarks.disclosure.population import SIZES, Month, months
from benchmarks.disclosure.time_attacks import Differencing
from kim_pipeline.disclosure.margins import Margins

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
    states = lived[: revision_attacks.STATES]
    attacks = (_margins(lived[0], cells), _time(lived), _superseded(states, cells))
    for table in (*attacks, _everywhere(states), _insider(), _fits(lived[0])):
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
    yield from _differenced(found, "changes by one person")
    four = time_attacks.tables(lived, time_attacks.FOUR_WAY)
    means = [time_attacks.average(four, way) for way in ways]
    name = f"{means[0].cells} unchanged small cells, mean of 13 months: exact"
    yield _row(name, (f"{m.exact:.0%}" for m in means))


def _differenced(found: Sequence[Differencing], of: str) -> Iterator[str]:
    name = f"{found[0].cells:,} {of}: "
    yield _row(name + "difference right", (f"{f.correct:.0%}" for f in found))
    yield _row(name + "direction right", (f"{f.sign:.0%}" for f in found))
    yield _row(name + "right where a direction shows", (f"{f.trusted:.0%}" for f in found))


def _superseded(states: Sequence[Month], cells: int) -> Iterator[str]:
    yield from _head("a month corrected twice, then with its year", WAYS)
    for town in (LARGE, MIDDLE, SMALL):
        here = [margin_attacks.town_of(state, town) for state in states]
        pages = [revision_attacks.systems(here, way) for way in WAYS]
        for name, first in (("newest page", -1), ("all four pages", 0)):
            read = [of_way[first:] for of_way in pages]
            yield from _known(read, cells, f"{len(here[0].persons):,} persons, {name}: ")
    found = [revision_attacks.difference(states, way, time_attacks.THREE_WAY) for way in WAYS]
    yield from _differenced(found, "revisions by one person")


def _known(read: Sequence[Sequence[Margins]], cells: int, title: str) -> Iterator[str]:
    # Ours is what is judged; the others take ten times as long.
    most = [cells if way is OURS else cells // 3 for way in WAYS]
    found = [revision_attacks.bound(pages, n) for pages, n in zip(read, most, strict=True)]
    name = f"{title}{found[0].counts} counts of 1 to 5 "
    yield _row(name + "found exactly", (f"{f.exact / f.counts:.0%}" for f in found))
    yield _row(name + "bounded to at least", (str(f.narrowest) for f in found))
    fits = [revision_attacks.fit(pages) for pages in read]
    name = f"{title}of {fits[0].counts} least squares finds"
    yield _row(name, (f"{f.exact_share:.0%}" for f in fits))


def _everywhere(states: Sequence[Month]) -> Iterator[str]:
    yield f"| {OURS.name}, all towns | counts | found exactly | known to less than 3 |"
    yield "|---|---|---|---|"
    alone = together = changed = revision_attacks.Known()
    for town in range(SIZES["town"]):
        here = [margin_attacks.town_of(state, town) for state in states]
        pages, enough = revision_attacks.systems(here, OURS), revision_attacks.NARROW
        alone += revision_attacks.bound(pages[-1:], None, enough)
        together += revision_attacks.bound(pages, None, enough)
        changed += revision_attacks.changes(pages, None, enough)
    names = ("counts of 1 to 5, newest page", "the same, all four pages", "changes of 1 to 5")
    for name, found in zip(names, (alone, together, changed), strict=True):
        yield f"| {name} | {found.counts:,} | {found.exact} | {found.narrow} |"


def _insider() -> Iterator[str]:
    yield from _head("insider who knows all others, right about the one", WAYS)
    for count in insider.CELLS:
        found = (f"{insider.accuracy(way, count):.0%}" for way in WAYS)
        yield _row(f"{count} cells hold the person or do not", found)


def _fits(month: Month) -> Iterator[str]:
    yield from _head("least squares, smallest town, counts of 1 to 5", WAYS)
    here = margin_attacks.town_of(month, SMALL)
    for depth in (2, 3):
        fits = [margin_attacks.fit(margin_attacks.system(here, way, depth)) for way in WAYS]
        name = f"town and {depth} dimensions, {fits[0].counts} counts: "
        yield _row(name + "found exactly", (f"{f.exact_share:.0%}" for f in fits))
        yield _row(name + "mean error", (f"{f.mean_error:.1f}" for f in fits))
    yield f"A constant guess finds {fits[0].guessed_share:.0%}."


def _head(title: str, ways: Iterable[Method]) -> Iterator[str]:
    names = [way.name for way in ways]
    yield _row(title, names)
    yield "|" + "---|" * (len(names) + 1)


def _row(title: str, values: Iterable[str]) -> str:
    return f"| {title} | {' | '.join(values)} |"


if __name__ == "__main__":
    typer.run(main)
