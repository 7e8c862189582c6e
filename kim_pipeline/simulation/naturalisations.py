"""Naturalisation procedures: the wait before the application, the stages, the outcome."""

from dataclasses import dataclass
from datetime import date

from kim_pipeline.simulation.assumptions import assumptions
from kim_pipeline.simulation.chance import Stream, waiting_days
from kim_pipeline.simulation.dates import YEAR, add_months, days
from kim_pipeline.simulation.population import Person
from kim_pipeline.simulation.titles import Title

_ADMISSIBLE = frozenset(
    {"NE", "DA_EU", "AE_HUM_SCHUTZ", "AE_FAM", "AE_BES", "EU_FZ", "AE_BLEIBE", "AE_ERW"}
)
# A procedure takes so long at most; the certificates of file B reach further back.
MONTHS_BEFORE = 30


@dataclass(frozen=True, slots=True)
class Naturalisation:
    """The dates of one procedure; dates after its end are None."""

    requested: date | None
    applied: date
    complete: date | None
    enquired: date | None
    answered: date | None
    decided: date | None
    certificate: date | None
    outcome: str
    basis: str
    route: str


def title_on(titles: tuple[Title, ...], day: date) -> Title | None:
    """Return the title held on a day, lapsed ones included."""
    held = None
    for title in titles:
        if title.granted <= day:
            held = title
    return held


def naturalisation_of(
    rng: Stream, person: Person, titles: tuple[Title, ...], today: date, horizon: date
) -> Naturalisation | None:
    """Draw the procedure of an adult, or None."""
    table = assumptions()
    years = int(table.draw("naturalisation_years").draw(rng))
    eligible = max(
        person.arrived + days(years * YEAR),
        person.birth + days(17 * YEAR),
        add_months(today, -MONTHS_BEFORE - int(table.number("file_b_months"))),
    )
    rate = table.rate("naturalisation_request", person.nationality.route)
    requested = eligible + days(rng.expovariate(rate) * YEAR)
    held = title_on(titles, requested)
    if requested > horizon or held is None or held.status_group not in _ADMISSIBLE:
        return None
    procedure = _procedure(rng, requested)
    finished = procedure.certificate or procedure.decided
    oldest = add_months(today, 1 - int(table.number("file_b_months")))
    return None if finished and finished < oldest else procedure


def _procedure(rng: Stream, requested: date) -> Naturalisation:
    table = assumptions()
    route = rng.choices(("KREIS", "STADT", "ONLINE"), (40, 35, 25))[0]
    wait = waiting_days(rng, table.number("pre_application_days"), 0.4)
    applied = requested + days(wait if route != "ONLINE" else wait // 3)
    at_once = rng.random() < table.rate("complete_at_intake", route)
    stage = {
        name: waiting_days(rng, table.rate("naturalisation_stage_days", name), 0.5)
        for name in ("completion", "enquiry", "answer", "decision", "certificate")
    }
    complete = applied if at_once else applied + days(14 + stage["completion"])
    enquired = complete + days(stage["enquiry"])
    answered = enquired + days(stage["answer"])
    decided = answered + days(stage["decision"])
    outcome = table.draw("naturalisation_outcome").draw(rng)
    basis = rng.choices(("P10", "P8", "P9", "SONST"), (86, 5, 8, 1))[0]
    shown = requested if rng.random() > 0.05 else None
    if outcome in {"ZURUECKGENOMMEN", "ABGEGEBEN", "EINGESTELLT"}:
        end = applied + days(60 + rng.random() * (decided - applied).days)
        complete_then = complete if complete < end else None
        return Naturalisation(
            shown, applied, complete_then, None, None, end, None, outcome, basis, route
        )
    certificate = decided + days(stage["certificate"]) if outcome == "EINGEBUERGERT" else None
    return Naturalisation(
        shown, applied, complete, enquired, answered, decided, certificate, outcome, basis, route
    )


def of_child(parent: Naturalisation) -> Naturalisation:
    """Return the procedure of a child that is naturalised together with a parent."""
    return Naturalisation(
        parent.requested,
        parent.applied,
        parent.complete,
        parent.enquired,
        parent.answered,
        parent.decided,
        parent.certificate,
        parent.outcome,
        "P10_2",
        parent.route,
    )
