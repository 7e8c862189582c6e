"""Towns of random histories agree, month by month, with the rule applied by hand."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from random import Random

from world import MONTH, World, key

from kim_pipeline.periods import last_day

MONTHS = tuple(date(2025, month, 1) for month in range(2, MONTH.month + 1))
TOWNS = ("05158004", "05158008", "05158024", None)
TABLES = {"immigration_office": "immigration_office_persons", "job_centre": "job_centre_persons"}
PERSONS = 40


@dataclass(frozen=True)
class Version:
    """What a record said in some months, in the order of precedence of its source."""

    source: str
    record: int
    first: int
    until: int
    town: str | None
    file: str | None

    def tells(self, month: int) -> bool:
        """Tell whether it names a town for a month."""
        return self.first <= month < self.until and self.town is not None and self.file != "B"


def test_every_month_has_the_town_of_the_first_source_that_names_one(world: World) -> None:
    random, expected = Random(5), {}
    for person in range(1, PERSONS + 1):
        versions = [v for record in range(random.randint(1, 3)) for v in _record(random, record)]
        _deliver(world, person, versions)
        for number, month in enumerate(MONTHS):
            said = sorted((v.source, v.record, v.town) for v in versions if v.tells(number))
            if said:
                expected[key(person), month] = said[0][2]
    world.build()
    spells = world.spells("address_spell", "person_id", "town_ags", "valid_from", "valid_to")
    found = {
        (person, month): town
        for person, town, began, ended in spells
        for month in MONTHS
        if began <= last_day(month) and (ended is None or ended > last_day(month))
    }
    assert found == expected
    assert len(spells) == _changes(expected)


def _record(random: Random, record: int) -> Iterator[Version]:
    """Give the versions of a record, month after month; it may begin late and vanish early."""
    source = random.choice(sorted(TABLES))
    first = random.randrange(len(MONTHS))
    while first < len(MONTHS) and random.random() < 0.8:
        until = random.randint(first + 1, len(MONTHS) + 2)
        file = random.choice("AAB") if source == "immigration_office" else None
        yield Version(source, record, first, until, random.choice(TOWNS), file)
        first = until + random.choice((0, 0, 1))


def _deliver(world: World, person: int, versions: list[Version]) -> None:
    linked = set()
    for version in versions:
        number = 10 * person + version.record
        values = {"town_ags": version.town, "valid_from": MONTHS[version.first]}
        if version.until < len(MONTHS):
            values["valid_to"] = MONTHS[version.until]
        if version.file:
            values["file"] = version.file
        world.row(TABLES[version.source], number, record_pseudonym=key(number), **values)
        if number not in linked:
            world.link(version.source, number, person)
        linked.add(number)


def _changes(towns: dict[tuple[str, date], str]) -> int:
    """Count the stretches of months with one town."""
    before = {
        (person, later): towns.get((person, month))
        for person in {person for person, _ in towns}
        for month, later in pairwise(MONTHS)
    }
    return sum(before.get(at) != town for at, town in towns.items())
