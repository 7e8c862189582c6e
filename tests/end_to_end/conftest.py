"""Installations to drive: the small Kreis of all tests, and one of these tests alone."""

import shutil
from collections.abc import Iterator

import pytest
from own_kreis import OwnKreis, installed
from small_kreis import MONTHS, SmallKreis

from kim_pipeline.settings import Settings


@pytest.fixture(scope="session")
def undisturbed(small_kreis: SmallKreis) -> OwnKreis:
    """The small Kreis with all its months, each run once."""
    return OwnKreis(small_kreis.environment)


@pytest.fixture(scope="session")
def first_month(
    undisturbed: OwnKreis, server_settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[OwnKreis]:
    """An installation with the same deliveries that ran the first month, only to be copied."""
    with installed(server_settings, tmp_path_factory.mktemp("first")) as made:
        shutil.copytree(undisturbed.inbox, made.inbox)
        made.must("keys", "init", "--demo")
        made.must("run", "--month", MONTHS[0])
        yield made


@pytest.fixture(scope="session")
def two_months(
    first_month: OwnKreis, server_settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[OwnKreis]:
    """The same with all months run but the last, only to be copied."""
    folder = tmp_path_factory.mktemp("two")
    with installed(server_settings, folder, like=first_month) as made:
        made.must("run", "--month", MONTHS[1])
        yield made


@pytest.fixture(scope="session")
def disturbed(
    two_months: OwnKreis, server_settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[OwnKreis]:
    """A second installation with the same deliveries; all months but the last were run."""
    folder = tmp_path_factory.mktemp("disturbed")
    with installed(server_settings, folder, like=two_months) as made:
        yield made
