"""Every form of a name, from exact to coarse, for many names at once: plaintext in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kim_pipeline.privacy.normalise import normalise_all
from kim_pipeline.privacy.padded_lists import Ints, list_array
from kim_pipeline.privacy.sounds import bones, canonical
from kim_pipeline.privacy.spoken_words import spoken_words

_TEXT = pa.large_string()
_NOTHING = pa.scalar("", _TEXT)


@dataclass(frozen=True)
class NameForms:
    """The forms of names as columns, one row per name; null where nothing is left of it.

    `words` are the canonical words in their order, `canon` is all of them joined, `skeleton` the
    consonant classes of all and `first_skeleton` those of the first.
    """

    normalised: Any
    canon: Any
    words: Any
    skeleton: Any
    first_skeleton: Any


def name_forms(texts: Sequence[str]) -> NameForms:
    """Work out the forms of many names; what words they share is worked out once."""
    normalised = pa.array(normalise_all(texts), _TEXT)
    owners, spoken = spoken_words(normalised)
    coded: Any = spoken.dictionary_encode()
    sounds = canonical(coded.dictionary.to_pylist())
    audible = np.fromiter(map(bool, sounds), np.bool_, len(sounds))
    codes = coded.indices.to_numpy()
    heard = np.flatnonzero(audible[codes])
    lengths = np.bincount(owners[heard], minlength=len(normalised))
    words, skeletons = (
        list_array(lengths, pa.array(forms, _TEXT).take(codes[heard]), lengths == 0)
        for forms in (sounds, bones(sounds))
    )
    return NameForms(
        normalised=normalised,
        canon=pc.binary_join(words, _NOTHING),
        words=words,
        skeleton=pc.binary_join(skeletons, _NOTHING),
        first_skeleton=_first(skeletons, lengths),
    )


def canon(text: str | None) -> str | None:
    """Return the transliteration-canonical form of a whole name, its words joined."""
    form: str | None = name_forms([text or ""]).canon[0].as_py()
    return form


def skeleton(text: str | None) -> str | None:
    """Return the consonant classes of a whole name; an initial vowel of any kind counts as `a`."""
    form: str | None = name_forms([text or ""]).skeleton[0].as_py()
    return form


def _first(lists: Any, lengths: Ints) -> Any:
    starts = pa.array(np.cumsum(lengths) - lengths, pa.int64(), mask=lengths == 0)
    return lists.flatten().take(starts)
