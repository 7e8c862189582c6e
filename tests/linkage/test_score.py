from contextlib import closing

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa

from kim_pipeline.linkage.model import LinkModel, shipped_model
from kim_pipeline.linkage.records import Records, arrange
from kim_pipeline.linkage.score import AZR_CAP, score_pairs
from kim_pipeline.linkage.splink_bridge import quiet_splink, splink_linker

OURS = ["source_l", "record_l", "source_r", "record_r"]
THEIRS = ["source_dataset_l", "record_pseudonym_l", "source_dataset_r", "record_pseudonym_r"]


def by_pair(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    pairs = zip(*(frame[column] for column in columns), strict=True)
    keys = [tuple(sorted(((a, b), (c, d)))) for a, b, c, d in pairs]
    return frame.set_index(pd.Index(keys, tupleize_cols=False)).sort_index()


def splink_predictions(records: Records, model: LinkModel) -> pd.DataFrame:
    with quiet_splink(), closing(duckdb.connect()) as connection:
        linker = splink_linker(records, connection, model)
        return linker.inference.predict().as_pandas_dataframe()


def test_pairs_and_weights_equal_those_of_splink(invented, model: LinkModel) -> None:
    records = arrange(invented.tokens)
    ours = by_pair(score_pairs(records, model).to_pandas(), OURS)
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
    assert scored.num_rows
    assert score_pairs(arrange(turned), model).equals(score_pairs(arrange(cut), model))


def level_of(person, left, right, name: str) -> int:
    tokens = {
        "a": person.table([person.row("a", left)]),
        "b": person.table([person.row("b", right)]),
    }
    scored = score_pairs(arrange(tokens), shipped_model())
    assert scored.num_rows == 1
    return scored["level_" + name][0].as_py()


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
    assert score_pairs(arrange(tokens), shipped_model()).num_rows == 0


def test_notes_of_the_office_make_pairs_of_their_own(people) -> None:
    other = people.person(number=2, given="mirko", family="sela", born=None, street="y 2")
    here = people.row("a", other)["record_pseudonym"]
    for note in ("same_as", "not_same_as"):
        noted = people.person(number=1, born=None, **{note: (here,)})
        tokens = {"a": people.table([people.row("a", noted), people.row("a", other)])}
        scored = score_pairs(arrange(tokens), shipped_model())
        assert (scored["must"][0].as_py(), scored["cannot"][0].as_py()) == (
            note == "same_as",
            note == "not_same_as",
        )


def test_scores_have_no_gaps(invented, model: LinkModel) -> None:
    scored = score_pairs(arrange(invented.tokens), model)
    assert all(scored[name].null_count == 0 for name in scored.column_names)
