"""Pairs that people decided: what an office noted itself, and what the trust office decided."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from kim_pipeline.linkage.comparisons import ID_COLUMN, POINTER_COLUMNS
from kim_pipeline.linkage.pairs import Flags, Ints
from kim_pipeline.linkage.records import Records

COLUMNS = ("source_l", "record_l", "source_r", "record_r", "same")
_PAIR = ["l", "r"]


def _none() -> pd.DataFrame:
    kinds = dict.fromkeys(COLUMNS[:4], "str") | {"same": "bool"}
    return pd.DataFrame(columns=list(COLUMNS)).astype(kinds)


@dataclass(frozen=True)
class Decisions:
    """What the trust office decided, a row per decision, the latest last.

    `table` has `source_l`, `record_l`, `source_r`, `record_r` (str, either order) and bool `same`.
    """

    table: pd.DataFrame = field(default_factory=_none)

    @classmethod
    def of(cls, rows: Iterable[tuple[str, str, str, str, bool]]) -> "Decisions":
        """Take decisions row by row, the columns in the order of `COLUMNS`."""
        return cls(pd.DataFrame(list(rows), columns=list(COLUMNS)))


NO_DECISIONS = Decisions()


@dataclass(frozen=True)
class Forced:
    """Decided pairs of record positions, l < r, in order; both flags when notes contradict."""

    l: Ints  # noqa: E741
    r: Ints
    must: Flags
    cannot: Flags

    @property
    def pairs(self) -> Ints:
        """Give the pairs as `l << 32 | r`."""
        return np.asarray(self.l << 32 | self.r, dtype=np.int64)


def forced_pairs(records: Records, decided: Decisions = NO_DECISIONS) -> Forced:
    """Find the decided pairs of this month's records.

    A decision of the trust office stands above the notes of an office, the last one above others.
    What names records that are not there counts for nothing.
    """
    noted = pd.concat([_noted(records, column) for column in POINTER_COLUMNS])
    noted = noted.groupby(_PAIR, as_index=False)[["must", "cannot"]].max()
    pairs = pd.concat([noted, decided_pairs(records, decided)]).drop_duplicates(_PAIR, keep="last")
    pairs = pairs.sort_values(_PAIR)
    return Forced(
        l=pairs["l"].to_numpy(dtype=np.int64),
        r=pairs["r"].to_numpy(dtype=np.int64),
        must=pairs["must"].to_numpy(dtype=np.bool_),
        cannot=pairs["cannot"].to_numpy(dtype=np.bool_),
    )


def _noted(records: Records, column: str) -> pd.DataFrame:
    """List what the records of a source say of each other."""
    lists: Any = records.table[column].combine_chunks()
    owners = np.asarray(pc.list_parent_indices(lists), dtype=np.int64)
    names = lists.flatten().to_pandas().to_numpy(dtype=object)
    sources = records.source_codes[owners]
    return _pairs(
        pd.DataFrame({"one": owners, "other": positions(records, sources, names)}),
        np.full(len(owners), column == "same_as"),
    )


def decided_pairs(records: Records, decided: Decisions) -> pd.DataFrame:
    """List what the trust office decided of this month's records: `l`, `r`, `must`, `cannot`."""
    table, numbers = decided.table, {name: n for n, name in enumerate(records.sources)}
    ends = {
        end: positions(
            records,
            np.asarray(table["source_" + side].map(numbers).fillna(-1), dtype=np.int64),
            table["record_" + side].to_numpy(dtype=object),
        )
        for end, side in (("one", "l"), ("other", "r"))
    }
    return _pairs(pd.DataFrame(ends), table["same"].to_numpy(dtype=np.bool_))


def positions(records: Records, sources: Ints, names: npt.NDArray[np.object_]) -> Ints:
    """Find records by the number of their source and their pseudonym; -1 where there is none."""
    if not len(names):
        return np.empty(0, dtype=np.int64)
    ids = records.table[ID_COLUMN]
    here = np.flatnonzero(np.asarray(pc.is_in(ids, value_set=pa.array(names, pa.string()))))
    known = pd.DataFrame(
        {
            "source": records.source_codes[here],
            "name": ids.take(pa.array(here, pa.int64())).to_pandas().to_numpy(dtype=object),
            "position": here,
        }
    )
    wanted = pd.DataFrame({"source": sources, "name": names})
    found = wanted.merge(known, on=["source", "name"], how="left")["position"]
    return np.asarray(found.fillna(-1), dtype=np.int64)


def _pairs(ends: pd.DataFrame, same: Flags) -> pd.DataFrame:
    one, other = ends["one"].to_numpy(np.int64), ends["other"].to_numpy(np.int64)
    pairs = pd.DataFrame(
        {
            "l": np.minimum(one, other),
            "r": np.maximum(one, other),
            "must": same,
            "cannot": ~same,
        }
    )
    return pairs[(pairs["l"] >= 0) & (pairs["l"] < pairs["r"])]
