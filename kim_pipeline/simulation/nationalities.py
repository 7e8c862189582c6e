"""Nationalities with their number of residents, route of entry and region of names.

The numbers of persons in `nationalities.csv` are the mix of one real Kreis, used as the default
for any Kreis: only their proportions count. Figures: Statistik der ausländischen Bevölkerung,
31.12.2024, one Kreis. Datenlizenz Deutschland – Namensnennung – Version 2.0, © IT.NRW / Destatis.
Routes and name regions are ours.
"""

from dataclasses import dataclass, replace
from functools import cache

from kim_pipeline.simulation.chance import Lottery, lottery
from kim_pipeline.simulation.tables import table


@dataclass(frozen=True, slots=True)
class Nationality:
    """A state by its official code; `origin` and `second` of Germans are foreign codes."""

    code: str
    state: str
    persons: int
    male_share: float
    route: str
    name_region: str
    new_year_birth_share: float
    birth_places: tuple[str, ...]
    origin: str = ""
    second: str = ""


@cache
def nationalities() -> dict[str, Nationality]:
    """Read all nationalities by code."""
    return {
        row["code"]: Nationality(
            code=row["code"],
            state=row["state"],
            persons=int(row["persons_in_one_real_kreis"]),
            male_share=float(row["male_share"]),
            route=row["route"],
            name_region=row["name_region"],
            new_year_birth_share=float(row["new_year_birth_share"]),
            birth_places=tuple(row["birth_places"].split("|")),
        )
        for row in table("nationalities.csv")
    }


@cache
def residents() -> Lottery[Nationality]:
    """Return the lottery of nationalities among foreign residents."""
    return lottery((n, n.persons) for n in nationalities().values())


def german_with_origin(origin: Nationality, *, dual: bool) -> Nationality:
    """Return the German nationality of a family from elsewhere, with the old one kept if dual."""
    german = nationalities()["000"]
    return replace(
        german,
        name_region=origin.name_region,
        origin=origin.code,
        second=origin.code if dual else "",
    )
