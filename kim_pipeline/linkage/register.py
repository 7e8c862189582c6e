"""Person ids over time: which id each cluster of records carries, and what happened to ids.

Pure functions; the warehouse keeps the result. An id is made once, from the record that founded the
person, and then only ever carried: a run that sees the same records changes nothing.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from kim_pipeline.errors import LinkError
from kim_pipeline.linkage.id_events import NOBODY, Changes, events_of
from kim_pipeline.linkage.pairs import Flags, Ints
from kim_pipeline.linkage.person_ids import new_person_ids

RECORD = ["source", "record_pseudonym"]
LINK_COLUMNS = [*RECORD, "person_id"]
PERSON_COLUMNS = ["person_id", *RECORD, "founded_on", "counter"]


@dataclass(frozen=True)
class Assignment:
    """Who is who this month.

    links: one row per record (`source`, `record_pseudonym`, `person_id`), sorted by record.
    events: `kind`, `person_id`, `other_person_id`, `records` (how many it concerns):
      founded - `person_id` is new; merged - `person_id` ended, `other_person_id` goes on
      (redirect); split - `person_id` is new, its records left `other_person_id`; moved - records
      came to `person_id` from `other_person_id`, both go on.
    new_persons: `person_id`, its founding `source` and `record_pseudonym`, `founded_on`, `counter`.
    """

    links: pd.DataFrame
    events: pd.DataFrame
    new_persons: pd.DataFrame


@dataclass(frozen=True)
class _Known:
    """The records of a month, sorted, each with its cluster and the number of its old id.

    cluster: int64 (n,), numbered from 0; old: int64 (n,), place in `ids`, `NOBODY` where new.
    ids: all ids that hold records, sorted; age: their founding days, as int64;
    elsewhere: whether an id holds records that are not in this month.
    """

    records: pd.DataFrame
    cluster: Ints
    old: Ints
    ids: pa.StringArray
    age: Ints
    elsewhere: Flags


def carry_over(
    clusters: pd.DataFrame,
    previous_links: pd.DataFrame,
    month: date,
    register_key: bytes,
    given: "Collection[str] | pa.Array[Any]" = (),
) -> Assignment:
    """Give each cluster the id it shares most records with, or a new one.

    Pairs of cluster and id are taken by falling overlap, ties by the older id (`founded_on`, an
    optional column of `previous_links`), then the lowest; each id and each cluster once. An id of
    `previous_links` or `given` is never given anew, even when none of its records is delivered.

    Args:
        clusters: `source`, `record_pseudonym`, `cluster` (any sortable label).
        previous_links: `source`, `record_pseudonym`, `person_id`: the links as they stand.
        given: person ids of the past that are in no link any more.
        month: founding month of new persons.
        register_key: 16, 24 or 32 bytes.

    Raises:
        LinkError: a record occurs twice, or a pseudonym is no uuid.
    """
    known = _known(clusters, previous_links)
    carried = _carried(known)
    founders = _founders(known, carried)
    taken = pa.concat_arrays([known.ids, _texts(given)])
    found = known.records.iloc[founders].reset_index(drop=True)
    made = new_person_ids(_texts(found["record_pseudonym"]), taken, month, register_key)
    carried[known.cluster[founders]] = len(known.ids) + np.arange(len(founders))
    ids = pa.concat_arrays([known.ids, made.ids])
    now = carried[known.cluster]
    person = ids.take(now).to_pandas()
    new = found.assign(person_id=made.ids.to_pandas(), founded_on=month, counter=made.counters)
    return Assignment(
        known.records.assign(person_id=person)[LINK_COLUMNS],
        events_of(Changes(known.old, now, known.elsewhere, ids)),
        new[PERSON_COLUMNS],
    )


def persons_before(records: pd.DataFrame, previous: pd.DataFrame) -> Ints:
    """Number the person each record (`source`, `record_pseudonym`) had; -1 where it had none."""
    person = np.append(pd.factorize(previous["person_id"])[0].astype(np.int64), NOBODY)
    names, old_names = _names(records, "records"), _names(previous, "previous links")
    return np.asarray(person[_places(names, old_names)], dtype=np.int64)


def _known(clusters: pd.DataFrame, previous: pd.DataFrame) -> _Known:
    names, old_names = _names(clusters, "clusters"), _names(previous, "previous links")
    order = pc.sort_indices(names).to_numpy()
    records = clusters[RECORD].iloc[order].reset_index(drop=True)
    linked = _texts(previous["person_id"])
    ids = linked.unique().sort()
    person = _places(linked, ids)
    old = np.append(person, NOBODY)[_places(names, old_names)[order]]
    held, seen = (np.bincount(p[p != NOBODY], minlength=len(ids)) for p in (person, old))
    labels = pd.factorize(clusters["cluster"].iloc[order])[0].astype(np.int64)
    return _Known(records, labels, old, ids, _ages(previous, person, len(ids)), held > seen)


def _names(table: pd.DataFrame, what: str) -> pa.StringArray:
    """Give every record one text that sorts like source and pseudonym."""
    source, record = (_texts(table[column]) for column in RECORD)
    space = pa.array([" "] * len(table), pa.string())
    names = pc.binary_join_element_wise(source, record, space)
    if len(names) != pc.count_distinct(names, mode="all").as_py():
        raise LinkError(f"A record occurs twice in the {what}: it can belong to one person only.")
    return names


def _texts(values: "Collection[str] | pd.Series | pa.Array[Any]") -> pa.StringArray:
    """Give texts as one array, also where pandas holds them in chunks: an empty column does."""
    found: Any = pa.array(values, pa.string())
    whole: Any = found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found
    return whole  # type: ignore[no-any-return]


def _places(values: pa.StringArray, among: pa.StringArray) -> Ints:
    """Find each value's place among others, `NOBODY` where it is not there."""
    places = pc.index_in(values, value_set=among).fill_null(NOBODY)
    return np.asarray(places.to_numpy(), dtype=np.int64)


