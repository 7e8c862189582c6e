"""The Dagster instance of an installation: history in the state folder, telemetry off."""

import os
from importlib import resources

import dagster as dg
import yaml

from kim_pipeline.settings import Settings

_CONFIG = "instance.yaml"


def instance_home(settings: Settings) -> str:
    """Write the instance configuration of this state folder and return the folder that holds it.

    It says the same as the `dagster.yaml` at the root, with the state folder filled in.
    """
    folder = settings.dagster
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    text = resources.files("kim_pipeline.commands").joinpath(_CONFIG).read_text("utf-8")
    config = yaml.safe_load(text.replace("${FOLDER}", str(folder)))
    (folder / "dagster.yaml").write_text(yaml.safe_dump(config, sort_keys=False), encoding="utf-8")
    return str(folder)


def open_instance(settings: Settings) -> dg.DagsterInstance:
    """Open the instance of this state folder."""
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "1"
    return dg.DagsterInstance.from_config(instance_home(settings))
