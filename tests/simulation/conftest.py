"""One small invented Kreis for all tests of the simulation."""

from datetime import date
from pathlib import Path

import pytest

from kim_pipeline.simulation.deliveries import simulate
from kim_pipeline.simulation.place import Place, Town
from kim_pipeline.simulation.world import World, invent_world

FIRST_MONTH = date(2025, 8, 1)
PLACE = Place(
    "Musterkreis", (Town("05999004", "Musterstadt", 3.0), Town("05999008", "Neudorf", 1.0))
)


@pytest.fixture(scope="session")
def place() -> Place:
    return PLACE


@pytest.fixture(scope="session")
def world() -> World:
    return invent_world(
        PLACE, persons=2500, first_month=FIRST_MONTH, months=4, seed=3, progress=lambda _: None
    )


@pytest.fixture(scope="session")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("kreis")
    simulate(PLACE, out, 2500, FIRST_MONTH, 4, 3)
    return out
