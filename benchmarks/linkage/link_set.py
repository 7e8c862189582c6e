"""Records to link with the truth behind them, in a folder: plain fields, tokens, and who is who."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from pyarrow import parquet

FIELDS, TOKENS, TRUTH, STAGED = "fields", "tokens", "truth", "staged"


@dataclass(frozen=True)
class LinkSet:
    """One set; per source the files `<source>.fields`, `.tokens` and `.truth`, as Parquet.

    Sets made by the real intake have `.staged` besides: the person table as staging holds it.
    """

    folder: Path

    @cached_property
    def sources(self) -> tuple[str, ...]:
        """Name the sources, in order."""
        return tuple(
            sorted(path.name.split(".")[0] for path in self.folder.glob("*.truth.parquet"))
        )

    def read(self, kind: str) -> dict[str, pa.Table]:
        """Read the tables of one kind by source, rows in the order of `records`."""
        return {
            source: parquet.read_table(
                self.folder / f"{source}.{kind}.parquet", partitioning=None
            ).sort_by("record_pseudonym")
            for source in self.sources
        }

    @cached_property
    def records(self) -> pd.DataFrame:
        """Give `source`, `record_pseudonym`, `nationality_group` and `person`, row = position."""
        known = pd.concat(table.to_pandas() for table in self.read(TRUTH).values())
        groups = [
            table.select(["record_pseudonym", "nationality_group"]).to_pandas().assign(source=name)
            for name, table in self.read(TOKENS).items()
        ]
        records = pd.concat(groups).merge(known, on=["source", "record_pseudonym"], how="left")
        records["nationality_group"] = records["nationality_group"].fillna("UNKNOWN").astype(str)
        return records.sort_values(["source", "record_pseudonym"], ignore_index=True)

    @cached_property
    def persons(self) -> npt.NDArray[np.int64]:
        """Number the true person of every record."""
        return np.asarray(pd.factorize(self.records["person"])[0], dtype=np.int64)

    def write(
        self, source: str, fields: pa.Table, tokens: pa.Table, truth: pa.Table, part: str = "all"
    ) -> None:
        """Write the three tables of a source; `truth` has `record_pseudonym` and `person`."""
        known = truth.select(["record_pseudonym", "person"])
        known = known.add_column(0, "source", pa.array([source] * known.num_rows))
        for kind, table in ((FIELDS, fields), (TOKENS, tokens), (TRUTH, known)):
            self.append(source, kind, table, part)

    def append(self, source: str, kind: str, table: pa.Table, part: str) -> None:
        """Write a part of a table; reading gives all parts as one."""
        folder = self.folder / f"{source}.{kind}.parquet"
        folder.mkdir(exist_ok=True)
        parquet.write_table(table, folder / f"{part}.parquet")
