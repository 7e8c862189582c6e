"""Person ids over time: which id each cluster of records carries, and what happened to ids.

Pure functions; the warehouse keeps the result. An id is made once, from the record that founded the
person, and then only ever carried: a run that sees the same records changes nothing.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import pandas as pd
from Crypto.Cipher import AES
from Crypto.Hash import CMAC

from kim_pipeline.errors import LinkError
from kim_pipeline.periods import format_month

RECORD = ["source", "record_pseudonym"]
LINK_COLUMNS = [*RECORD, "person_id"]
EVENT_COLUMNS = ["kind", "person_id", "other_person_id", "records"]
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


def carry_over(
    clusters: pd.DataFrame,
    previous_links: pd.DataFrame,
    month: date,
    register_key: bytes,
    given: Collection[str] = (),
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
    for name, table in (("clusters", clusters), ("previous links", previous_links)):
        if table.duplicated(RECORD).any():
            raise LinkError(
                f"A record occurs twice in the {name}: it can belong to one person only."
            )
    records = clusters[[*RECORD, "cluster"]].sort_values(RECORD, ignore_index=True)
    old = previous_links.reindex(columns=[*LINK_COLUMNS, "founded_on"])
    known = records.merge(old, on=RECORD, how="left")
    carried = _carried(known)
    founding = known[~known["cluster"].isin(list(carried))].drop_duplicates("cluster")
    taken = {*previous_links["person_id"], *given}
    new = pd.DataFrame(_found(founding, taken, month, register_key), columns=PERSON_COLUMNS)
    ids = carried | dict(zip(founding["cluster"], new["person_id"], strict=True))
    known["new_id"] = known["cluster"].map(ids)
    links = known[[*RECORD, "new_id"]].rename(columns={"new_id": "person_id"})
    return Assignment(links, _events(known, set(new["person_id"])), new)


def person_id(key: bytes, record_pseudonym: str, month: date, counter: int) -> str:
    """Make an id: AES-CMAC(key, pseudonym (16 B) | "YYYY-MM" | counter (4 B, big end first))."""
    try:
        founding = UUID(record_pseudonym).bytes
    except ValueError:
        raise LinkError("A record pseudonym is not a uuid: the tokens are not ours.") from None
    mac = CMAC.new(key, ciphermod=AES)
    mac.update(founding + format_month(month).encode() + counter.to_bytes(4, "big"))
    return str(UUID(bytes=mac.digest()))


def _carried(known: pd.DataFrame) -> dict[int, str]:
    old = known.dropna(subset="person_id")
    age = old.groupby("person_id")["founded_on"].min()
    overlap = old.groupby(["cluster", "person_id"]).size().reset_index(name="records")
    overlap["age"] = overlap["person_id"].map(age)
    overlap = overlap.sort_values(
        ["records", "age", "person_id", "cluster"], ascending=[False, True, True, True]
    )
    carried: dict[int, str] = {}
    used: set[str] = set()
    for cluster, old_id in zip(overlap["cluster"], overlap["person_id"], strict=True):
        if cluster not in carried and old_id not in used:
            carried[cluster] = old_id
            used.add(old_id)
    return carried


def _found(
    founding: pd.DataFrame, taken: Collection[str], month: date, key: bytes
) -> Iterator[tuple[str, str, str, date, int]]:
    given = set(taken)
    for source, record in zip(founding["source"], founding["record_pseudonym"], strict=True):
        counter = 0
        while (new := person_id(key, record, month, counter)) in given:
            counter += 1
        given.add(new)
        yield new, source, record, month, counter


def _events(known: pd.DataFrame, new_ids: set[str]) -> pd.DataFrame:
    """Compare old and new id of every record that had one."""
    left = known.dropna(subset="person_id")
    left = left[left["person_id"] != left["new_id"]]
    ways = left.groupby(["person_id", "new_id"]).size().reset_index(name="records")
    ways = ways.sort_values(["person_id", "records", "new_id"], ascending=[True, False, True])
    ended = ~ways["person_id"].isin(set(known["new_id"]))
    merged = ways[ended].drop_duplicates("person_id")
    other = ways.drop(merged.index)
    born = other["new_id"].isin(new_ids)
    split, moved = other[born], other[~born]
    sizes = known[known["new_id"].isin(new_ids - set(split["new_id"]))].groupby("new_id").size()
    founded = sizes.rename_axis("new_id").reset_index(name="records").assign(person_id=None)
    parts = [
        _as_events("founded", founded, "new_id", "person_id"),
        _as_events("merged", merged, "person_id", "new_id"),
        _as_events("split", split, "new_id", "person_id"),
        _as_events("moved", moved, "new_id", "person_id"),
    ]
    rows = [row for part in parts for row in part]
    return pd.DataFrame(rows, columns=EVENT_COLUMNS)


def _as_events(
    kind: str, ways: pd.DataFrame, person: str, other: str
) -> Iterator[tuple[str, str, str | None, int]]:
    for who, whom, records in zip(ways[person], ways[other], ways["records"], strict=True):
        yield kind, who, whom, int(records)
