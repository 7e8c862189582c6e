import importlib.util
import os
import shutil
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kim_pipeline.errors import LinkError
from kim_pipeline.linkage.blocking import AZR_CAP, BLOCK_CAP
from kim_pipeline.linkage.decisions import Decisions
from kim_pipeline.linkage.link import link_month
from kim_pipeline.linkage.model import LinkModel
from kim_pipeline.linkage.pairs import ScoredPairs
from kim_pipeline.linkage.records import arrange
from kim_pipeline.linkage.score import score_pairs
from kim_pipeline.linkage.spark import session
from kim_pipeline.linkage.spark.dialect import to_spark
from kim_pipeline.linkage.spark.engine import score_pairs_spark

HERE, THERE = "immigration_office", "job_centre"
TWO_MACHINES = "local-cluster[2,1,1024]"
LEAST = 20.0  # bits: leaves out some of few pairs
# pyspark leaves its sockets to the garbage collector.
quiet = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")


@pytest.fixture(scope="module")
def spark() -> Iterator[None]:
    """Skip where the extra or Java is not installed, but never where everything must be tested."""
    for there, remedy in (
        (importlib.util.find_spec("pyspark"), session.NEEDS_PYSPARK),
        (shutil.which("java") or os.environ.get("JAVA_HOME"), session.NEEDS_JAVA),
    ):
        if not there:
            (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(remedy)
    yield
    pyspark = importlib.util.find_spec("pyspark")
    if pyspark and pyspark.origin:  # where the workers of a local cluster write
        shutil.rmtree(Path(pyspark.origin).parent / "work", ignore_errors=True)


@pytest.fixture(scope="module")
def case(invented, people) -> tuple[dict, Decisions]:
    """Make large blocks, aliases, notes of an office, and a decision of the trust office."""

    def person(number: int, **values):
        return people.person(**({"number": 5000 + number, "pob": f"o{number}"} | values))

    crowd = [person(n, plz=str(n % 4), street=f"s {n}") for n in range(BLOCK_CAP + 10)]
    shared = [
        person(100 + n, azr="0", given=f"n{n}", family=f"f{n}", born=None, street=f"t {n}")
        for n in range(AZR_CAP + 1)
    ]
    alias, known = person(200, given="mirko", family="sela"), person(201, family="zigbek")
    other = people.row(HERE, alias)
    names = {"other_" + name: [other[name + "_canon"]] for name in ("given", "family")}
    keys = {"other_" + key: [other[key]] for key in ("k1", "k2", "k3", "k6")}
    noted = [person(300 + n, given=f"a{n}", born=date(1970, 1, 2 + n)) for n in range(4)]
    ids = [people.row(HERE, p)["record_pseudonym"] for p in noted]
    noted[0] = replace(noted[0], same_as=(ids[1],))
    noted[2] = replace(noted[2], not_same_as=(ids[3],))
    rows = {
        HERE: [people.row(HERE, p) for p in (*crowd, *shared, alias, *noted)],
        THERE: [people.row(THERE, known) | names | keys],
    }
    decided = Decisions.of([(HERE, ids[0], HERE, ids[2], True)])
    return people.among(invented, rows), decided


@pytest.fixture(scope="module")
def both(
    spark, case, model: LinkModel, tmp_path_factory: pytest.TempPathFactory
) -> tuple[ScoredPairs, ScoredPairs]:
    """Score the same records with both engines, on Spark with two workers."""
    tokens, decided = case
    records, folder = arrange(tokens), tmp_path_factory.mktemp("state")
    found = score_pairs_spark(records, model, decided, LEAST, folder=folder, master=TWO_MACHINES)
    assert not list(folder.iterdir()), "Spark left something behind"
    return score_pairs(records, model, decided, least_weight=LEAST), found


@quiet
def test_both_engines_find_the_same_pairs_and_levels(both) -> None:
    expected, found = both
    for name in ("l", "r", "levels", "must", "cannot"):
        column = getattr(found, name)
        np.testing.assert_array_equal(column, getattr(expected, name))
        assert column.dtype == getattr(expected, name).dtype
    assert found.below == expected.below > 0
    assert found.must.sum() == 2
    assert found.cannot.sum() == 1


@quiet
def test_both_engines_give_the_same_weights(both) -> None:
    expected, found = both
    np.testing.assert_allclose(found.weight, expected.weight, rtol=0, atol=1e-6)
    np.testing.assert_allclose(found.frequency, expected.frequency, rtol=0, atol=1e-5)


@quiet
def test_both_engines_split_and_leave_out_the_same_blocks(both) -> None:
    expected, found = both
    assert found.keys == expected.keys
    assert any(key.split for key in found.keys)
    assert any(key.capped for key in found.keys)


@quiet
def test_both_engines_lead_to_the_same_links(both, case, model: LinkModel) -> None:
    tokens, decided = case
    expected, found = (
        link_month(
            tokens,
            pd.DataFrame(),
            date(2026, 10, 1),
            model,
            b"k" * 32,
            decided=decided,
            engine=lambda *_, pairs=pairs: pairs,
        )
        for pairs in both
    )
    assert found.links["person_id"].nunique() < len(found.links)
    pd.testing.assert_frame_equal(found.links, expected.links)
    pd.testing.assert_frame_equal(found.edges, expected.edges, check_exact=False, atol=1e-6)


def test_every_column_of_the_scored_pairs_is_compared() -> None:
    compared = {"l", "r", "levels", "must", "cannot", "below", "weight", "frequency", "keys"}
    assert {field.name for field in fields(ScoredPairs)} == compared


def test_a_missing_extra_is_named_with_its_remedy(
    invented, model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "find_spec", lambda _: None)
    with pytest.raises(LinkError, match="make spark"):
        score_pairs_spark(arrange(invented.tokens), model, folder=tmp_path)


@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")  # of the start that failed
@pytest.mark.filterwarnings("ignore:subprocess:ResourceWarning")
def test_a_missing_java_is_named_with_its_remedy(
    spark, invented, model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(LinkError, match="openjdk-17-jre-headless"):
        score_pairs_spark(arrange(invented.tokens), model, folder=tmp_path)
    assert not list(tmp_path.iterdir())


def test_conditions_are_written_in_the_words_of_spark() -> None:
    assert to_spark("list_has_any(a_l, b_r)") == "ARRAYS_OVERLAP(a_l, b_r)"
    assert to_spark("list_contains(a_l, b_r)") == "ARRAY_CONTAINS(a_l, b_r)"
