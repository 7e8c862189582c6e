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
def disturbed(
    undisturbed: OwnKreis, server_settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[OwnKreis]:
    """A second installation with the same deliveries; all months but the last were run."""
    with installed(server_settings, tmp_path_factory.mktemp("disturbed")) as made:
        shutil.copytree(undisturbed.inbox, made.inbox)
        made.must("keys", "init", "--demo")
        made.must("run", "--from", MONTHS[0], "--to", MONTHS[1])
        yield made
