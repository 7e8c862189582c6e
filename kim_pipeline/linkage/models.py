"""The models in use: trained once, kept as versioned files, taken up again every month."""

from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa

from kim_pipeline.linkage.model import LinkModel, check_model, load
from kim_pipeline.linkage.training import usable_model

IN_USE = "link_model.json"


def model_in_use(folder: Path, tokens: Mapping[str, pa.Table]) -> LinkModel:
    """Give the model in use, training one on these token tables when there is none yet.

    Remove the file to have a new one trained. Raises LinkError when it was changed by hand.
    """
    path = folder / IN_USE
    if path.exists():
        model = load(path)
        check_model(model)
        return model
    model = usable_model(tokens)
    model.save(folder / f"{model.version}.json")
    model.save(path)
    return model
