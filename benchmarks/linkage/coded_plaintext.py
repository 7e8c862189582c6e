"""Plaintext in the form of token tables: every text a number, no key, nothing padded.

Equal texts get equal numbers wherever the pipeline would give them equal tokens. What plaintext
knows beyond equality (how far apart two names are) is left out here.
"""

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.linkage.plaintext import TEXT, plain_features
from kim_pipeline.privacy.token_sets import TOKEN_SETS, label

SETS = pa.list_(pa.int64())
TOKENS = {field.name: field.type for field in TOKEN_SETS if field.type in (pa.int64(), SETS)}


def coded(fields: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """Give token tables whose tokens are places in one list of texts per kind of field."""
    features = plain_features(fields)
    lists = {kind: _texts(features, kind) for kind in set(map(label, TOKENS))}
    return {source: _coded(table, lists) for source, table in features.items()}


def _coded(features: pa.Table, lists: Mapping[str, pa.Array]) -> pa.Table:
    columns = {
        name: _numbers(features[name], lists[label(name)]) if name in TOKENS else features[name]
        for name in TOKEN_SETS.names
        if name in features.column_names
    }
    return pa.table(columns)


def _texts(features: Mapping[str, pa.Table], kind: str) -> pa.Array:
    """List the distinct texts of all columns whose tokens may be compared with each other."""
    parts = [
        _flat(table[name].combine_chunks())
        for table in features.values()
        for name in TOKENS
        if label(name) == kind
    ]
    return pa.concat_arrays(parts).unique().drop_null()


def _flat(column: pa.Array) -> pa.Array:
    return (column.flatten() if _is_list(column) else column).cast(TEXT)


def _is_list(column: pa.Array) -> bool:
    return pa.types.is_list(column.type) or pa.types.is_large_list(column.type)


def _numbers(column: pa.ChunkedArray, texts: pa.Array) -> pa.Array:
    whole = column.combine_chunks()
    places = pc.index_in(_flat(whole), value_set=texts).cast(pa.int64())
    if not _is_list(whole):
        return places
    lengths = pc.fill_null(pc.list_value_length(whole), 0)
    ends = pc.cumulative_sum(lengths.cast(pa.int32()))
    starts = pa.concat_arrays([pa.array([0], pa.int32()), ends])
    return pa.ListArray.from_arrays(starts, places, mask=whole.is_null())