def _ages(previous: pd.DataFrame, person: Ints, many: int) -> Ints:
    ages = np.full(many, np.iinfo(np.int64).max)
    if "founded_on" in previous:
        days = pd.to_datetime(previous["founded_on"]).to_numpy().astype("datetime64[D]")
        known = ~np.isnat(days)
        np.minimum.at(ages, person[known], days[known].astype(np.int64))
    return ages


def _carried(known: _Known) -> Ints:
    """Give the id each cluster keeps, as place in `ids`; `NOBODY` where it keeps none."""
    has = known.old != NOBODY
    many = max(len(known.ids), 1)
    key, records = np.unique(known.cluster[has] * many + known.old[has], return_counts=True)
    cluster, person = key // many, key % many
    carried = np.full(int(known.cluster.max(initial=-1)) + 1, NOBODY, dtype=np.int64)
    clear = (np.bincount(cluster)[cluster] == 1) & (np.bincount(person)[person] == 1)
    carried[cluster[clear]] = person[clear]
    first = pd.Series(np.arange(len(known.cluster))).groupby(known.cluster).min().to_numpy()
    contested = np.flatnonzero(~clear)
    order = np.lexsort(
        (
            first[cluster[contested]],
            person[contested],
            known.age[person[contested]],
            -records[contested],
        )
    )
    used: set[int] = set()
    for row in contested[order].tolist():
        if carried[cluster[row]] == NOBODY and person[row] not in used:
            carried[cluster[row]] = person[row]
            used.add(int(person[row]))
    return carried


def _founders(known: _Known, carried: Ints) -> Ints:
    """Find the first record of every cluster that keeps no id, as row numbers."""
    rows = np.flatnonzero(carried[known.cluster] == NOBODY)
    _, first = np.unique(known.cluster[rows], return_index=True)
    return np.asarray(np.sort(rows[first]), dtype=np.int64)
