"""The catalogue of indicators: what is measured and published, and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

import yaml

from kim_pipeline.errors import ConfigError
from kim_pipeline.indicators.entry import parse_indicator
from kim_pipeline.indicators.indicator import Indicator
from kim_pipeline.indicators.labels import Labels, read_labels


@dataclass(frozen=True)
class Catalogue:
    """All indicators, in the order of lists, and the labels of their dimensions."""

    indicators: tuple[Indicator, ...]
    labels: Labels

    def __getitem__(self, indicator_id: str) -> Indicator:
        """Find an indicator; raises KeyError when the catalogue has none of this id."""
        return {i.id: i for i in self.indicators}[indicator_id]


def read_catalogue() -> Catalogue:
    """Read and check the catalogue that ships with the package.

    Raises ConfigError naming the first indicator that is wrong.
    """
    text = resources.files("kim_pipeline.indicators").joinpath("catalogue.yaml").read_text("utf-8")
    return parse_catalogue(yaml.safe_load(text), read_labels())


def parse_catalogue(entries: Any, labels: Labels) -> Catalogue:
    """Check and type the entries of a catalogue, indicator by indicator."""
    if not isinstance(entries, Mapping) or not all(
        isinstance(e, Mapping) for e in entries.values()
    ):
        raise ConfigError("catalogue.yaml must map indicator ids to their entries.")
    found = tuple(parse_indicator(str(name), entry, labels) for name, entry in entries.items())
    return Catalogue(found, labels)
