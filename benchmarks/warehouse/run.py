"""All steps of one Kreis, one after another: `FOLDER SCALE MONTHS AGAIN`."""

import shutil
import sys
from os import getloadavg
from pathlib import Path

from benchmarks.linkage.keys import settings_in
from benchmarks.warehouse import steps
from benchmarks.warehouse.steps import Course
from benchmarks.warehouse.tables import OFFICE, SOURCES
from kim_pipeline.warehouse.server import stop_server
from kim_pipeline.warehouse.server_place import data_folder

BACK = 3  # months: the job centre's figures are final after three
CORRECTED = 2  # percent of the rows


def run(course: Course, *, again: bool) -> None:
    """Take every step once; `again` also corrects the first month and restates all after it."""
    last = course.months - 1
    late = last - min(BACK, last)
    _build(course, last)
    _add(course, last)
    _correct(course, late)
    if again:
        _correct_first(course)
    steps.read_earlier(course, late)
    _told(course, steps.AS_OF)
    steps.measure_month(course, steps.ONE_MEASURED, last)
    _told(course, steps.ONE_MEASURED)
    steps.ask(course)
    _told(course, steps.QUERIES)
    for place in range(course.months):
        steps.measure_month(course, steps.ALL_MEASURED, place)
    _told(course, steps.ALL_MEASURED)


def _build(course: Course, last: int) -> None:
    """Build what stands before the new month comes."""
    steps.build_all_spells(course, steps.SPELLS_BUILT, last - 1)
    _told(course, steps.SPELLS_BUILT)
    for place in range(last):
        steps.build_month(course, steps.ALL_BUILT, place)
    _told(course, steps.ALL_BUILT)


def _add(course: Course, last: int) -> None:
    for source in SOURCES:
        steps.enter(course, steps.NEW_MONTH, source, last)
    _told(course, steps.NEW_MONTH)
    steps.build_all_spells(course, steps.SPELLS, last)
    _told(course, steps.SPELLS)
    steps.build_month(course, steps.NEW_BUILT, last)
    _told(course, steps.NEW_BUILT)


def _correct(course: Course, late: int) -> None:
    steps.enter(course, steps.CORRECTION, OFFICE, late, CORRECTED)
    _told(course, steps.CORRECTION)
    steps.build_month(course, steps.ONE_AGAIN, late)
    _told(course, steps.ONE_AGAIN)
    for place in range(course.months):
        steps.build_month(course, steps.ALL_AGAIN, place)
    _told(course, steps.ALL_AGAIN)
    steps.build_all_spells(course, steps.SPELLS_AGAIN, course.months - 1)
    _told(course, steps.SPELLS_AGAIN)


def _correct_first(course: Course) -> None:
    """Correct the month that every later one looks back to: the dearest restatement there is."""
    steps.enter(course, steps.FIRST_CORRECTED, OFFICE, 0, CORRECTED)
    _told(course, steps.FIRST_CORRECTED)
    for place in range(course.months):
        steps.build_month(course, steps.FIRST_AGAIN, place)
    _told(course, steps.FIRST_AGAIN)


def _told(course: Course, name: str) -> None:
    """Tell what is done meanwhile, beside the result."""
    usage = course.meter.usage
    times = f"{usage.seconds[name]:.2f} s, {usage.cpu[name]:.2f} cpu s, load {getloadavg()[0]:.1f}"
    peaks = f"{usage.peaks[name]} MiB, server {usage.facts[f'server {name}']:.0f} MiB"
    sys.stderr.write(f"{name}: {times}, {peaks}\n")


def main() -> None:
    """Make the Kreis, measure it, report, and leave nothing behind."""
    settings = settings_in(Path(sys.argv[1]))
    scale, months, again = float(sys.argv[2]), int(sys.argv[3]), sys.argv[4] == "again"
    try:
        course = steps.prepare(settings, scale, months)
        run(course, again=again)
        course.meter.usage.facts |= steps.sizes(course)
        course.meter.usage.report()
    finally:
        stop_server(settings)
        # Root keeps the data outside the working folder.
        shutil.rmtree(data_folder(settings).parent, ignore_errors=True)


if __name__ == "__main__":
    main()
