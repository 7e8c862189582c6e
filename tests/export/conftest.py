"""A house to export from."""

from collections.abc import Iterator

import pytest
from exporting import House, open_house

from kim_pipeline.settings import Settings


@pytest.fixture
def house(warehouse_settings: Settings) -> Iterator[House]:
    made = open_house(warehouse_settings)
    yield made
    made.engine.dispose()
