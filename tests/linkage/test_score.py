import os
from contextlib import closing

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from kim_pipeline.linkage import blocking
from kim_pipeline.linkage.blocking import AZR_CAP
from kim_pipeline.linkage.comparisons import COMPARISONS
from kim_pipeline.linkage.decisions import Decisions
from kim_pipeline.linkage.model import LinkModel, shipped_model
from kim_pipeline.linkage.pairs import ScoredPairs
from kim_pipeline.linkage.records import Records, arrange
from kim_pipeline.linkage.score import score_pairs
from kim_pipeline.linkage.splink_bridge import quiet_splink, splink_linker

OURS = ["source_l", "record_l", "source_r", "record_r"]
THEIRS = ["source_dataset_l", "record_pseudonym_l", "source_dataset_r", "record_pseudonym_r"]


def by_pair(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    pairs = zip(*(frame[column] for column in columns), strict=True)
    keys = [tuple(sorted(((a, b), (c, d)))) for a, b, c, d in pairs]
    return frame.set_index(pd.Index(keys, tupleize_cols=False)).sort_index()


def named(records: Records, pairs: ScoredPairs) -> pd.DataFrame:
    names = records.table.select(["source", "record_pseudonym"])
    left, right = (names.take(pa.array(side)).to_pandas() for side in (pairs.l, pairs.r))
    columns = dict(zip(OURS, (*left.T.to_numpy(), *right.T.to_numpy()), strict=True))
    return pd.DataFrame(columns | {"weight": pairs.weight})


def same(one: ScoredPairs, other: ScoredPairs) -> bool:
    columns = ("l", "r", "levels", "frequency", "weight", "must", "cannot")
    return all(np.array_equal(getattr(one, c), getattr(other, c)) for c in columns)


def splink_predictions(records: Records, model: LinkModel) -> pd.DataFrame:
    with quiet_splink(), closing(duckdb.connect()) as connection:
        linker = splink_linker(records, connection, model)
        return linker.inference.predict().as_pandas_dataframe()


def test_pairs_and_weights_equal_those_of_splink(invented, model: LinkModel) -> None:
    records = arrange(invented.tokens)
    ours = by_pair(named(records, score_pairs(records, model, least_weight=-np.inf)), OURS)
    theirs = by_pair(splink_predictions(records, model), THEIRS)
    assert list(ours.index) == list(theirs.index)
    np.testing.assert_allclose(ours["weight"], theirs["match_weight"], atol=1e-9)


def test_pairs_come_in_one_order(invented, model: LinkModel) -> None:
    scored = score_pairs(arrange(invented.tokens), model)
    turned = {
        s: t.slice(1).take(pa.array(range(t.num_rows - 2, -1, -1)))
        for s, t in invented.tokens.items()
    }
    cut = {s: t.slice(1) for s, t in reversed(invented.tokens.items())}
    assert scored.size
    assert same(score_pairs(arrange(turned), model), score_pairs(arrange(cut), model))


def level_of(person, left, right, name: str) -> int:
    tokens = {
        "a": person.table([person.row("a", left)]),
        "b": person.table([person.row("b", right)]),
    }
    scored = score_pairs(arrange(tokens), shipped_model(), least_weight=-np.inf)
    assert scored.size == 1
    return int(scored.levels[0, [c.name for c in COMPARISONS].index(name)])


def test_a_married_name_meets_the_former_one(people) -> None:
    born = people.person(family="laren")
    married = people.person(family="zigbek", former=("laren",))
    assert level_of(people, born, married, "family") == 4
    assert level_of(people, married, born, "family") == 4


def test_swapped_names_are_seen(people) -> None:
    turned = people.person(given="torman", family="anabel")
    assert level_of(people, people.person(given="anabel", family="torman"), turned, "given") == 1


def test_a_missing_field_is_not_compared(people) -> None:
    assert level_of(people, people.person(azr="1"), people.person(azr=None), "azr") == -1


def test_equal_azr_numbers_meet_without_any_key(people) -> None:
    one = people.person(azr="7", given="anabel", family="torman", born=None, street="x 1")
    other = people.person(azr="7", given="mirko", family="sela", born=None, street="y 2")
    assert level_of(people, one, other, "azr") == 1


def test_a_number_that_many_records_share_makes_no_pairs(people) -> None:
    strangers = [
        people.person(number=i, azr="0", given=f"n{i}", family=f"f{i}", born=None, street=f"s {i}")
        for i in range(AZR_CAP + 1)
    ]
    tokens = {"a": people.table([people.row("a", p) for p in strangers])}
    found = score_pairs(arrange(tokens), shipped_model(), least_weight=-np.inf)
    assert found.size == 0
    azr = found.keys[-1]
    assert (azr.name, azr.capped, azr.capped_records) == ("azr", 1, AZR_CAP + 1)
    assert azr.capped_pairs == AZR_CAP * (AZR_CAP + 1) // 2


def test_notes_of_the_office_make_pairs_of_their_own(people) -> None:
    other = people.person(number=2, given="mirko", family="sela", born=None, street="y 2")
    here = people.row("a", other)["record_pseudonym"]
    for note in ("same_as", "not_same_as"):
        noted = people.person(number=1, born=None, **{note: (here,)})
        tokens = {"a": people.table([people.row("a", noted), people.row("a", other)])}
        scored = score_pairs(arrange(tokens), shipped_model())
        assert (scored.must[0], scored.cannot[0]) == (
            note == "same_as",
            note == "not_same_as",
        )


def test_weights_are_the_sum_of_levels_and_frequencies(invented, model: LinkModel) -> None:
    scored = score_pairs(arrange(invented.tokens), model)
    weight = np.full(scored.size, np.log2(model.prior / (1 - model.prior)))
    for at, comparison in enumerate(model.comparisons):
        bits = [*(level.weight for level in reversed(comparison.levels)), 0.0]
        weight += np.array(bits)[scored.levels[:, at]] + scored.frequency[:, at]
    np.testing.assert_allclose(scored.weight, weight, atol=1e-4)


def test_the_number_of_threads_changes_nothing(
    invented, model: LinkModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    records, found = arrange(invented.tokens), []
    monkeypatch.setattr(blocking, "PAIRS_AT_ONCE", 500)
    for processors in (1, 4):
        monkeypatch.setattr(os, "cpu_count", lambda processors=processors: processors)
        found.append(score_pairs(records, model))
    assert same(*found)


def test_pairs_of_little_weight_are_counted_only(invented, model: LinkModel) -> None:
    records = arrange(invented.tokens)
    everything = score_pairs(records, model, least_weight=-np.inf)
    some = score_pairs(records, model, least_weight=20)
    assert same(some, everything.only(everything.weight >= 20))
    assert some.below == everything.size - some.size > 0


def also_known_as(people, person, alias) -> dict:
    """Write the record of a person with the names and keys of an alias beside its own."""
    row, other = people.row("b", person), people.row("b", alias)
    keys = {"other_" + key: [other[key]] for key in ("k1", "k2", "k3", "k6")}
    names = {"other_" + name: [other[name + "_canon"]] for name in ("given", "family")}
    return row | keys | names


def test_a_corrected_identity_is_found_by_its_alias(people, invented, model) -> None:
    before = people.person(given="mirko", family="sela", street="x 1", plz="5")
    after = people.person(given="anabel", family="torman", street="y 2", plz="6")
    mixed = people.person(given="mirko", family="torman", number=7, street="z 3", plz="7")
    rows = {
        "case_management": [people.row("case_management", before)],
        "immigration_office": [also_known_as(people, after, before)],
        "job_centre": [people.row("job_centre", mixed)],
    }
    tokens = people.among(invented, rows)
    records = arrange(tokens)
    pairs = named(records, score_pairs(records, model, least_weight=-np.inf))
    before_id, after_id, mixed_id = (rows[s][0]["record_pseudonym"] for s in sorted(rows))
    weights = pairs.set_index(["record_l", "record_r"])["weight"]
    whole, half = weights[before_id, after_id], weights[after_id, mixed_id]
    assert whole > 10
    assert whole > half


def test_an_alias_is_one_whole_name(people) -> None:
    alias = people.person(given="mirko", family="sela")
    known = also_known_as(people, people.person(), alias)
    mixed = people.person(given="mirko", family="zigbek")
    for other, label in ((alias, "alias"), (mixed, "former")):
        tokens = {"a": people.table([people.row("a", other)]), "b": people.table([known])}
        scored = score_pairs(arrange(tokens), shipped_model(), least_weight=-np.inf)
        labels = [level.label for level in reversed(COMPARISONS[0].levels)]
        assert labels[scored.levels[0, 0]] == label


def test_the_trust_office_stands_above_the_offices(people) -> None:
    other = people.person(number=2, given="mirko", family="sela", born=None, street="y 2")
    here = people.row("a", other)["record_pseudonym"]
    noted = people.row("a", people.person(number=1, born=None, same_as=(here,)))
    tokens = {"a": people.table([noted, people.row("a", other)])}
    pair = ("a", here, "a", noted["record_pseudonym"])
    for verdicts in ((False,), (True, False), (False, True)):
        decided = Decisions.of([(*pair, same) for same in verdicts])
        scored = score_pairs(arrange(tokens), shipped_model(), decided)
        assert (scored.must[0], scored.cannot[0]) == (verdicts[-1], not verdicts[-1])


def test_decisions_about_records_that_left_count_for_nothing(people) -> None:
    tokens = {"a": people.table([people.row("a", people.person())])}
    decided = Decisions.of([("a", "gone", "b", "gone too", True)])
    assert score_pairs(arrange(tokens), shipped_model(), decided).size == 0
