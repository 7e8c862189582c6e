"""The deliveries of all sources for a row of months, and the truth behind them.

A large population is a row of Kreise: each is invented, delivered and forgotten before the next, so
that memory does not grow with the number of people.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from math import ceil
from multiprocessing import get_context
from pathlib import Path
from shutil import rmtree

from kim_pipeline.simulation.assumptions import assumptions
from kim_pipeline.simulation.asylum_benefits import deliver_asylum_benefits
from kim_pipeline.simulation.case_management import deliver_case_management
from kim_pipeline.simulation.dates import add_months
from kim_pipeline.simulation.immigration_office import deliver_immigration_office
from kim_pipeline.simulation.job_centre import deliver_job_centre
from kim_pipeline.simulation.joining import join
from kim_pipeline.simulation.place import Place
from kim_pipeline.simulation.truth import write_truth
from kim_pipeline.simulation.world import Block, World, invent_world

Progress = Callable[[str], None]
_WRITERS = {
    "immigration_office": deliver_immigration_office,
    "job_centre": deliver_job_centre,
    "case_management": deliver_case_management,
    "asylum_benefits": deliver_asylum_benefits,
}
# Each Kreis needs numbers of its own, see kim_pipeline.simulation.numbers.
MOST_BLOCKS = 90


@dataclass(frozen=True)
class Plan:
    """What to invent: `persons` foreign residents at the end of the first month, in all Kreise."""

    place: Place
    persons: int
    first_month: date
    months: int
    seed: int
    errors: float = 1.0
    full_kreis: int | None = None

    @property
    def calendar(self) -> list[date]:
        """Return the months to deliver."""
        return [add_months(self.first_month, step) for step in range(self.months)]

    @property
    def sizes(self) -> list[int]:
        """Return the foreign residents of each Kreis: full ones, and the rest in the last."""
        full = self.full_kreis or persons_at(1.0)
        number = ceil(self.persons / full)
        if number > MOST_BLOCKS:
            raise ValueError(f"{number} Kreise are too many; at most {MOST_BLOCKS} can be told.")
        return [min(full, self.persons - full * index) for index in range(number)]

    def world(self, index: int, progress: Progress) -> World:
        """Invent one Kreis."""
        return invent_world(
            self.place,
            persons=self.sizes[index],
            first_month=self.first_month,
            months=self.months,
            seed=self.seed,
            progress=progress,
            errors=self.errors,
            block=Block(index, len(self.sizes)),
        )


def persons_at(scale: float) -> int:
    """Return the foreign residents at a scale; 1 is one whole Kreis."""
    return max(1, round(assumptions().number("residents_of_a_kreis") * scale))


def blocks(  # noqa: PLR0913, PLR0917 (the public parameters of a simulation)
    place: Place,
    scale: float,
    first_month: date,
    months: int,
    seed: int,
    errors: float = 1.0,
    full_kreis: int | None = None,
) -> Iterator[World]:
    """Yield the Kreise of a population one after another, without writing anything.

    Each world is told for so many months; `deliver` writes one of its months, and
    `world.immigration_office` and its like hold the records. Forget a world before the next.
    """
    plan = Plan(place, persons_at(scale), first_month, months, seed, errors, full_kreis)
    for index in range(len(plan.sizes)):
        yield plan.world(index, _silent)


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
    *,
    errors: float = 1.0,
    processes: int = 1,
    full_kreis: int | None = None,
) -> None:
    """Invent the Kreise and write the deliveries of all months and the truth.

    The same arguments give the same bytes, whatever the number of processes. `full_kreis` is the
    number of foreign residents from which on there is another Kreis, that of scale 1 if not given.
    """
    tell = progress or _silent
    plan = Plan(place, persons, first_month, months, seed, errors, full_kreis)
    for part in _parts(plan, out, processes, tell):
        if part != out:
            join(part, out)
            rmtree(part)


def _parts(plan: Plan, out: Path, processes: int, tell: Progress) -> Iterator[Path]:
    """Yield the folders with the deliveries of each Kreis; the first one is written in place."""
    folders = [out] + [out / f".part-{index}" for index in range(1, len(plan.sizes))]
    if processes == 1 or len(folders) == 1:
        for index, folder in enumerate(folders):
            _write(plan, index, folder, tell)
            yield folder
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        jobs = [pool.submit(_write, plan, index, f) for index, f in enumerate(folders)]
        for job, folder in zip(jobs, folders, strict=True):
            tell(f"{job.result()} delivered")
            yield folder


def _write(plan: Plan, index: int, out: Path, tell: Progress | None = None) -> str:
    """Invent one Kreis, write all its deliveries and its truth, and return its name."""
    tell = tell or _silent
    world = plan.world(index, tell)
    for month in plan.calendar:
        deliver(world, month, out)
        tell(f"{world.place.name}: {month:%Y-%m} delivered")
    write_truth(world, plan.calendar, out)
    return world.place.name


def _silent(message: str) -> None:
    """Say nothing."""
