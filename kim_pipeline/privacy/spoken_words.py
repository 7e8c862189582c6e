"""The words of names as they are spoken: without particles, compounds such as `Abd al-` joined."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kim_pipeline.privacy.normalise import PARTICLES, words_of
from kim_pipeline.privacy.padded_lists import owners_of
from kim_pipeline.privacy.sounds import without_article

_SERVANT = re.compile("abd(?:[aeo]l|[uo]ul?|u[rlsnd])?")
_FAITH = re.compile("(?:ed|ud|ad|al)?d(?:i|ee|y)ne?")
_GOD = re.compile("(?:a|o|u|ou)ll?ah?")
_COMPOUND = re.compile("|".join(part.pattern for part in (_SERVANT, _FAITH, _GOD)))

Ints = npt.NDArray[np.int64]


def spoken_words(normalised: pa.Array[Any]) -> tuple[Ints, pa.Array[Any]]:
    """Return every word of normalised names, in order, with the row number of its name.

    A name of particles alone keeps them. Only names with a part of a compound are looked at singly.
    """
    split: Any = pc.split_pattern(normalised, " ")
    owners, coded = owners_of(split), split.flatten().dictionary_encode()
    codes, known = coded.indices.to_numpy(), coded.dictionary.to_pylist()
    kept = ~_where(known, PARTICLES.__contains__)[codes]
    kept |= (np.bincount(owners[kept], minlength=len(normalised)) == 0)[owners]
    joined = np.zeros(len(normalised), np.bool_)
    joined[owners[kept & _where(known, _COMPOUND.fullmatch)[codes]]] = True
    simple = np.flatnonzero(kept & ~joined[owners])
    rows = np.flatnonzero(joined)
    found = [_join_compounds(words_of(name)) for name in normalised.take(rows).to_pylist()]
    others = np.repeat(rows, [len(words) for words in found])
    texts = pa.array([word for words in found for word in words], pa.large_string())
    everyone = np.concatenate([owners[simple], others])
    order = np.argsort(everyone, kind="stable")
    words = pa.concat_arrays([coded.dictionary.take(codes[simple]), texts])
    return everyone[order], words.take(order)


def _where(words: list[str], test: Any) -> npt.NDArray[np.bool_]:
    return np.fromiter((bool(test(word)) for word in words), np.bool_, len(words))


def _join_compounds(parts: list[str]) -> list[str]:
    joined: list[str] = []
    for part in parts:
        if joined and _SERVANT.fullmatch(joined[-1]):
            joined[-1] = "abd" + without_article(part)
        elif joined and _FAITH.fullmatch(part):
            joined[-1] += "adin"
        elif joined and _GOD.fullmatch(part):
            joined[-1] += "ula"
        else:
            joined.append(part)
    return joined
