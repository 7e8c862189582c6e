import random
import uuid
from datetime import date

import pandas as pd
import pyarrow as pa
import pytest
from Crypto.Cipher import AES
from Crypto.Hash import CMAC
from hypothesis import given, settings
from hypothesis import strategies as st

from kim_pipeline.errors import LinkError
from kim_pipeline.linkage.person_ids import new_person_ids, person_id
from kim_pipeline.linkage.register import LINK_COLUMNS, RECORD, Assignment, carry_over
from kim_pipeline.linkage.uuids import uuid_bytes, uuid_texts

KEY = bytes(range(32))
MONTH, LATER = date(2026, 10, 1), date(2026, 11, 1)
NONE = pd.DataFrame(columns=LINK_COLUMNS)


def record(n: int) -> tuple[str, str]:
    return f"source_{n % 2}", str(uuid.UUID(int=n + 1))


def clusters(*members: list[int]) -> pd.DataFrame:
    rows = [(*record(n), label) for label, part in enumerate(members) for n in part]
    return pd.DataFrame(rows, columns=[*RECORD, "cluster"])


def ids(found: Assignment) -> dict[int, str]:
    known = found.links.set_index(RECORD)["person_id"]
    return {n: known[record(n)] for n in range(60) if record(n) in known.index}


def events(found: Assignment) -> list[tuple[str, str, str, int]]:
    return list(found.events.itertuples(index=False, name=None))


def test_an_id_is_the_keyed_mark_of_its_founding_record() -> None:
    mac = CMAC.new(KEY, ciphermod=AES)
    mac.update(uuid.UUID(int=7).bytes + b"2026-10" + b"\0\0\0\2")
    assert person_id(KEY, str(uuid.UUID(int=7)), MONTH, 2) == str(uuid.UUID(bytes=mac.digest()))


def test_new_people_are_founded_by_their_smallest_record() -> None:
    found = carry_over(clusters([3, 1], [2]), NONE, MONTH, KEY)
    assert ids(found)[1] == ids(found)[3] == person_id(KEY, record(1)[1], MONTH, 0)
    assert found.new_persons["record_pseudonym"].tolist() == [record(2)[1], record(1)[1]]
    assert sorted((kind, n) for kind, _, _, n in events(found)) == [("founded", 1), ("founded", 2)]


def test_unchanged_input_changes_no_id() -> None:
    first = carry_over(clusters([0, 1], [2], [3, 4]), NONE, MONTH, KEY)
    again = carry_over(clusters([2], [3, 4], [0, 1]), first.links, LATER, KEY)
    assert again.links.equals(first.links)
    assert again.events.empty
    assert again.new_persons.empty


def test_a_merge_ends_one_id_with_a_redirect() -> None:
    first = carry_over(clusters([0, 1], [2]), NONE, MONTH, KEY)
    merged = carry_over(clusters([0, 1, 2]), first.links, LATER, KEY)
    assert set(ids(merged).values()) == {ids(first)[0]}
    assert events(merged) == [("merged", ids(first)[2], ids(first)[0], 1)]


def test_of_two_equal_parts_the_older_id_goes_on() -> None:
    first = carry_over(clusters([0], [1]), NONE, MONTH, KEY).links
    for older in (0, 1):
        dated = first.assign(founded_on=[LATER, LATER]).set_index(RECORD)
        dated.loc[record(older), "founded_on"] = MONTH
        merged = carry_over(clusters([0, 1]), dated.reset_index(), LATER, KEY)
        assert set(ids(merged).values()) == {dated.loc[record(older), "person_id"]}


def test_a_split_leaves_the_id_with_the_larger_part() -> None:
    first = carry_over(clusters([0, 1, 2]), NONE, MONTH, KEY)
    split = carry_over(clusters([0], [1, 2]), first.links, LATER, KEY)
    assert ids(split)[1] == ids(split)[2] == ids(first)[0]
    assert ids(split)[0] == person_id(KEY, record(0)[1], LATER, 0)
    assert events(split) == [("split", ids(split)[0], ids(first)[0], 1)]


def test_a_split_in_the_founding_month_makes_another_id() -> None:
    first = carry_over(clusters([0, 1, 2]), NONE, MONTH, KEY)
    split = carry_over(clusters([0], [1, 2]), first.links, MONTH, KEY)
    assert ids(split)[0] == person_id(KEY, record(0)[1], MONTH, 1)
    assert split.new_persons["counter"].tolist() == [1]


def test_a_record_that_goes_to_another_person_has_moved() -> None:
    first = carry_over(clusters([0, 1, 2], [3, 4]), NONE, MONTH, KEY)
    moved = carry_over(clusters([0, 1], [2, 3, 4]), first.links, LATER, KEY)
    assert events(moved) == [("moved", ids(first)[3], ids(first)[0], 1)]


