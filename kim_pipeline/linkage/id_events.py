"""What happened to person ids in a month: the events of the ledger, from old and new ids."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from kim_pipeline.linkage.pairs import Flags, Ints

NOBODY = -1
EVENT_COLUMNS = ["kind", "person_id", "other_person_id", "records"]


@dataclass(frozen=True)
class Changes:
    """Old and new id of every record, as places in `ids`; ids of the past come first.

    old: int64 (n,), `NOBODY` where the record is new; now: int64 (n,).
    elsewhere: for each id of the past, whether it holds records that are not in this month.
    """

    old: Ints
    now: Ints
    elsewhere: Flags
    ids: pa.StringArray

    @property
    def born(self) -> int:
        """Tell at which place the ids of this month begin."""
        return len(self.elsewhere)


def events_of(changes: Changes) -> pd.DataFrame:
    """List founded, merged, split and moved ids; see `register.Assignment`."""
    ways, born = _ways(changes), changes.born
    merged = ways[~_goes_on(changes)[ways["old"]]].drop_duplicates("old")
    other = ways.drop(merged.index)
    split, moved = other[other["new"] >= born], other[other["new"] < born]
    parts = [
        _named("founded", _founded(changes, split), ("new", "old"), changes.ids),
        _named("merged", merged, ("old", "new"), changes.ids),
        _named("split", split, ("new", "old"), changes.ids),
        _named("moved", moved, ("new", "old"), changes.ids),
    ]
    return pd.concat(parts, ignore_index=True)[EVENT_COLUMNS]


def _ways(changes: Changes) -> pd.DataFrame:
    """Count the records that went from one id to another; the largest way of an id first."""
    changed = (changes.old != NOBODY) & (changes.old != changes.now)
    went = pd.DataFrame({"old": changes.old[changed], "new": changes.now[changed]})
    ways = went.groupby(["old", "new"]).size().reset_index(name="records")
    ways["name"] = changes.ids.take(ways["new"].to_numpy(np.int64)).to_pandas()
    return ways.sort_values(["old", "records", "name"], ascending=[True, False, True])


def _goes_on(changes: Changes) -> Flags:
    goes_on = np.zeros(len(changes.ids), dtype=np.bool_)
    goes_on[: changes.born] = changes.elsewhere
    goes_on[changes.now] = True
    return goes_on


def _founded(changes: Changes, split: pd.DataFrame) -> pd.DataFrame:
    """Count the records of new ids none of whose records left another id."""
    new, records = np.unique(changes.now[changes.now >= changes.born], return_counts=True)
    founded = pd.DataFrame({"new": new, "old": NOBODY, "records": records})
    founded = founded[~founded["new"].isin(split["new"])]
    names = changes.ids.take(founded["new"].to_numpy(np.int64)).to_pandas()
    return founded.assign(name=names.to_numpy()).sort_values("name")


def _named(
    kind: str, ways: pd.DataFrame, columns: tuple[str, str], ids: pa.StringArray
) -> pd.DataFrame:
    who, whom = (ways[column].to_numpy(np.int64) for column in columns)
    others = ids.take(pa.array(whom, pa.int64(), mask=whom == NOBODY))
    return pd.DataFrame(
        {
            "kind": pd.Series([kind] * len(ways), dtype="str"),
            "person_id": ids.take(who).to_pandas(),
            "other_person_id": others.to_pandas(),
            "records": ways["records"].to_numpy(np.int64),
        }
    )
