"""Alias, birth and former names: their canonical forms, and the match keys they would give.

A birth or former name is a family name and goes with the current given name. An alias brings its
own given and family name; where it lacks one of them, the current one stands in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kim_pipeline.errors import LinkError
from kim_pipeline.privacy.composites import Secret, name_keys
from kim_pipeline.privacy.keyed_names import KeyedNames
from kim_pipeline.privacy.link_fields import link_field
from kim_pipeline.privacy.padded_lists import (
    Ints,
    list_array,
    list_lengths,
    owners_of,
    sets_of,
    without_empty,
)

GIVEN, FAMILY = "_other_given", "_other_family"
OWN = {
    "other_family": "family_canon",
    "other_given": "given_canon",
    "other_k1": "k1",
    "other_k2": "k2",
    "other_k3": "k3",
    "other_k6": "k6",
}
"""By column of other names: the record's own column of the same kind, under the same key."""


@dataclass(frozen=True)
class OtherNames:
    """Other names, one entry per name: whose record, and family and given name (null: none)."""

    rows: Ints
    given: Any
    family: Any


def listed_other_names(fields: pa.Table) -> OtherNames:
    """List every other name of the records.

    Raises LinkError when the two parts of aliases do not stand side by side.
    """
    former = link_field(fields, "other_family")
    given, family = link_field(fields, "alias_given"), link_field(fields, "alias_family")
    if not np.array_equal(list_lengths(given), list_lengths(family)):
        raise LinkError("Aliases lack given or family names; write null for what is unknown.")
    formers = former.flatten()
    return OtherNames(
        np.concatenate([owners_of(former), owners_of(family)]),
        pa.concat_arrays([pa.nulls(len(formers), pa.string()), given.flatten()]),
        pa.concat_arrays([formers, family.flatten()]),
    )


def other_sets(
    others: OtherNames, names: KeyedNames, tokens: Mapping[str, Any], year: Any, secret: Secret
) -> dict[str, Any]:
    """Return the sets of the columns of `OWN`, without what is the record's own already.

    All are null where all are empty, so that nulls tell one thing only.
    """
    rows = pa.array(others.rows)
    given, family = names.names.places[GIVEN], names.names.places[FAMILY]
    alias, current = names.skeleton.take(given), tokens["given_skel"].take(rows)
    former, own = names.skeleton.take(family), tokens["family_skel"].take(rows)
    whole = pc.coalesce(alias, current), pc.coalesce(former, own)
    keys = name_keys(*whole, tokens["dob"].take(rows), year.take(rows), secret)
    found = {"other_family": names.canon.take(family), "other_given": names.canon.take(given)}
    found |= {f"other_{name}": key for name, key in keys.items()}
    lists = {name: _by_record(found[name], others.rows, tokens[OWN[name]]) for name in OWN}
    return without_empty(lists)


def _by_record(found: Any, rows: Ints, own: Any) -> Any:
    order = np.argsort(rows, kind="stable")
    known = order[found.is_valid().to_numpy(zero_copy_only=False)[order]]
    lengths = np.bincount(rows[known], minlength=len(own))
    return sets_of(list_array(lengths, found.take(known)), own)
