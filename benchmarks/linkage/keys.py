"""Demo keys for a benchmark, in its working folder."""

from collections.abc import Iterable
from pathlib import Path

from kim_pipeline.privacy.keyring import Keyring, load_keyring
from kim_pipeline.privacy.keys import init_keys
from kim_pipeline.settings import Settings, read_settings


def settings_in(folder: Path) -> Settings:
    """Give settings whose every place lies in the folder; the Kreis is that of the repository."""
    home = folder / "home"
    return read_settings({"KIM_HOME": str(home), "KIM_KEYS": str(folder / "no-keys")})


def demo_keyring(settings: Settings, sources: Iterable[str]) -> Keyring:
    """Make marked keys for the sources and load them."""
    names = list(sources)
    if not settings.demo_keys.exists():
        init_keys(settings.demo_keys, names, b"", demo=True)
    return load_keyring(settings, names, demo_allowed=True)
