"""An installation with demo keys, and small invented deliveries written by hand."""

from pathlib import Path

import pytest
from small_deliveries import SOURCES

from kim_pipeline.privacy.keyring import Keyring, load_keyring
from kim_pipeline.privacy.keys import init_keys
from kim_pipeline.settings import Settings, read_settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    home = tmp_path / "home"
    home.mkdir()
    return read_settings({"KIM_HOME": str(home), "KIM_KEYS": str(tmp_path / "no-keys")})


@pytest.fixture(scope="session")
def keyring(tmp_path_factory: pytest.TempPathFactory) -> Keyring:
    home = tmp_path_factory.mktemp("keys")
    settings = read_settings({"KIM_HOME": str(home), "KIM_KEYS": str(home / "no-keys")})
    init_keys(settings.demo_keys, SOURCES, b"", demo=True)
    return load_keyring(settings, SOURCES, demo_allowed=True)
