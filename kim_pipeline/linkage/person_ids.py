"""How a person id is made, for one record and for a whole column of founding records."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from Crypto.Cipher import AES
from Crypto.Hash import CMAC

from kim_pipeline.errors import LinkError
from kim_pipeline.linkage.pairs import Ints
from kim_pipeline.linkage.uuids import Bytes, uuid_bytes, uuid_texts
from kim_pipeline.periods import format_month
from kim_pipeline.privacy.batch_cmac import cmac128


@dataclass(frozen=True)
class NewIds:
    """Ids in the order of their founding records, and the counter that made each unique."""

    ids: pa.StringArray
    counters: Ints


def person_id(key: bytes, record_pseudonym: str, month: date, counter: int) -> str:
    """Make an id: AES-CMAC(key, pseudonym (16 B) | "YYYY-MM" | counter (4 B, big end first))."""
    try:
        founding = UUID(record_pseudonym).bytes
    except ValueError:
        raise LinkError("A record pseudonym is not a uuid: the tokens are not ours.") from None
    mac = CMAC.new(key, ciphermod=AES)
    mac.update(founding + format_month(month).encode() + counter.to_bytes(4, "big"))
    return str(UUID(bytes=mac.digest()))


def new_person_ids(
    pseudonyms: pa.StringArray, taken: pa.StringArray, month: date, key: bytes
) -> NewIds:
    """Make an id for each founding record, none of them in `taken`; each equals `person_id`.

    Raises LinkError when a pseudonym is no uuid.
    """
    founding = uuid_bytes(pseudonyms)
    counters = np.zeros(len(founding), dtype=np.int64)
    ids = _ids(founding, month, counters, key)
    while (met := _found_in(ids, taken)).any():
        counters[met] += 1
        ids = _ids(founding, month, counters, key)
    return NewIds(ids, counters)


def _ids(founding: Bytes, month: date, counters: Ints, key: bytes) -> pa.StringArray:
    named = np.frombuffer(format_month(month).encode(), np.uint8)
    months = np.broadcast_to(named, (len(founding), len(named)))
    numbers = counters.astype(">u4").view(np.uint8).reshape(-1, 4)
    messages = np.hstack([founding, months, numbers])
    column: Any = pa.Array.from_buffers(
        pa.binary(messages.shape[1]), len(messages), [None, pa.py_buffer(messages.tobytes())]
    )
    tags: Any = cmac128(key, column).buffers()[1]
    return uuid_texts(np.frombuffer(tags, np.uint8)[: 16 * len(founding)].reshape(-1, 16))


def _found_in(ids: pa.StringArray, taken: pa.StringArray) -> Any:
    return pc.is_in(ids, value_set=taken).to_numpy(zero_copy_only=False)
