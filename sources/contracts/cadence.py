"""When a delivery is expected, how late it may be, and how long it is kept."""

from collections.abc import Mapping
from dataclasses import dataclass

from sources.contracts.problems import RefusedContract, problem
from sources.contracts.schema import Document

# Deliveries of a month come early in the next; the month job follows after their grace.
LAST_DAY_OF_CRON = 20


@dataclass(frozen=True)
class Cadence:
    """When a delivery is expected: cron expression, days it may be late, days it is kept sealed."""

    cron: str
    late_after_days: int
    landing_days: int


def parse_cadence(document: Document) -> Cadence:
    """Read the service levels.

    Raises RefusedContract naming what is missing.
    """
    promised = {entry["property"]: entry for entry in document.get("slaProperties") or []}
    found = [
        problem("sla_missing", "slaProperties", name=name)
        for name, part in (("frequency", "schedule"), ("latency", "value"), ("retention", "value"))
        if part not in promised.get(name, {})
    ]
    if found:
        raise RefusedContract(*found)
    cron, (late, kept) = str(promised["frequency"]["schedule"]), _days(promised)
    return Cadence(cron=_monthly(cron), late_after_days=late, landing_days=kept)


def _days(promised: Mapping[str, Document]) -> tuple[int, int]:
    given = [str(promised[name]["value"]) for name in ("latency", "retention")]
    if not all(text.isdigit() for text in given):
        raise RefusedContract(problem("not_a_number_of_days", "slaProperties"))
    return int(given[0]), int(given[1])


def _monthly(cron: str) -> str:
    """Accept a cron expression that names one day of the month, early enough to leave grace."""
    parts = cron.split()
    if len(parts) != 5 or not parts[2].isdigit() or not 1 <= int(parts[2]) <= LAST_DAY_OF_CRON:
        where = "slaProperties.frequency.schedule"
        raise RefusedContract(problem("cron_day", where, last=str(LAST_DAY_OF_CRON)))
    return cron
