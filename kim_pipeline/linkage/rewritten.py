"""How many records of each source look otherwise than a month ago, by their token-set digests."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kim_pipeline.linkage.comparisons import ID_COLUMN
from kim_pipeline.linkage.records import DIGEST_COLUMN, Records


def rewritten(before: pa.Table, records: Records) -> dict[str, tuple[int, int]]:
    """Count, per source, the records that were known before and those of them that changed.

    `before`: `source`, `record_pseudonym`, `digest`, of the same link epoch: digests of two epochs
    differ whatever the records do. Records without a digest are not counted.
    """
    columns = ["source", ID_COLUMN, DIGEST_COLUMN]
    now = _with_digest(records.table.select(columns))
    both = now.join(
        _with_digest(before.select(columns)),
        keys=columns[:2],
        right_suffix="_before",
        join_type="inner",
    )
    differs: Any = pc.not_equal(both[DIGEST_COLUMN], both[f"{DIGEST_COLUMN}_before"])
    codes: Any = pc.index_in(both["source"], value_set=pa.array(records.sources, pa.string()))
    of_source = np.asarray(codes, dtype=np.int64)
    size = len(records.sources)
    known = np.bincount(of_source, minlength=size).tolist()
    changed = np.bincount(of_source[np.asarray(differs, dtype=np.bool_)], minlength=size).tolist()
    counted = zip(records.sources, known, changed, strict=True)
    return {source: (of_all, of_these) for source, of_all, of_these in counted if of_all}


def _with_digest(table: pa.Table) -> pa.Table:
    plain = table.set_column(2, DIGEST_COLUMN, table[DIGEST_COLUMN].cast(pa.binary()))
    return plain.filter(pc.is_valid(plain[DIGEST_COLUMN]))
