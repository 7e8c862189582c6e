"""The link model: how often each level of agreement occurs among true pairs (m) and others (u).

A model is a value that can be saved, named by its content, and judged before it is used. Training
is in `training`, scoring in `score`.
"""

import json
import math
from dataclasses import asdict, dataclass
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Any

from Crypto.Hash import SHA256

from kim_pipeline.errors import LinkError
from kim_pipeline.linkage.comparisons import COMPARISONS, Comparison
from kim_pipeline.linkage.level_order import misplaced

FORMAT = 1
MINIMUM_PAIRS = 100.0
# Fewer true pairs on a level tell its weight only to a bit and more.
LEVEL_PAIRS = 50.0
SLACK_BITS = 3.0
PRIOR_RANGE = (1e-9, 0.05)


@dataclass(frozen=True)
class LevelModel:
    """m and u of one level; 0 means that it was never learnt."""

    label: str
    m: float
    u: float

    @property
    def weight(self) -> float:
        """Give the match weight of the level in bits, without its token frequency."""
        return math.log2(self.m / self.u)


@dataclass(frozen=True)
class ComparisonModel:
    """The levels of one field, best first; `pairs` true pairs were expected behind its m."""

    name: str
    pairs: float
    levels: tuple[LevelModel, ...]


@dataclass(frozen=True)
class LinkModel:
    """The weights of all fields and the chance `prior` that two random records are one person."""

    prior: float
    comparisons: tuple[ComparisonModel, ...]

    @cached_property
    def version(self) -> str:
        """Name the model by its content."""
        return f"{FORMAT}-{SHA256.new(_canonical(self).encode()).hexdigest()[:12]}"

    def save(self, path: Path) -> None:
        """Write the model as JSON."""
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(_as_json(self), indent=1, sort_keys=True)
        path.write_text(text + "\n", encoding="utf-8")


def load(path: Path) -> LinkModel:
    """Read a saved model; raises LinkError when it is not one or was changed by hand."""
    return _parse(path.read_text(encoding="utf-8"), path.name)


def shipped_model() -> LinkModel:
    """Read the model in the box, learnt from a large invented Kreis.

    It is the start value of training, and what a Kreis links with while its own records are too few
    for `check_model`.
    """
    place = resources.files("kim_pipeline.linkage") / "shipped_model.json"
    return _parse(place.read_text(encoding="utf-8"), "shipped_model.json")


def check_model(model: LinkModel) -> None:
    """Refuse a model that is incomplete, too thinly trained, or against reason.

    Each level needs an m and a u, each field an expected `MINIMUM_PAIRS` true pairs behind it. Full
    agreement speaks for a pair, disagreement against it, and no level between them leaves their
    range by more than `SLACK_BITS`, the room a level needs that hardly ever occurs. Levels with
    `LEVEL_PAIRS` true pairs keep their order where one is a weaker form of the other
    (`level_order`).

    Raises:
        LinkError: with the field, the level and the reason.
    """
    if tuple(c.name for c in model.comparisons) != tuple(c.name for c in COMPARISONS):
        raise LinkError("The link model has other fields than this version compares: train anew.")
    if not PRIOR_RANGE[0] < model.prior < PRIOR_RANGE[1]:
        raise LinkError(f"The link model expects a share of {model.prior:.2g} true pairs.")
    for learnt, wanted in zip(model.comparisons, COMPARISONS, strict=True):
        _check_complete(learnt, wanted)
        _check_order(learnt)


def _check_complete(learnt: ComparisonModel, wanted: Comparison) -> None:
    if tuple(x.label for x in learnt.levels) != tuple(x.label for x in wanted.levels):
        raise LinkError(f"Link model, {learnt.name}: other levels than compared; train anew.")
    for level in learnt.levels:
        if not (0 < level.m < 1 and 0 < level.u < 1):
            raise LinkError(f"Link model, {learnt.name}, level {level.label}: not trained.")
    for name, total in (
        ("m", sum(x.m for x in learnt.levels)),
        ("u", sum(x.u for x in learnt.levels)),
    ):
        if not math.isclose(total, 1, abs_tol=1e-4):
            raise LinkError(f"Link model, {learnt.name}: the {name} values sum to {total:.4f}.")
    if learnt.pairs < MINIMUM_PAIRS:
        raise LinkError(
            f"Link model, {learnt.name}: learnt from {learnt.pairs:.0f} expected pairs, "
            f"{MINIMUM_PAIRS:.0f} are needed; link with the shipped model until there are more."
        )


def _check_order(learnt: ComparisonModel) -> None:
    best, *between, worst = [level.weight for level in learnt.levels]
    if best <= 0 or worst >= 0:
        raise LinkError(f"Link model, {learnt.name}: agreement speaks against a pair.")
    for level, weight in zip(learnt.levels[1:-1], between, strict=True):
        if not worst - SLACK_BITS < weight < best + SLACK_BITS:
            raise LinkError(f"Link model, {learnt.name}, level {level.label}: out of order.")
    known = [level for level in learnt.levels if level.m * learnt.pairs >= LEVEL_PAIRS]
    found = misplaced(learnt.name, {level.label: level.weight for level in known})
    if found is not None:
        raise LinkError(f"Link model, {learnt.name}, level {found}: weighs more than a closer one.")


def _as_json(model: LinkModel) -> dict[str, Any]:
    return {"format": FORMAT, "version": model.version, **asdict(model)}


def _canonical(model: LinkModel) -> str:
    return json.dumps(asdict(model), sort_keys=True, separators=(",", ":"))


def _parse(text: str, name: str) -> LinkModel:
    try:
        read = json.loads(text)
        model = LinkModel(read["prior"], tuple(_comparison(c) for c in read["comparisons"]))
        version = read["version"]
    except (KeyError, TypeError, json.JSONDecodeError):
        raise LinkError(f"{name} is not a link model: train one.") from None
    if version != model.version:
        raise LinkError(f"{name}: the content does not belong to its version; train anew.")
    return model


def _comparison(read: dict[str, Any]) -> ComparisonModel:
    levels = tuple(LevelModel(x["label"], x["m"], x["u"]) for x in read["levels"])
    return ComparisonModel(read["name"], read["pairs"], levels)
