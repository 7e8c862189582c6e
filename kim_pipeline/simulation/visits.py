"""When a clerk has a record in hand again: every so many days, more often in some offices."""

from dataclasses import dataclass
from datetime import date

from kim_pipeline.simulation.assumptions import assumptions
from kim_pipeline.simulation.chance import share
from kim_pipeline.simulation.life_courses import Life


@dataclass(frozen=True, slots=True)
class Visits:
    """The days on which a record is handled: every `period` days."""

    period: int
    phase: int

    def number_on(self, day: date) -> int:
        """Return how many visits there have been since the beginning of the calendar."""
        return (day.toordinal() + self.phase) // self.period

    def day_of(self, number: int) -> date:
        """Return the day of a visit."""
        return date.fromordinal(number * self.period - self.phase)


def visits_of(seed: int, source: str, number: str, life: Life) -> Visits:
    """Draw how often a record is taken in hand."""
    free = source == "immigration_office" and life.household.route == "eu"
    mean = assumptions().rate("visit_days", "free_movement" if free else source)
    period = int(mean * (0.6 + 0.8 * share(seed, "visits", number)))
    return Visits(period, int(share(seed, "first visit", number) * period))
