"""A provisioned warehouse for the rules to look at, and an installation as checks see it."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import sqlalchemy as sa

from kim_pipeline.settings import Settings
from kim_pipeline.warehouse.engine import owner_engine
from kim_pipeline.warehouse.provision import provision

TOWNS = {"05158004": "Erkrath", "05158008": "Haan"}


@dataclass(frozen=True)
class Office:
    """An installation: what checks are handed at run time."""

    settings: Settings
    engine: sa.Engine


@pytest.fixture
def hub(warehouse_settings: Settings) -> Iterator[Office]:
    """An installation with an empty, provisioned warehouse."""
    engine = owner_engine(warehouse_settings)
    provision(engine, [], [], TOWNS)
    yield Office(warehouse_settings, engine)
    engine.dispose()
