"""The values each dimension may have, with their German and English labels, and merged values."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

import yaml

from kim_pipeline.errors import ConfigError

LOCALES = ("de", "en")


@dataclass(frozen=True)
class Label:
    """How readers see one value."""

    de: str
    en: str


@dataclass(frozen=True)
class Labels:
    """Names of dimensions and of their values, in the order of lists; also of merged values."""

    dimensions: Mapping[str, Label]
    values: Mapping[str, Mapping[str, Label]]
    merged: Mapping[str, Mapping[str, Label]]

    def value_label(self, dimension: str, value: str, locale: str) -> str:
        """Give the label of a value, merged values included, in `de` or `en`."""
        label = self.values[dimension].get(value) or self.merged.get(dimension, {})[value]
        return label.de if locale == "de" else label.en


def read_labels() -> Labels:
    """Read the labels that ship with the package."""
    text = resources.files("kim_pipeline.indicators").joinpath("labels.yaml").read_text("utf-8")
    return parse_labels(yaml.safe_load(text))


def parse_labels(entries: Mapping[str, Any]) -> Labels:
    """Check and type labels. Raises ConfigError naming the entry that lacks a language."""
    dimensions = entries["dimensions"]
    return Labels(
        dimensions={d: _label(d, e["name"]) for d, e in dimensions.items()},
        values={d: _group(d, e.get("values", {})) for d, e in dimensions.items()},
        merged={d: _group(d, e.get("merged", {})) for d, e in dimensions.items()},
    )


def _group(where: str, entries: Mapping[str, Any]) -> dict[str, Label]:
    return {str(value): _label(f"{where}.{value}", entry) for value, entry in entries.items()}


def _label(where: str, entry: Mapping[str, str]) -> Label:
    if set(entry) != set(LOCALES):
        raise ConfigError(f"labels.yaml: {where} needs exactly the languages de and en.")
    return Label(**entry)
