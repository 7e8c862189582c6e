"""An installation with demo keys for two sources, made once; nothing here is a real key."""

from pathlib import Path

import pytest

from kim_pipeline.privacy.keyring import Keyring, load_keyring
from kim_pipeline.privacy.keys import init_keys
from kim_pipeline.settings import Settings, read_settings

SOURCES = ("immigration_office", "job_centre")


def settings_in(folder: Path) -> Settings:
    return read_settings({"KIM_HOME": str(folder / "home"), "KIM_KEYS": str(folder / "keys")})


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path)


@pytest.fixture(scope="session")
def keyring(tmp_path_factory: pytest.TempPathFactory) -> Keyring:
    installed = settings_in(tmp_path_factory.mktemp("installation"))
    init_keys(installed.demo_keys, SOURCES, b"", demo=True)
    return load_keyring(installed, SOURCES, demo_allowed=True)
