"""A provisioned warehouse for the rules to look at, and an installation as checks see it."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import sqlalchemy as sa

from kim_pipeline.settings import Settings
from kim_pipeline.warehouse.engine import owner_engine
from kim_pipeline.warehouse.provision import provision
from sources.accepting.staging import reference_codes

TOWNS = {"05158004": "Erkrath", "05158008": "Haan"}


@dataclass(frozen=True)
class Office:
    """An installation: what checks are handed at run time."""

    settings: Settings
    engine: sa.Engine


@pytest.fixture
def hub(warehouse_settings: Settings) -> Iterator[Office]:
    """An installation with a provisioned warehouse, empty but for codes and towns."""
    engine = owner_engine(warehouse_settings)
    provision(engine, [], reference_codes(), TOWNS)
    yield Office(warehouse_settings, engine)
    engine.dispose()
