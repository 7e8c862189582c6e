"""The truth of a simulation, in the words of the register: the true person of every record."""

from pathlib import Path

import pandas as pd
import pyarrow as pa

from assets.resources import Hub
from kim_pipeline.errors import ConfigError
from kim_pipeline.privacy.columns import Column
from kim_pipeline.privacy.pseudonyms import pseudonyms

PERSON_NUMBER = ["person_number"]


def read_true_records(hub: Hub, truth: Path) -> pd.DataFrame:
    """Read the true person of every record: `source`, `record_pseudonym`, `person`.

    Raises ConfigError when the folder holds no truth.
    """
    path = truth / "records.csv"
    if not path.exists():
        raise ConfigError(f"{path} is missing; kim simulate writes it beside the deliveries.")
    records = pd.read_csv(path, dtype=str)
    parts = []
    for source, rows in records.groupby("source"):
        key = hub.keyring.pseudonym_key(str(source))
        # Where a number holds in one town only, the pseudonym is that of town and number.
        names = ["town_ags", "person_number"] if rows["town_ags"].notna().any() else PERSON_NUMBER
        numbers: list[Column] = [pa.array(rows[name].tolist(), pa.string()) for name in names]
        parts.append(
            pd.DataFrame(
                {
                    "source": str(source),
                    "record_pseudonym": pseudonyms(numbers, key, "person").to_pylist(),
                    "person": rows["person"].to_numpy(),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)
