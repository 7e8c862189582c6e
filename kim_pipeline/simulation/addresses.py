"""Invented addresses: postcodes and streets of each town, and shared accommodation."""

from dataclasses import dataclass
from functools import cache

from kim_pipeline.simulation.assumptions import assumptions
from kim_pipeline.simulation.chance import Lottery, Stream, lottery, stream
from kim_pipeline.simulation.place import Place, Town
from kim_pipeline.simulation.tables import table


@dataclass(frozen=True, slots=True)
class Address:
    """Where somebody lives; `shared` is an accommodation with hundreds of people."""

    street: str
    house_number: str
    postcode: str
    ags: str
    shared: bool = False


@dataclass(frozen=True, slots=True)
class TownMap:
    """Postcodes, streets by frequency and the shared accommodations of one town."""

    ags: str
    postcodes: tuple[str, ...]
    streets: Lottery[str]
    shared: tuple[Address, ...]

    def home(self, rng: Stream) -> Address:
        """Invent a private address."""
        letter = rng.choice("abcd") if rng.random() < 0.08 else ""
        street = self.streets.draw(rng)
        postcode = self.postcodes[len(street) % len(self.postcodes)]
        return Address(street, f"{rng.randint(1, 120)}{letter}", postcode, self.ags)

    def shelter(self, rng: Stream) -> Address:
        """Choose a shared accommodation."""
        return rng.choice(self.shared)


@dataclass(frozen=True, slots=True)
class PlaceMap:
    """The towns of a Kreis by weight."""

    towns: Lottery[TownMap]

    def town(self, rng: Stream) -> TownMap:
        """Draw a town by its weight."""
        return self.towns.draw(rng)


@cache
def _street_parts() -> tuple[tuple[str, ...], tuple[str, ...]]:
    rows = table("street_names.csv")
    return (
        tuple(row["name"] for row in rows if row["kind"] == "stem"),
        tuple(row["name"] for row in rows if row["kind"] == "ending"),
    )


# Postcodes of one Kreis lie within so many numbers.
_POSTCODES = 150


def _invent_town(town: Town, kreis: int, index: int, seed: int) -> TownMap:
    rng = stream(seed, "town", town.ags)
    stems, endings = _street_parts()
    streets = sorted({rng.choice(stems) + rng.choice(endings) for _ in range(90)})
    rng.shuffle(streets)
    first = (
        int(assumptions().number("first_postcode"))
        + (seed % 7) * 10
        + kreis * _POSTCODES
        + index * 7
    )
    postcodes = tuple(str(first + step) for step in range(1 + rng.randint(0, 2)))
    shared = tuple(
        Address(rng.choice(streets), str(rng.randint(1, 90)), postcodes[0], town.ags, shared=True)
        for _ in range(2)
    )
    weighted = lottery((street, 1 / (rank + 5)) for rank, street in enumerate(streets))
    return TownMap(town.ags, postcodes, weighted, shared)


def invent_map(place: Place, seed: int) -> PlaceMap:
    """Invent the streets and postcodes of a place."""
    return PlaceMap(
        lottery(
            (_invent_town(town, place.index, index, seed), town.weight)
            for index, town in enumerate(place.towns)
        )
    )
