"""Whoever works with records and whoever erases some never meet."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from datetime import timedelta

import pytest
import sqlalchemy as sa

from kim_pipeline.errors import WarehouseError
from kim_pipeline.settings import Settings
from kim_pipeline.warehouse.engine import owner_engine
from kim_pipeline.warehouse.record_lock import hold_alone, share

MOMENT = timedelta(seconds=0.3)


@pytest.fixture
def engine(warehouse_settings: Settings) -> sa.Engine:
    return owner_engine(warehouse_settings)


@pytest.fixture
def aside() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as threads:
        yield threads


def _work(engine: sa.Engine) -> str:
    with engine.begin() as connection:
        share(connection)
        return "worked"


def _erase(engine: sa.Engine) -> str:
    with engine.begin() as connection:
        hold_alone(connection)
        return "erased"


def _waits(asked: Future[str]) -> bool:
    with pytest.raises(NotYet):
        asked.result(MOMENT.total_seconds())
    return True


def test_an_erasure_waits_for_all_who_work_and_hinders_nobody_meanwhile(
    engine: sa.Engine, aside: ThreadPoolExecutor
) -> None:
    with engine.begin() as connection:
        share(connection)
        erasing = aside.submit(_erase, engine)
        assert _waits(erasing)
        assert _work(engine) == "worked"
    assert erasing.result(5) == "erased"


def test_whoever_begins_during_an_erasure_waits_for_its_end(
    engine: sa.Engine, aside: ThreadPoolExecutor
) -> None:
    with engine.begin() as connection:
        hold_alone(connection)
        working = aside.submit(_work, engine)
        assert _waits(working)
    assert working.result(5) == "worked"


def test_an_erasure_gives_up_where_work_does_not_end(engine: sa.Engine) -> None:
    with engine.begin() as working, engine.begin() as erasing:
        share(working)
        with pytest.raises(WarehouseError, match="nothing was erased"):
            hold_alone(erasing, MOMENT)
