"""What happens to a record after its first entry: changes seen, corrections, names typed anew."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from kim_pipeline.simulation.chance import share, stream
from kim_pipeline.simulation.dates import days
from kim_pipeline.simulation.life_courses import Frame, Life
from kim_pipeline.simulation.rates import Rates
from kim_pipeline.simulation.visits import visits_of

RENAMED, IDENTIFIED, CORRECTED, RETYPED = "renamed", "identified", "corrected", "retyped"
# After so many days nobody finds an error any more.
LATEST_CORRECTION = 900
LONGEST_IGNORANCE = 0.95


@dataclass(frozen=True, slots=True, order=True)
class Event:
    """Something that changes what stands in a record; names for a change of names."""

    on: date
    kind: str
    given: str = ""
    family: str = ""


@dataclass(frozen=True, slots=True)
class Dossier:
    """Whose record it is, in which source, since when."""

    seed: int
    source: str
    number: str
    life: Life
    since: date
    register_number: str

    @property
    def of_office(self) -> bool:
        """Tell whether it is a file of the immigration office."""
        return self.source == "immigration_office"


def events_of(dossier: Dossier, rates: Rates, frame: Frame) -> list[Event]:
    """Return all events after the first entry to the horizon, in the order of days."""
    rng = stream(dossier.seed, "later", dossier.number)
    ignored, lag = rng.random(), rng.randint(5, 120)
    late, wait = rng.randint(20, 200), rng.expovariate(1.0) * 365 / rates["corrected"]
    found = [*_renamed(dossier, rates, ignored, lag)]
    claim = dossier.life.claim
    if claim and dossier.since < claim.until and rng.random() >= rates["identity_not_corrected"]:
        found.append(Event(claim.until + days(0 if dossier.of_office else late), IDENTIFIED))
    if wait < LATEST_CORRECTION:
        found.append(Event(dossier.since + days(60 + wait), CORRECTED))
    found.extend(_retyped(dossier, rates, frame))
    return sorted(event for event in found if event.on <= frame.horizon)


def _renamed(dossier: Dossier, rates: Rates, ignored: float, lag: int) -> Iterator[Event]:
    """Yield the changes of names that the source learns; a closed file learns none."""
    if ignored < min(LONGEST_IGNORANCE, rates["old_family_name"]):
        return
    closed = dossier.life.left if dossier.of_office else None
    for change in dossier.life.changes:
        if change.on > dossier.since and (closed is None or change.on < closed):
            yield Event(change.on + days(lag), RENAMED, change.given, change.family)


def _retyped(dossier: Dossier, rates: Rates, frame: Frame) -> Iterator[Event]:
    visits = visits_of(dossier.seed, dossier.source, dossier.number, dossier.life)
    first = visits.number_on(max(dossier.since, frame.today - timedelta(days=31))) + 1
    for number in range(first, visits.number_on(frame.horizon) + 1):
        if share(dossier.seed, "retyped", dossier.number, number) < rates["retyped"]:
            yield Event(visits.day_of(number), RETYPED)
