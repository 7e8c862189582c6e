"""Ids stay while records change: people move, marry, come and go over a year."""

import random
from collections.abc import Iterator
from datetime import date
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from kim_pipeline.linkage.churn import Churn, churn
from kim_pipeline.linkage.link import link_month
from kim_pipeline.linkage.register import LINK_COLUMNS
from kim_pipeline.periods import next_month

Row = dict[str, Any]
KEY = bytes(range(16))
FIRST = date(2026, 1, 1)
NONE = pd.DataFrame(columns=LINK_COLUMNS)
CHANGED, GONE = 0.08, 0.01


def links(*persons: str) -> pd.DataFrame:
    records = [str(n) for n in range(len(persons))]
    return pd.DataFrame({"source": "a", "record_pseudonym": records, "person_id": persons})


TRUTH = links("1", "2", "3", "4").assign(person=["anna", "anna", "anna", "ben"])


def test_a_person_changes_with_the_id_of_most_of_its_records() -> None:
    assert churn(links("p", "p", "p", "q"), links("p", "p", "x", "q"), TRUTH) == Churn(2, 0)
    assert churn(links("p", "p", "p", "q"), links("x", "x", "p", "q"), TRUTH) == Churn(2, 1)


def test_only_people_who_are_there_twice_count() -> None:
    assert churn(links("p", "p", "p"), links("p", "p", "p", "q"), TRUTH) == Churn(1, 0)
    assert churn(links("p").head(0), links("p"), TRUTH).rate == 0


def moved(rng: random.Random, row: Row) -> Row:
    new = {name: rng.getrandbits(62) for name in ("addr", "street", "k5", "k7")}
    return row | new | {"plz": rng.choice([rng.getrandbits(62), row["plz"]])}


def renamed(rng: random.Random, row: Row) -> Row:
    names = ("family", "family_canon", "family_skel", "family_skel1", "k2", "k3", "k4", "k6", "k8")
    new: Row = {name: rng.getrandbits(62) for name in names}
    new |= {name: [rng.getrandbits(62)] for name in ("family_words", "family_del1")}
    known = rng.random() < 0.5
    return row | new | ({"other_family": [row["family_canon"]]} if known else {})


def forgotten(rng: random.Random, row: Row) -> Row:
    return row | {rng.choice(["pob", "nat", "azr"]): None}


def year(tokens: dict[str, pa.Table], rng: random.Random) -> Iterator[dict[str, pa.Table]]:
    """Give twelve months of deliveries, each with changed, gone and returned records."""
    rows = {source: table.to_pylist() for source, table in tokens.items()}
    changes = [moved] * 8 + [renamed] + [forgotten]
    for _ in range(12):
        yield {
            source: pa.Table.from_pylist(
                [row for row in many if rng.random() > GONE], tokens[source].schema
            )
            for source, many in rows.items()
        }
        for many in rows.values():
            for at in range(len(many)):
                if rng.random() < CHANGED:
                    many[at] = rng.choice(changes)(rng, many[at])


@pytest.mark.long
def test_ids_stay_over_a_year_of_changes_and_a_month_run_again_changes_none(
    invent_people, model
) -> None:
    invented, months = invent_people(1500, seed=3), []
    state, given = NONE, set()
    for number, tokens in enumerate(year(invented.tokens, random.Random(7))):
        month = next_month(FIRST, number)
        result = link_month(tokens, state, month, model, KEY, given)
        again = link_month(tokens, result.links, month, model, KEY, given)
        assert again.links.equals(result.links)
        if number:
            months.append(churn(state, result.links, invented.truth))
        unseen = state.merge(result.links, on=LINK_COLUMNS[:2], how="left", indicator=True)
        kept = unseen[unseen["_merge"] == "left_only"].rename(columns={"person_id_x": "person_id"})
        state = pd.concat([result.links, kept[LINK_COLUMNS]], ignore_index=True)
        given |= set(state["person_id"])
    assert sum(m.changed for m in months) / sum(m.persons for m in months) <= 0.002
