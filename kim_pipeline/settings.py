"""Where things are: the environment, read once into one value; nothing else reads it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from kim_pipeline.errors import ConfigError

LINK_ENGINES = ("duckdb", "spark")
LOCALES = ("de", "en")


@dataclass(frozen=True)
class Settings:
    """The places and choices of one installation."""

    home: Path
    config: Path
    warehouse_url: str | None
    keys: Path
    passphrase_file: Path | None
    inbox: Path
    link_engine: str = "duckdb"
    locale: str = "de"

    @property
    def landing(self) -> Path:
        """Where sealed deliveries lie."""
        return self.home / "landing"

    @property
    def incoming(self) -> Path:
        """Where pseudonymised deliveries wait for their gate."""
        return self.home / "incoming"

    @property
    def models(self) -> Path:
        """Where link models are kept."""
        return self.home / "models"

    @property
    def report(self) -> Path:
        """Where the steering report is written."""
        return self.home / "report"

    @property
    def feedback(self) -> Path:
        """Where each authority's own findings are written, a folder per source."""
        return self.home / "feedback"

    @property
    def warehouse(self) -> Path:
        """Where the embedded server keeps its data, or a note of where they are."""
        return self.home / "warehouse"

    @property
    def dagster(self) -> Path:
        """Where Dagster keeps its run history."""
        return self.home / "dagster"

    @property
    def demo_keys(self) -> Path:
        """Where the marked keys of the demo lie; no other key may lie under the state folder."""
        return self.home / "demo-keys"


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the `KIM_*` variables, each with its default.

    Raises ConfigError for a value outside its closed list.
    """
    env = os.environ if environ is None else environ
    home = _path(env, "KIM_HOME") or Path("state").absolute()
    return Settings(
        home=home,
        config=_path(env, "KIM_CONFIG") or Path("kreis.yaml").absolute(),
        warehouse_url=env.get("KIM_WAREHOUSE_URL") or None,
        keys=_path(env, "KIM_KEYS") or platformdirs.user_config_path("kim-pipeline") / "keys",
        passphrase_file=_path(env, "KIM_PASSPHRASE_FILE"),
        inbox=_path(env, "KIM_INBOX") or home / "inbox",
        link_engine=_choice(env, "KIM_LINK_ENGINE", LINK_ENGINES),
        locale=_choice(env, "KIM_LOCALE", LOCALES),
    )


def _path(env: Mapping[str, str], name: str) -> Path | None:
    value = env.get(name)
    return Path(value).expanduser().absolute() if value else None


def _choice(env: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    value = env.get(name) or allowed[0]
    if value not in allowed:
        raise ConfigError(f"{name} must be one of {', '.join(allowed)}.")
    return value
