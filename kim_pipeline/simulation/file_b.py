"""When a file moves to file B: soon for most, late for some who left unseen."""

from datetime import date

from kim_pipeline.simulation.chance import share
from kim_pipeline.simulation.dates import days
from kim_pipeline.simulation.life_courses import Life
from kim_pipeline.simulation.planted import planted
from kim_pipeline.simulation.rates import Rates


def filed_away(seed: int, life: Life, rates: Rates) -> date | None:
    """Return the day on which the file moved, if it ever did."""
    if life.left is None:
        return None
    number = life.person.number
    wait = share(seed, "filing days", number)
    if life.left_reason == "EINBUERGERUNG":
        late = planted(seed, "naturalised_still_in_file", number)
        return life.left + days(90 + 210 * wait if late else 25 * wait)
    unseen = share(seed, "left unseen", number) < rates["still_here"]
    if life.left_reason in {"FORTZUG", "UNBEKANNT"} and unseen:
        return life.left + days(120 + 580 * wait)
    return life.left + days(30 * wait)
