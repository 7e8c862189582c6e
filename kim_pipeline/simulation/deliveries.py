"""The deliveries of all sources for a row of months, and the truth behind them."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from kim_pipeline.simulation.case_management import deliver_case_management
from kim_pipeline.simulation.dates import add_months
from kim_pipeline.simulation.immigration_office import deliver_immigration_office
from kim_pipeline.simulation.job_centre import deliver_job_centre
from kim_pipeline.simulation.place import Place
from kim_pipeline.simulation.truth import write_truth
from kim_pipeline.simulation.world import World, invent_world

Progress = Callable[[str], None]
_WRITERS = {
    "immigration_office": deliver_immigration_office,
    "job_centre": deliver_job_centre,
    "case_management": deliver_case_management,
}


def deliver(world: World, month: date, out: Path, sequence: int = 1) -> None:
    """Write the deliveries of all sources for one month to `out/<source>/<YYYY-MM>/`."""
    for source, write in _WRITERS.items():
        folder = out / source / f"{month:%Y-%m}"
        folder.mkdir(parents=True, exist_ok=True)
        write(world, month, folder, sequence)


def simulate(  # noqa: PLR0913, PLR0917 (the public parameters of a simulation)
    place: Place,
    out: Path,
    persons: int,
    first_month: date,
    months: int,
    seed: int,
    progress: Progress | None = None,
) -> None:
    """Invent a Kreis and write the deliveries of all its months and the truth.

    `persons` is the number of foreign residents at the end of the first month. The same arguments
    give the same bytes.
    """
    tell = progress or _silent
    world = invent_world(
        place,
        persons=persons,
        first_month=first_month,
        months=months,
        seed=seed,
        progress=tell,
    )
    calendar = [add_months(first_month, step) for step in range(months)]
    for month in calendar:
        deliver(world, month, out)
        tell(f"{month:%Y-%m} delivered")
    write_truth(world, calendar, out)


def _silent(message: str) -> None:
    """Say nothing."""
