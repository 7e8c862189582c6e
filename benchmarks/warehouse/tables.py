"""The tables of four sources: how many rows they have, how often they change, who is in them."""

from collections.abc import Mapping
from functools import cache, partial

import numpy as np
import sqlalchemy as sa

from benchmarks.warehouse.draws import Numbers
from benchmarks.warehouse.lives import ARRIVING, Kind, Lives, belonging, records
from sources.accepting.staging import staging_tables
from sources.contracts.contract import Contract, load_contracts

SOURCES = ("immigration_office", "job_centre", "case_management", "asylum_benefits")
OFFICE, JOBS, CASES, ASYLUM = SOURCES
RECORDS = {OFFICE: 126_000, JOBS: 39_000, CASES: 3_000, ASYLUM: 5_000}
CHANGE = {OFFICE: 0.03, JOBS: 0.06, CASES: 0.25, ASYLUM: 0.10}
PERSONS = {OFFICE: "persons", JOBS: "persons", CASES: "clients", ASYLUM: "recipients"}
# Rows for each record of the source, or for each case.
OTHERS: dict[str, dict[str, float]] = {
    OFFICE: {"residence_titles": 1.6, "integration_courses": 0.3, "naturalisations": 0.08},
    JOBS: {
        "benefit_communities": 0.5,
        "benefits": 1.2,
        "employment": 0.4,
        "case_management_episodes": 0.2,
    },
    CASES: {"cases": 1.1, "consents": 1.0},
    ASYLUM: {},
}
OF_CASES = {"goals": 2.5, "referrals": 1.2, "contacts": 6.0, "conferences": 0.4}
# The records of a source lie so far apart in the list of all persons.
STEPS = {OFFICE: 1, JOBS: 3, CASES: 31, ASYLUM: 17}
UNKNOWN_TO_OFFICE = 7


@cache
def contracts() -> tuple[Contract, ...]:
    """Read the contracts of the four sources."""
    return tuple(contract for contract in load_contracts() if contract.source in SOURCES)


@cache
def staged() -> Mapping[str, sa.Table]:
    """Describe the staging tables of the four sources by name."""
    return {t.name: t for c in contracts() for t in staging_tables(c).values()}


def persons_table(source: str) -> str:
    """Name the staging table that has one row for each record."""
    return f"{source}_{PERSONS[source]}"


def lives_of(source: str, scale: float, months: int) -> dict[str, Lives]:
    """Invent all tables of a source, by the name of their staging table."""
    change, persons = CHANGE[source], persons_table(source)
    office = round(RECORDS[OFFICE] * scale)
    everybody = office + (months - 1) * round(office * ARRIVING)
    who = partial(_persons, source, everybody)
    kind = Kind(source, PERSONS[source], 1, change)
    found = {persons: records(kind, round(RECORDS[source] * scale), months, who)}
    for table, each in OTHERS[source].items():
        kind = Kind(source, table, each, change, later=table != "benefit_communities")
        found[kind.name] = belonging(kind, found[persons])
    for table, each in OF_CASES.items() if source == CASES else ():
        kind = Kind(source, table, each, change, later=True)
        found[kind.name] = belonging(kind, found[f"{CASES}_cases"])
    return found


def _persons(source: str, everybody: int, numbers: Numbers) -> Numbers:
    """Give the person of each record; the office does not know every seventh of the others."""
    if source == OFFICE:
        return numbers
    own = everybody * (1 + SOURCES.index(source)) + numbers
    known = numbers * STEPS[source] % everybody
    return np.where(numbers % UNKNOWN_TO_OFFICE == 0, own, known)
