"""Integration courses: entitlement, start, end and result."""

from dataclasses import dataclass
from datetime import date

from kim_pipeline.simulation.assumptions import assumptions
from kim_pipeline.simulation.chance import Stream, waiting_days
from kim_pipeline.simulation.dates import days, years_between
from kim_pipeline.simulation.population import Person
from kim_pipeline.simulation.titles import Title

COURSES_SINCE = date(2005, 6, 1)


@dataclass(frozen=True, slots=True)
class Course:
    """One integration course by code of the official list."""

    kind: str
    entitled: date
    began: date | None
    ended: date | None
    result: str


def courses_of(rng: Stream, person: Person, titles: tuple[Title, ...]) -> tuple[Course, ...]:
    """Draw the courses of a person who came as an adult."""
    if years_between(person.birth, person.arrived) < 16:
        return ()
    seen: set[str] = set()
    for title in titles:
        if title.status_group in seen or title.granted < COURSES_SINCE:
            continue
        seen.add(title.status_group)
        if rng.random() < assumptions().rate("course_entitled", title.status_group):
            return _course(rng, title.granted)
    return ()


def _course(rng: Stream, granted: date) -> tuple[Course, ...]:
    entitled = granted + days(waiting_days(rng, 30))
    kind = assumptions().draw("course_type").draw(rng)
    if rng.random() > assumptions().number("course_starts"):
        return (Course(kind, entitled, None, None, ""),)
    began = entitled + days(waiting_days(rng, assumptions().number("course_wait_days")))
    result = assumptions().draw("course_result").draw(rng)
    length = rng.randint(30, 200) if result == "ABBRUCH" else rng.randint(200, 330)
    first = Course(kind, entitled, began, began + days(length), result)
    if result == "A2" and rng.random() < 0.4:
        again = began + days(length + waiting_days(rng, 60))
        ended, second = again + days(rng.randint(80, 130)), rng.choices(("B1", "A2"), (55, 45))[0]
        return (first, Course("10", again - days(20), again, ended, second))
    return (first,)
