"""What a review item is called and how it speaks: an opaque name, and agreement in words."""

import json
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from kim_pipeline.linkage.comparisons import COMPARISONS
from kim_pipeline.privacy.batch_cmac import cmac128

PAIR = ["source_l", "record_l", "source_r", "record_r"]
NAME_BYTES = 8


def level_words(levels: npt.NDArray[np.int8]) -> str:
    """Say as JSON, per field, how far two records agree; `levels` as in `ScoredPairs`."""
    words = {}
    for comparison, level in zip(COMPARISONS, levels.tolist(), strict=True):
        if level < 0:
            words[comparison.name] = "not comparable"
        elif level == 0:
            words[comparison.name] = "different"
        else:
            label = comparison.levels[len(comparison.levels) - 1 - level].label
            words[comparison.name] = label.replace("_", " ")
    return json.dumps(words)


def with_names(items: pd.DataFrame, key: bytes) -> pd.DataFrame:
    """Add `item`: 16 hex digits of the AES-CMAC over the pair, the same in every month.

    `key` is a lasting key of the hub: 16, 24 or 32 bytes.
    """
    texts = [" ".join(pair) for pair in items[PAIR].itertuples(index=False, name=None)]
    macs: list[Any] = cmac128(key, pa.array(texts, pa.string())).to_pylist()
    names = [bytes(mac)[:NAME_BYTES].hex() for mac in macs]
    return items.assign(item=pd.Series(names, index=items.index, dtype="str"))
