"""A real warehouse with empty tables."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from core.conftest import connection, provisioned, tables, world  # noqa: F401 - fixtures
from indicators.person_months import set_up

from kim_pipeline.settings import Settings
from kim_pipeline.warehouse.engine import owner_engine


@pytest.fixture
def warehouse(empty_warehouse_settings: Settings) -> Iterator[sa.Engine]:
    """An engine on a fresh database with all tables and three towns."""
    engine = owner_engine(empty_warehouse_settings)
    set_up(engine)
    yield engine
    engine.dispose()
