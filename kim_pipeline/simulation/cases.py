"""KIM cases: phases, goals, referrals, contacts, conferences and consents of a client."""

from dataclasses import dataclass
from datetime import date

from kim_pipeline.simulation.assumptions import assumptions
from kim_pipeline.simulation.chance import Stream, waiting_days
from kim_pipeline.simulation.dates import YEAR, add_months, days

_OFFICES = {
    "ARBEIT": "JOBCENTER",
    "AUFENTHALT": "AUSLAENDERBEHOERDE",
    "EINBUERGERUNG": "EINBUERGERUNG",
    "SPRACHE": "SPRACHKURSTRAEGER",
    "AUSBILDUNG": "JMD",
    "ANERKENNUNG": "ANERKENNUNGSBERATUNG",
    "SCHULE": "SCHULE",
    "KITA": "KITA",
    "WOHNEN": "WOHNUNGSAMT",
    "GESUNDHEIT": "GESUNDHEITSAMT",
    "FINANZEN": "JOBCENTER",
    "SCHULDEN": "SCHULDNERBERATUNG",
    "FAMILIE": "JUGENDAMT",
}
_LANGUAGES = {
    "arabic": "arb",
    "maghrebi": "arb",
    "persian": "prs",
    "tigrinya": "tir",
    "ukrainian": "ukr",
    "russian": "rus",
    "turkish": "tur",
    "albanian": "sqi",
    "polish": "pol",
    "romanian": "ron",
    "bulgarian": "bul",
    "somali": "som",
    "south_slavic": "srp",
}


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal of the plan with its state once due."""

    topic: str
    set_on: date
    target: date
    state: str


@dataclass(frozen=True, slots=True)
class Referral:
    """A referral to another body."""

    to_body: str
    topic: str
    on: date
    accepted: date | None
    outcome: str


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact with the client."""

    on: date
    channel: str
    minutes: int
    language: str


@dataclass(frozen=True, slots=True)
class Conference:
    """A case conference of several bodies."""

    on: date
    bodies: str


@dataclass(frozen=True, slots=True)
class Case:
    """One case of case management with all its dates."""

    body: str
    access_route: str
    intake: date
    clearing: date
    assessed: date
    planned: date
    evaluated: date
    closed: date
    close_reason: str
    lead_body: str
    goals: tuple[Goal, ...]
    referrals: tuple[Referral, ...]
    contacts: tuple[Contact, ...]
    conferences: tuple[Conference, ...]
    consent: bool
    consent_revoked: date | None

    def phase_on(self, day: date) -> int:
        """Return the phase code of a day, 10 to 90."""
        reached = (
            (self.closed, 90),
            (self.evaluated, 80),
            (self.planned + days(90), 60),
            (self.planned + days(21), 50),
            (self.planned, 40),
            (self.clearing, 30),
            (self.intake + days(3), 20),
        )
        return next((phase for since, phase in reached if since <= day), 10)


def intake_of(
    rng: Stream, arrived: date, start: date, until: date, spells: tuple[tuple[date, date], ...]
) -> date | None:
    """Draw the day of intake of an adult, walking through the years since arrival."""
    on = start
    while on < until:
        years = (on - arrived).days / YEAR
        group = "0-3" if years < 3 else "3-8" if years < 8 else "other"
        rate = assumptions().rate("case_intake", group) / 2
        if any(began <= on <= ended for began, ended in spells):
            rate *= assumptions().number("case_intake_on_benefit")
        if rng.random() < rate:
            return on + days(rng.random() * 182)
        on += days(182)
    return None


def case_of(rng: Stream, region: str, intake: date, shared_topic: str, left: date | None) -> Case:
    """Draw the whole course of a case; `shared_topic` is one the job centre works on too."""
    table = assumptions()
    clearing = intake + days(7 + waiting_days(rng, 18))
    assessed = clearing + days(waiting_days(rng, 10))
    planned = assessed + days(3 + waiting_days(rng, 16))
    closed = planned + days(20 + waiting_days(rng, table.number("case_days"), 0.6))
    reason = table.draw("case_close_reason").draw(rng)
    if left and closed > left:
        closed, reason = max(left, planned), "UMZUG"
    topics = {table.draw("case_topic").draw(rng) for _ in range(rng.randint(1, 4))}
    if shared_topic:
        topics.add(shared_topic)
    ordered = sorted(topics)
    agreed = bool(shared_topic) and rng.random() < table.number("conference_when_overlapping")
    consent = rng.random() < table.number("consents_to_linkage")
    return Case(
        body=table.draw("case_body").draw(rng),
        access_route=table.draw("case_route").draw(rng),
        intake=intake,
        clearing=clearing,
        assessed=assessed,
        planned=planned,
        evaluated=closed - days(min(14, (closed - planned).days)),
        closed=closed,
        close_reason=reason,
        lead_body="KREIS" if agreed and rng.random() < 0.6 else "",
        goals=tuple(_goal(rng, topic, planned, closed) for topic in ordered),
        referrals=tuple(_referral(rng, t, planned) for t in ordered if rng.random() < 0.55),
        contacts=_contacts(rng, region, intake, closed),
        conferences=_conferences(rng, planned, closed, agreed),
        consent=consent,
        consent_revoked=closed if consent and reason == "EINWILLIGUNG_WIDERRUFEN" else None,
    )


def _goal(rng: Stream, topic: str, planned: date, closed: date) -> Goal:
    target = add_months(planned, rng.choice((2, 3, 3, 6, 6, 9)))
    state = assumptions().draw("goal_state").draw(rng)
    return Goal(topic, planned + days(rng.randint(0, 20)), min(target, closed + days(60)), state)


def _referral(rng: Stream, topic: str, planned: date) -> Referral:
    on = planned + days(rng.randint(0, 40))
    accepted = on + days(waiting_days(rng, 16)) if rng.random() < 0.74 else None
    outcome = (
        rng.choice(("BERATEN", "AUFGENOMMEN", "AUFGENOMMEN"))
        if accepted
        else rng.choice(("ABGELEHNT", "NICHT_ERSCHIENEN", ""))
    )
    return Referral(_OFFICES.get(topic, "MBE"), topic, on, accepted, outcome)


def _contacts(rng: Stream, region: str, intake: date, closed: date) -> tuple[Contact, ...]:
    found, on = [], intake
    language = _LANGUAGES.get(region, "")
    while on <= closed:
        channel = rng.choices(
            ("PERSOENLICH", "TELEFON", "EMAIL", "HAUSBESUCH", "VIDEO"), (45, 32, 12, 7, 4)
        )[0]
        spoken = language if rng.random() < 0.45 else ""
        found.append(Contact(on, channel, rng.choice((15, 20, 30, 45, 60, 90)), spoken))
        on += days(4 + rng.expovariate(1 / 26))
    return tuple(found)


def _conferences(rng: Stream, planned: date, closed: date, agreed: bool) -> tuple[Conference, ...]:
    if not (agreed or rng.random() < 0.06):
        return ()
    on = planned + days(rng.randint(0, max(1, (closed - planned).days // 2)))
    bodies = "KREIS|JOBCENTER" if agreed else rng.choice(("KREIS|STADT", "KREIS|JUGENDAMT"))
    return (Conference(on, bodies),)
