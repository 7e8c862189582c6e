"""The catalogue of indicators: what is measured and published, and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from kim_pipeline.errors import ConfigError
from kim_pipeline.indicators.entry import parse_indicator
from kim_pipeline.indicators.indicator import Indicator
from kim_pipeline.indicators.labels import Labels, read_labels
from kim_pipeline.kreis import Kreis
from kim_pipeline.periods import last_day
from kim_pipeline.steering import Steering

ORDER = "order"
OWN = "K_"


@dataclass(frozen=True)
class Catalogue:
    """All indicators, in the order of lists, the labels of their dimensions, and their targets."""

    indicators: tuple[Indicator, ...]
    labels: Labels
    steering: Steering = field(default_factory=Steering)

    def __getitem__(self, indicator_id: str) -> Indicator:
        """Find an indicator; raises KeyError when the catalogue has none of this id."""
        return {i.id: i for i in self.indicators}[indicator_id]

    def of_month(self, month: date) -> tuple[Indicator, ...]:
        """Give the indicators with the posts that their offices had at the end of a month."""
        day = last_day(month)
        return tuple(
            one.with_posts(self.steering.posts(one.formula.office, day))
            if one.formula.office
            else one
            for one in self.indicators
        )


def read_catalogue(kreis: Kreis | None = None) -> Catalogue:
    """Read and check the catalogue that ships with the package, and what a Kreis adds to it.

    Raises ConfigError naming the first topic or indicator that is wrong.
    """
    entries = _shipped()
    if kreis is None:
        return parse_catalogue(entries, read_labels())
    own = {} if kreis.indicators_file is None else read_own(kreis.indicators_file)
    catalogue = parse_catalogue(entries | own, read_labels())
    _refuse_unknown(kreis.steering, catalogue)
    return replace(catalogue, steering=kreis.steering)


def read_own(path: Path) -> dict[str, Any]:
    """Read the entries of a Kreis' own indicators, whose ids begin with K_.

    Raises ConfigError when the file is missing, no YAML, or has other ids.
    """
    try:
        entries = yaml.safe_load(path.read_text("utf-8")) or {}
    except FileNotFoundError:
        raise ConfigError(f"{path} is missing; the Kreis configuration names it.") from None
    except yaml.YAMLError:
        raise ConfigError(f"{path} is not valid YAML.") from None
    if not isinstance(entries, Mapping) or not all(str(i).startswith(OWN) for i in entries):
        raise ConfigError(f"{path}: map ids to entries, each id with {OWN} in front.")
    return dict(entries)


def problems(own: Path | None = None) -> list[str]:
    """List what is wrong with the entries of the package and of a Kreis' own file, one line each.

    Raises ConfigError when a file cannot be read at all.
    """
    labels = read_labels()
    found = []
    for name, entry in (_shipped() | ({} if own is None else read_own(own))).items():
        try:
            parse_catalogue({name: entry}, labels)
        except ConfigError as error:
            found.append(str(error))
    return found


def _shipped() -> dict[str, Any]:
    folder = resources.files("kim_pipeline.indicators").joinpath("catalogue")
    return join_topics(
        {f.name.removesuffix(".yaml"): f.read_text("utf-8") for f in folder.iterdir()}
    )


def _refuse_unknown(steering: Steering, catalogue: Catalogue) -> None:
    """Refuse targets and measures of indicators that the catalogue does not have."""
    known = {i.id for i in catalogue.indicators}
    asked = [("targets", target.indicator_id) for target in steering.targets]
    asked += [(f"measure {m.id}", name) for m in steering.measures for name in m.indicator_ids]
    for where, name in asked:
        if name not in known:
            raise ConfigError(f"Kreis configuration, {where}: there is no indicator {name!r}.")


def join_topics(texts: Mapping[str, str]) -> dict[str, Any]:
    """Put the entries of all topics together, in the order that `order` lists them.

    `texts` gives the YAML of each file by its name without ending. Raises ConfigError when a topic
    is missing in the order or twice in it, or an indicator stands in two topics.
    """
    order = yaml.safe_load(texts[ORDER])
    if not isinstance(order, list) or sorted(order) != sorted(set(texts) - {ORDER}):
        raise ConfigError(f"catalogue/{ORDER}.yaml must list every other file of the folder once.")
    entries: dict[str, Any] = {}
    for topic in order:
        found = yaml.safe_load(texts[topic])
        if not isinstance(found, Mapping) or not entries.keys().isdisjoint(found):
            raise ConfigError(f"catalogue/{topic}.yaml must map ids that no other topic has.")
        entries |= found
    return entries


def parse_catalogue(entries: Any, labels: Labels) -> Catalogue:
    """Check and type the entries of a catalogue, indicator by indicator."""
    if not isinstance(entries, Mapping) or not all(
        isinstance(e, Mapping) for e in entries.values()
    ):
        raise ConfigError("The catalogue must map indicator ids to their entries.")
    found = tuple(parse_indicator(str(name), entry, labels) for name, entry in entries.items())
    return Catalogue(found, labels)
