"""`kim simulate`: invented deliveries of all sources, with the truth beside them."""

from pathlib import Path
from typing import Annotated

import typer

from kim_pipeline.commands.output import say
from kim_pipeline.kreis import Kreis, read_kreis
from kim_pipeline.settings import read_settings
from kim_pipeline.simulation import deliveries
from kim_pipeline.simulation.place import Place, Town


def simulate(
    out: Annotated[Path, typer.Option(help="Folder for the deliveries and the truth.")],
    persons: Annotated[
        int, typer.Option(min=1, help="Foreign residents in the first month.")
    ] = 8448,
    months: Annotated[int, typer.Option(min=1, help="Months to deliver.")] = 15,
    seed: Annotated[int, typer.Option(help="Same seed, same bytes.")] = 1,
) -> None:
    """Invent a Kreis and write the deliveries of its authorities, month by month."""
    kreis = read_kreis(read_settings().config)
    invent(kreis, out, persons, months, seed)


def invent(kreis: Kreis, out: Path, persons: int, months: int, seed: int) -> None:
    """Simulate the towns of a Kreis from its first month on."""
    deliveries.simulate(place(kreis), out, persons, kreis.first_month, months, seed, progress=say)


def place(kreis: Kreis) -> Place:
    """Give the simulation what it knows of a Kreis: its name and towns."""
    return Place(kreis.name, tuple(Town(t.ags, t.name, t.weight) for t in kreis.towns))
