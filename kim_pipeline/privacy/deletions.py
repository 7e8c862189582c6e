"""What losing one letter makes of a word: one typo leaves two words one form in common."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

LETTERS = 64
"""Longer forms count with their first letters; the number of deletions grows with the length."""

Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]


def deletions(forms: pa.Array[Any]) -> tuple[Ints, pa.Array[Any]]:
    """Return every form and all it becomes without one letter, with the form's row number.

    `forms` are plain a to z and 0 to 9 without null; texts of one form may repeat and are in no
    order, and no text is empty.
    """
    if not len(forms):
        return np.zeros(0, np.int64), pa.array([], pa.large_string())
    text: Any = forms.cast(pa.large_string())
    offsets = np.frombuffer(text.buffers()[1], np.int64)[text.offset : text.offset + len(text) + 1]
    data = np.frombuffer(text.buffers()[2], np.uint8)
    lengths = np.minimum(np.diff(offsets), LETTERS)
    owners, texts = [], []
    for length in np.unique(lengths):
        rows = np.flatnonzero(lengths == length)
        letters = data[offsets[rows, None] + np.arange(length)]
        owners.append(rows)
        texts.append(_strings(letters))
        if length > 1:
            owners.append(np.repeat(rows, length))
            texts.append(_strings(letters[:, _others(int(length))].reshape(-1, length - 1)))
    return np.concatenate(owners), pa.concat_arrays(texts)


def _others(length: int) -> Ints:
    """Return (length, length - 1): in each row all places but one."""
    places = np.tile(np.arange(length), (length, 1))
    return places[~np.eye(length, dtype=bool)].reshape(length, length - 1)


def _strings(letters: Bytes) -> pa.Array[Any]:
    count, width = letters.shape
    offsets = np.arange(count + 1, dtype=np.int64) * width
    buffers = [None, pa.py_buffer(offsets.tobytes()), pa.py_buffer(letters.tobytes())]
    return pa.Array.from_buffers(pa.large_string(), count, buffers)
