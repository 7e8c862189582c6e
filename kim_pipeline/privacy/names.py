"""All names of a table in all their forms, each distinct name worked out once; plaintext."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from kim_pipeline.privacy.columns import Coded, distinct_of_all
from kim_pipeline.privacy.deletions import deletions
from kim_pipeline.privacy.name_forms import NameForms, name_forms
from kim_pipeline.privacy.padded_lists import list_array


@dataclass(frozen=True)
class Names:
    """The forms of the distinct names of a table, and their deletions.

    `places` says, by name column, which name stands in which row.
    """

    forms: NameForms
    deletions: Coded
    places: Mapping[str, Any]


def name_table(columns: Mapping[str, pa.Array[Any]]) -> Names:
    """Work out the forms of every distinct name in these columns of text."""
    texts, places = distinct_of_all(list(columns.values()))
    forms = name_forms(texts)
    return Names(forms, _deletions(forms.canon), dict(zip(columns, places, strict=True)))


def _deletions(canons: pa.Array[Any]) -> Coded:
    coded: Any = canons.dictionary_encode()
    owners, texts = deletions(coded.dictionary)
    lengths = np.bincount(owners, minlength=len(coded.dictionary))
    return Coded(list_array(lengths, texts.take(np.argsort(owners, kind="stable"))), coded.indices)
