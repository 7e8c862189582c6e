"""The steps that are measured, each as the product takes it, in a process of its own."""

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import sqlalchemy as sa

from benchmarks.linkage.keys import demo_keyring
from benchmarks.warehouse.contents import KREIS
from benchmarks.warehouse.meter import Meter
from benchmarks.warehouse.past import World, delivered, month_at, received, write_past
from benchmarks.warehouse.tables import SOURCES, contracts, lives_of, staged
from kim_pipeline.core.build import knowledge_of
from kim_pipeline.core.definitions import read_definitions
from kim_pipeline.core.renewal import renew_month, renew_spells
from kim_pipeline.disclosure.cell_key import record_keys
from kim_pipeline.indicators.catalogue import read_catalogue
from kim_pipeline.indicators.measure import State, measure
from kim_pipeline.settings import Settings
from kim_pipeline.warehouse import deliveries
from kim_pipeline.warehouse.engine import owner_engine, role_engine
from kim_pipeline.warehouse.history import apply_delivery
from kim_pipeline.warehouse.provision import provision
from kim_pipeline.warehouse.server import server_status
from sources.accepting.staging import feeds, reference_codes

NEW_MONTH = "a new month of four sources into history"
CORRECTION = "a late correction of the largest source"
SPELLS_BUILT = "spells, facts and conflicts, from nothing"
SPELLS = "the same, with a new month"
ALL_BUILT = "person_month, all months but it, from nothing"
NEW_BUILT = "person_month, the new month"
ONE_AGAIN = "person_month restated, the corrected month"
ALL_AGAIN = "person_month restated, all months"
SPELLS_AGAIN = "spells restated"
FIRST_CORRECTED = "a correction of the very first month"
FIRST_AGAIN = "person_month restated for it, all months"
AS_OF = "a month as it was known earlier, read"
ONE_MEASURED = "all indicators, one month"
ALL_MEASURED = "all indicators, all months"
QUERIES = "a query of an analyst, mean of ten"
READS = 5
ROUNDS = 3
TEXTS = sorted((Path(__file__).parents[2] / "docs" / "queries").glob("*.sql"))


@dataclass(frozen=True)
class Course:
    """One Kreis to measure: its warehouse, its records, and its meter."""

    settings: Settings
    world: World
    months: int
    meter: Meter

    def month(self, place: int) -> date:
        """Give the month at a place."""
        return month_at(place, self.months)


def prepare(settings: Settings, scale: float, months: int) -> Course:
    """Make a warehouse with all months but the last, as they were delivered."""
    engine = owner_engine(settings)
    towns = {town.ags: town.name for town in KREIS.towns}
    provision(engine, list(staged().values()), reference_codes(), towns)
    pid = server_status(settings).pid
    world = {source: lives_of(source, scale, months) for source in SOURCES}
    course = Course(settings, world, months, Meter(engine, pid or 0))
    start = time.perf_counter()
    with engine.begin() as connection:
        written = write_past(connection, world, months, months - 1)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("VACUUM (ANALYZE)"))
    course.meter.usage.facts |= {"rows": written, "writing": time.perf_counter() - start}
    return course


def enter(course: Course, name: str, source: str, place: int, corrected: int = 0) -> None:
    """Enter a delivery into the history and the book, as acceptance does."""
    tables = course.world[source]
    rows = {table: delivered(lives, place, corrected) for table, lives in tables.items()}
    came = received(course.month(course.months - 1), source) + timedelta(days=bool(corrected))
    with course.meter.step(name) as connection:
        _accept(connection, source, course.month(place), came, rows)


def _accept(
    connection: sa.Connection,
    source: str,
    month: date,
    came: datetime,
    rows: Mapping[str, pa.Table],
) -> None:
    count = sum(table.num_rows for table in rows.values())
    mac = f"{source} {month} {count} new".encode()
    arrival = deliveries.Arrival(source, month, came, mac, "1", "1", count, 0)
    moment = deliveries.next_moment(connection, arrival)
    changes = {
        n: apply_delivery(connection, staged()[n], table, moment) for n, table in rows.items()
    }
    deliveries.record(connection, arrival, moment, deliveries.Outcome("accepted", changes))


def build_month(course: Course, name: str, place: int) -> None:
    """Bring the person months of one month to what is known of it."""
    with course.meter.step(name) as connection:
        known = knowledge_of(connection, course.month(place))
        renew_month(connection, feeds(contracts()), known, read_definitions())


def build_all_spells(course: Course, name: str, place: int) -> None:
    """Bring what does not belong to a month to what is known with the newest one."""
    with course.meter.step(name) as connection:
        known = knowledge_of(connection, course.month(place))
        renew_spells(connection, feeds(contracts()), known, read_definitions())


def read_earlier(course: Course, place: int) -> None:
    """Read a month as it was known before its correction."""
    then = received(course.month(place), SOURCES[-1])
    query = sa.text(
        "SELECT count(*), count(*) FILTER (WHERE sgb2_benefit),"
        " count(*) FILTER (WHERE newly_arrived)"
        " FROM core.person_month_as_of(:then) WHERE month = :month"
    )
    for _ in range(READS):
        with course.meter.step(AS_OF) as connection:
            connection.execute(query, {"then": then, "month": course.month(place)}).all()
    course.meter.share(AS_OF, READS)


def measure_month(course: Course, name: str, place: int) -> None:
    """Count all cells of all indicators of one month."""
    month, catalogue = course.month(place), read_catalogue(KREIS)
    key = demo_keyring(course.settings, SOURCES).record_key_key.secret
    with course.meter.step(name) as connection:
        state = State(month, knowledge_of(connection, month).known_at)
        cells = measure(
            *(connection, state, catalogue.of_month(month), catalogue.labels),
            lambda persons: record_keys(persons, key),
        )
    course.meter.usage.facts["cells"] = len(cells)


def ask(course: Course) -> None:
    """Run the ten queries as an analyst does, several times; 95 of 100 took at most `p95`."""
    engine = role_engine(course.settings, "kim_analyst")
    taken: dict[str, list[float]] = {}
    for path in TEXTS * ROUNDS:
        with course.meter.step(QUERIES, engine) as connection:
            start = time.perf_counter()
            connection.exec_driver_sql(path.read_text("utf-8").replace("%", "%%")).all()
            seconds = time.perf_counter() - start
        taken.setdefault(path.stem, []).append(seconds)
    every = sorted(seconds for runs in taken.values() for seconds in runs)
    usage = course.meter.usage
    course.meter.share(QUERIES, len(every))
    usage.facts["p95"] = every[math.ceil(0.95 * len(every)) - 1]
    usage.facts |= {f"query {name}": min(runs) for name, runs in taken.items()}


def sizes(course: Course) -> dict[str, float]:
    """Count the person months, and the MiB of the warehouse."""
    with course.meter.engine.connect() as connection:
        size = sa.text("SELECT pg_database_size(current_database()) >> 20")
        held = sa.text("SELECT count(*) FROM core.person_month_history")
        return {
            "MiB": connection.execute(size).scalar_one(),
            "person months": connection.execute(held).scalar_one(),
        }