def test_an_id_without_records_is_not_given_anew() -> None:
    first = carry_over(clusters([0]), NONE, MONTH, KEY)
    gone = pd.DataFrame(
        [("elsewhere", str(uuid.UUID(int=99)), ids(first)[0])], columns=LINK_COLUMNS
    )
    assert ids(carry_over(clusters([0]), gone, MONTH, KEY))[0] != ids(first)[0]


def test_an_id_that_was_merged_away_is_not_given_anew() -> None:
    first = carry_over(clusters([0], [1]), NONE, MONTH, KEY)
    merged = carry_over(clusters([0, 1]), first.links, MONTH, KEY)
    past = set(first.links["person_id"])
    split = carry_over(clusters([0], [1]), merged.links, MONTH, KEY, past)
    assert not set(split.new_persons["person_id"]) & past


def test_other_keys_and_months_give_other_ids() -> None:
    made = {
        person_id(key, record(1)[1], month, 0)
        for key in (KEY, bytes(32))
        for month in (MONTH, LATER)
    }
    assert len(made) == 4


def test_a_record_twice_is_refused() -> None:
    with pytest.raises(LinkError, match="twice in the clusters"):
        carry_over(clusters([0], [0]), NONE, MONTH, KEY)


def test_a_pseudonym_of_another_make_is_refused_without_its_value() -> None:
    alien = pd.DataFrame([("a", "Mustermann", 0)], columns=[*RECORD, "cluster"])
    with pytest.raises(LinkError) as caught:
        carry_over(alien, NONE, MONTH, KEY)
    assert "Mustermann" not in str(caught.value)
    assert caught.value.__context__ is None or caught.value.__suppress_context__


def test_an_id_with_records_elsewhere_does_not_end() -> None:
    first = carry_over(clusters([0, 1], [2, 3, 4]), NONE, MONTH, KEY)
    later = carry_over(clusters([0, 2, 3, 4]), first.links, LATER, KEY)
    assert events(later) == [("moved", ids(first)[2], ids(first)[0], 1)]


@given(st.lists(st.uuids(), max_size=30, unique=True), st.sets(st.integers(0, 29), max_size=5))
@settings(deadline=None)
def test_a_column_of_ids_equals_ids_one_by_one(records: list[uuid.UUID], met: set[int]) -> None:
    names = [str(record) for record in records]
    first = [person_id(KEY, name, MONTH, 0) for name in names]
    taken = [name for i, name in enumerate(first) if i in met]
    made = new_person_ids(pa.array(names, pa.string()), pa.array(taken, pa.string()), MONTH, KEY)
    counters = [int(i in met) for i in range(len(names))]
    assert made.counters.tolist() == counters
    assert made.ids.to_pylist() == [
        person_id(KEY, name, MONTH, counter) for name, counter in zip(names, counters, strict=True)
    ]


@pytest.mark.parametrize("wrong", ["", "x" * 36, str(uuid.UUID(int=1)).replace("-", "0"), None])
def test_what_is_no_uuid_is_refused(wrong: str | None) -> None:
    column = pa.array([str(uuid.UUID(int=1)), wrong], pa.string())
    with pytest.raises(LinkError, match="not a uuid"):
        uuid_bytes(column)


def test_a_slice_of_a_column_is_read_as_it_stands() -> None:
    column = pa.array([str(uuid.UUID(int=n)) for n in range(5)], pa.string())
    assert uuid_texts(uuid_bytes(column.slice(2, 2))).to_pylist() == column.to_pylist()[2:4]


PARTITION = st.lists(st.integers(0, 9), min_size=1, max_size=40)


@given(PARTITION, PARTITION, st.randoms())
@settings(max_examples=25, deadline=None)
def test_ids_are_one_to_one_with_clusters_and_every_change_is_told(
    before: list[int], after: list[int], rng: random.Random
) -> None:
    first = carry_over(_partition(before), NONE, MONTH, KEY)
    now = _partition(after)
    found = carry_over(now, first.links, LATER, KEY)
    shuffled = now.sample(frac=1, random_state=rng.randrange(1000))
    assert carry_over(shuffled, first.links, LATER, KEY).links.equals(found.links)
    both = found.links.merge(now, on=RECORD)
    assert (both.groupby("cluster")["person_id"].nunique() == 1).all()
    assert (both.groupby("person_id")["cluster"].nunique() == 1).all()
    told = found.events.query("kind != 'founded'")["records"].sum()
    changed = found.links.merge(first.links, on=RECORD, suffixes=("", "_before"))
    assert told == (changed["person_id"] != changed["person_id_before"]).sum()


def _partition(labels: list[int]) -> pd.DataFrame:
    return clusters(*([n for n, x in enumerate(labels) if x == label] for label in range(10)))
