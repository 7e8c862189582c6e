"""`kim simulate`: invented deliveries of all sources, with the truth beside them."""

from pathlib import Path
from typing import Annotated

import typer

from kim_pipeline.commands.output import say
from kim_pipeline.kreis import Kreis, read_kreis
from kim_pipeline.settings import read_settings
from kim_pipeline.simulation import deliveries
from kim_pipeline.simulation.place import Place, Town

DEFAULT_SCALE = 0.1


def simulate(  # noqa: PLR0913, PLR0917 (the options of a command)
    out: Annotated[Path, typer.Option(help="Folder for the deliveries and the truth.")],
    scale: Annotated[
        float, typer.Option(min=0.001, help="Size; 1 is one Kreis, more are a row of Kreise.")
    ] = DEFAULT_SCALE,
    persons: Annotated[
        int | None, typer.Option(min=1, help="Foreign residents in the first month, for --scale.")
    ] = None,
    months: Annotated[int, typer.Option(min=1, help="Months to deliver.")] = 15,
    seed: Annotated[int, typer.Option(help="Same seed, same bytes.")] = 1,
    errors: Annotated[
        float, typer.Option(min=0.0, help="Factor for the rates of all clerical errors.")
    ] = 1.0,
    processes: Annotated[
        int, typer.Option(min=1, help="Kreise invented at a time; the bytes stay the same.")
    ] = 1,
) -> None:
    """Invent a Kreis and write the deliveries of its authorities, month by month."""
    kreis = read_kreis(read_settings().config)
    size = persons or deliveries.persons_at(scale)
    invent(kreis, out, size, months, seed, errors=errors, processes=processes)


def invent(  # noqa: PLR0913 (the parameters of a simulation)
    kreis: Kreis,
    out: Path,
    persons: int,
    months: int,
    seed: int,
    *,
    errors: float = 1.0,
    processes: int = 1,
) -> None:
    """Simulate the towns of a Kreis from its first month on."""
    deliveries.simulate(
        place(kreis),
        out,
        persons,
        kreis.first_month,
        months,
        seed,
        say,
        errors=errors,
        processes=processes,
    )


def place(kreis: Kreis) -> Place:
    """Give the simulation what it knows of a Kreis: its name and towns."""
    return Place(kreis.name, tuple(Town(t.ags, t.name, t.weight) for t in kreis.towns))
