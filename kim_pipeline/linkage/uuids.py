"""Whole columns of uuids between their text and their 16 bytes, without a loop over rows."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kim_pipeline.errors import LinkError

TEXT = 36
_HYPHENS = [8, 13, 18, 23]
_DIGITS = [place for place in range(TEXT) if place not in _HYPHENS]

Bytes = npt.NDArray[np.uint8]


def uuid_bytes(values: pa.StringArray) -> Bytes:
    """Give the 16 bytes of each uuid, shape (n, 16).

    Raises LinkError when a value is missing or not written as 8-4-4-4-12 hex digits.
    """
    lengths = np.asarray(pc.binary_length(values).to_numpy(zero_copy_only=False))
    if values.null_count or (lengths != TEXT).any():
        raise _not_ours()
    letters = np.frombuffer(_text(values), np.uint8).reshape(-1, TEXT)
    digits = letters[:, _DIGITS].tobytes()
    if (letters[:, _HYPHENS] != ord("-")).any() or any(c in digits for c in b" \t\n\r\f\v"):
        raise _not_ours()
    try:
        return np.frombuffer(bytes.fromhex(digits.decode("ascii")), np.uint8).reshape(-1, 16)
    except ValueError:
        raise _not_ours() from None


def uuid_texts(values: Bytes) -> pa.StringArray:
    """Write each row of 16 bytes as a uuid in lower case."""
    letters = np.full((len(values), TEXT), ord("-"), np.uint8)
    digits = np.frombuffer(values.tobytes().hex().encode(), np.uint8)
    letters[:, _DIGITS] = digits.reshape(-1, 32)
    offsets = np.arange(len(values) + 1, dtype=np.int32) * TEXT
    texts: Any = pa.StringArray.from_buffers(
        len(values), pa.py_buffer(offsets.tobytes()), pa.py_buffer(letters.tobytes())
    )
    return texts  # type: ignore[no-any-return]


def _text(values: pa.StringArray) -> bytes:
    """Give the letters of all values in a row, whatever slice or offset the column has."""
    whole: Any = pa.concat_arrays([values, values.slice(0, 0)])
    _, offsets, letters = whole.buffers()
    start, end = np.frombuffer(offsets, np.int32)[[0, len(values)]].tolist() if offsets else (0, 0)
    return bytes(letters[start:end]) if letters else b""


def _not_ours() -> LinkError:
    return LinkError("A record pseudonym is not a uuid: the tokens are not ours.")
