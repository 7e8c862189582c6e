"""The simplest peer: one keyed hash of normalised given name, family name and birth date."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from Crypto.Hash import HMAC, SHA256

from benchmarks.linkage.found import Found, Ints, pairs_of
from benchmarks.linkage.fresh_process import Usage
from benchmarks.linkage.link_set import FIELDS, LinkSet
from benchmarks.linkage.plaintext import plain_features

KEY = bytes(range(32))


def one_key(data: LinkSet, usage: Usage) -> Found:
    """Link all records with the same hash; records that lack a part stay alone."""
    with usage.part("read"):
        plain = pa.concat_tables(
            table.select(["given", "family", "dob"])
            for table in plain_features(data.read(FIELDS)).values()
        )
    with usage.part("link"):
        parts = [plain[name].cast(pa.string()) for name in ("given", "family", "dob")]
        texts = pc.binary_join_element_wise(*parts, "|")
        hashes = [_hash(text) for text in texts.to_pylist()]
        labels = _labels(hashes)
        left, right = pairs_of(labels)
    return Found(left, right, np.ones(len(left)), {1.0: labels})


def _hash(text: str | None) -> bytes | None:
    if text is None:
        return None
    return HMAC.new(KEY, text.encode(), digestmod=SHA256).digest()


def _labels(hashes: list[bytes | None]) -> Ints:
    known: dict[bytes, int] = {}
    alone = len(hashes)
    return np.array(
        [
            known.setdefault(found, len(known)) if found is not None else alone + row
            for row, found in enumerate(hashes)
        ],
        dtype=np.int64,
    )
