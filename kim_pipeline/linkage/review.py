"""What a run of linkage asks people about: doubtful links, conflicts, and duplicates of one office.

An item names two records and says in words how far their fields agree; it holds no value. What may
be asked of an authority is chosen from its own columns alone (`own_duplicates`), so that neither
the choice nor its absence tells what another authority knows.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from kim_pipeline.linkage.clusters import Clusters
from kim_pipeline.linkage.pairs import Flags, Floats, Ints, ScoredPairs
from kim_pipeline.linkage.records import Records
from kim_pipeline.linkage.review_names import PAIR, level_words

ITEM_COLUMNS = [*PAIR, "kind", "reason", "own", "levels", "probability"]
KINDS = ("contradiction", "conflict", "doubtful", "duplicate")
NOTED, ONE_SOURCE = "noted_as_different", "two_records_of_one_source"
# Odds within this many bits of the cut leave the question open: .2 to .8 around a cut of one half.
DOUBT_BITS = 2.0
# Beyond the most a trust office can look at, only the most informative are worth keeping.
MOST_ITEMS = 2000
OWN_ITEMS = 200
OWN_FIELDS = ("given_canon", "family_canon", "dob")
OWN_MOST_ALIKE = 4


@dataclass(frozen=True)
class Judged:
    """Scored pairs with their odds and cut in bits; n rows each.

    held: admitted only because the link stood before.
    """

    pairs: ScoredPairs
    bits: Floats
    cut: Floats
    held: Flags


def review_items(records: Records, judged: Judged, found: Clusters) -> pd.DataFrame:
    """List what should be asked, the most informative first; columns `ITEM_COLUMNS`.

    A pair that the trust office decided, or an office noted, is asked again only where notes
    contradict each other.
    """
    pairs = judged.pairs
    told = pairs.must | pairs.cannot
    distance = np.abs(judged.bits - judged.cut)
    doubtful = ~told & ((distance <= DOUBT_BITS) | judged.held)
    reason = np.full(pairs.size, "", dtype=object)
    reason[found.conflicts.rows] = np.where(found.conflicts.noted, NOTED, ONE_SOURCE)
    kind = np.where(doubtful, "doubtful", "").astype("<U16")
    kind[found.conflicts.rows] = "conflict"
    kind[found.conflicts.rows[pairs.must[found.conflicts.rows]]] = "contradiction"
    chosen = _most_informative(kind, np.where(kind == "conflict", -judged.bits, distance))
    model = pd.DataFrame({"l": pairs.l[chosen], "r": pairs.r[chosen], "kind": kind[chosen]})
    model = model.assign(row=chosen, reason=reason[chosen], probability=_chance(judged, chosen))
    own = own_duplicates(records, told_pairs(pairs))
    return _named(records, pairs, model.merge(own, on=["l", "r"], how="outer", sort=False))


def _most_informative(kind: npt.NDArray[np.str_], dullness: Floats) -> Ints:
    """Take of each kind in turn, contradictions first, so that none crowds out the others."""
    rows = np.flatnonzero(kind != "")
    order = rows[np.lexsort((rows, dullness[rows]))]
    parts = [order[kind[order] == name] for name in KINDS]
    turn = np.concatenate([np.arange(len(part)) for part in parts])
    rank = np.concatenate([np.full(len(part), at) for at, part in enumerate(parts)])
    turn[rank == 0] = 0
    return np.asarray(np.concatenate(parts)[np.lexsort((rank, turn))][:MOST_ITEMS], dtype=np.int64)


def _chance(judged: Judged, rows: Ints) -> Floats:
    """Give probabilities in two digits: exact ones are a fingerprint of the pair."""
    return np.round(1 / (1 + np.exp2(-np.clip(judged.bits[rows], -60, 60))), 2)


def told_pairs(pairs: ScoredPairs) -> pd.DataFrame:
    """Give the pairs (`l`, `r`) about which somebody has spoken already."""
    told = pairs.must | pairs.cannot
    return pd.DataFrame({"l": pairs.l[told], "r": pairs.r[told]})


def own_duplicates(records: Records, told: pd.DataFrame) -> pd.DataFrame:
    """Find records of one source with equal canonical names and date of birth; `l`, `r`, `own`.

    They depend on nothing but the source's own columns and notes: no model, no probability, no
    record of another source. At most `OWN_ITEMS` per source, in the order of its records.
    """
    codes = {name: _codes(records.table[name]) for name in OWN_FIELDS}
    fields = pd.DataFrame({"source": records.source_codes, **codes})
    fields["position"] = np.arange(records.size)
    fields = fields[(fields[list(OWN_FIELDS)] >= 0).all(axis=1)]
    by = ["source", *OWN_FIELDS]
    many = fields.groupby(by)["position"].transform("size")
    alike = fields[(many > 1) & (many <= OWN_MOST_ALIKE)]
    met = alike.merge(alike, on=by, suffixes=("_l", "_r"))
    met = met[met["position_l"] < met["position_r"]].sort_values(["position_l", "position_r"])
    met = met.rename(columns={"position_l": "l", "position_r": "r"})
    met = met.merge(told.assign(told=True), on=["l", "r"], how="left")
    met = met[met["told"].isna()].groupby("source", sort=False).head(OWN_ITEMS)
    return met[["l", "r"]].astype(np.int64).assign(own=True)


def _codes(column: "pa.ChunkedArray[Any]") -> Ints:
    """Number the values of a column; -1 where it is empty. Tokens are too long for floats."""
    encoded: Any = column.combine_chunks().dictionary_encode()
    return np.asarray(encoded.indices.fill_null(-1).to_numpy(), dtype=np.int64)


def _named(records: Records, pairs: ScoredPairs, items: pd.DataFrame) -> pd.DataFrame:
    """Name both records of every item and put the agreement of their fields into words."""
    rows = items["row"].fillna(_rows(pairs, items)).astype(np.int64)
    sides = {
        side: records.table.select(["source", "record_pseudonym"]).take(
            pa.array(items[side].to_numpy(np.int64))
        )
        for side in ("l", "r")
    }
    return pd.DataFrame(
        {
            **{f"source_{side}": table["source"].to_pandas() for side, table in sides.items()},
            **{
                f"record_{side}": table["record_pseudonym"].to_pandas()
                for side, table in sides.items()
            },
            "kind": items["kind"].fillna("duplicate").astype(str),
            "reason": items["reason"].fillna("").astype(str),
            "own": items["own"].notna(),
            "levels": [level_words(pairs.levels[row]) if row >= 0 else "{}" for row in rows],
            "probability": items["probability"].astype(np.float64),
        },
        columns=ITEM_COLUMNS,
    )


def _rows(pairs: ScoredPairs, items: pd.DataFrame) -> pd.Series:
    """Find the row of each item among the pairs; -1 where it was no candidate."""
    key = pairs.l * (2**31) + pairs.r
    order = np.argsort(key)
    asked = (items["l"] * (2**31) + items["r"]).to_numpy(np.int64)
    at = np.minimum(np.searchsorted(key[order], asked), max(len(key) - 1, 0))
    if not len(key):
        return pd.Series(-1, index=items.index)
    rows = order[at]
    return pd.Series(np.where(key[rows] == asked, rows, -1), index=items.index)
