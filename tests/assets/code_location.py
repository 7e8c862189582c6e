"""The code location of the demo Kreis, loaded once for all tests that look at what is shown."""

from functools import cache
from pathlib import Path

import dagster as dg

from kim_pipeline.definitions import defs

ROOT = Path(__file__).parents[2]


@cache
def location() -> dg.Definitions:
    return defs()


@cache
def graph() -> dg.AssetsDefinition:
    return location().resolve_asset_graph()


def keys() -> list[dg.AssetKey]:
    return sorted(graph().get_all_asset_keys())
