"""Where an asset is written down: its module, and the contract or the queries it follows."""

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dagster as dg

ROOT = Path(__file__).parents[1]


def written_in(**files: Path | str) -> Mapping[str, Any]:
    """Point to files by label; a text names a file below the root of the code."""
    with warnings.catch_warnings():
        # Code references are still in beta; without them nothing but a link is missing.
        warnings.simplefilter("ignore")
        places = [
            dg.LocalFileCodeReference(file_path=str(ROOT / path), label=label.replace("_", " "))
            for label, path in files.items()
        ]
        value = dg.CodeReferencesMetadataValue(code_references=[*places])
    return {"dagster/code_references": value}
