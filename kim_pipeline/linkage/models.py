"""The models in use: trained once, kept as versioned files, taken up again every month."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from kim_pipeline.linkage.model import LinkModel, check_model, load
from kim_pipeline.linkage.stability import Shift, largest_shift
from kim_pipeline.linkage.training import train_model, usable_model

IN_USE = "link_model.json"


@dataclass(frozen=True)
class Renewal:
    """A newly learnt model, how far it is from the one in use, and whether it took its place."""

    model: LinkModel
    shift: Shift
    taken: bool


def model_in_use(folder: Path, tokens: Mapping[str, pa.Table]) -> LinkModel:
    """Give the model in use, training one on these token tables when there is none yet.

    A new one is put to use by `adopt`, once its links have passed their gate.
    Raises LinkError when the file was changed by hand, or compares other fields than this version.
    """
    path = folder / IN_USE
    if path.exists():
        model = load(path)
        check_model(model)
        return model
    return usable_model(tokens)


def adopt(folder: Path, model: LinkModel) -> None:
    """Put a model to use when there is none yet."""
    if not (folder / IN_USE).exists():
        _keep(folder, model)
        model.save(folder / IN_USE)


def renew(folder: Path, tokens: Mapping[str, pa.Table], *, forced: bool = False) -> Renewal:
    """Learn a new model and put it to use, unless its weights moved too far from those in use.

    It is kept as a file of its version either way, so that a person can look at both; `forced`
    takes it all the same. Raises LinkError when the records do not carry a model.
    """
    before = model_in_use(folder, tokens)
    adopt(folder, before)
    model = train_model(tokens)
    check_model(model)
    _keep(folder, model)
    shift = largest_shift(model, before)
    taken = forced or shift.stable
    if taken:
        model.save(folder / IN_USE)
    return Renewal(model, shift, taken)


def _keep(folder: Path, model: LinkModel) -> None:
    model.save(folder / f"{model.version}.json")
