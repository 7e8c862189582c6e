from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from kim_pipeline.linkage.calibration.calibrate import Calibrated, calibrate
from kim_pipeline.linkage.calibration.estimate import estimate_quality
from kim_pipeline.linkage.clusters import cluster
from kim_pipeline.linkage.model import LinkModel
from kim_pipeline.linkage.pairs import ScoredPairs
from kim_pipeline.linkage.records import Records, arrange
from kim_pipeline.linkage.score import score_pairs

ABH, JC, CM = "immigration_office", "job_centre", "case_management"


def linked(tokens, model: LinkModel) -> tuple[Records, ScoredPairs, Calibrated]:
    records = arrange(tokens)
    pairs = score_pairs(records, model)
    return records, pairs, calibrate(records, pairs, model)


def people_of(records: Records, truth: pd.DataFrame):
    names = records.table.select(["source", "record_pseudonym"]).to_pandas()
    return names.merge(truth, how="left")["person"].to_numpy()


@pytest.fixture(scope="module")
def town(invent_people):
    return invent_people(2000, seed=4)


@pytest.fixture(scope="module")
def calibrated(town, model):
    return linked(town.tokens, model)


def labels_of(records: Records, pairs: ScoredPairs, found: Calibrated):
    admitted = found.probability >= found.least
    return cluster(records.source_codes, pairs, found.probability, admitted).labels


def test_probabilities_are_probabilities_and_tell_true_from_false(town, calibrated) -> None:
    records, pairs, found = calibrated
    person = people_of(records, town.truth)
    true = person[pairs.l] == person[pairs.r]
    assert ((found.probability >= 0) & (found.probability <= 1)).all()
    taken = found.probability >= found.least
    assert true[taken].mean() > 0.97
    assert taken[true].mean() > 0.97


def test_the_sum_of_the_probabilities_is_the_number_of_true_pairs(town, calibrated) -> None:
    records, pairs, found = calibrated
    person = people_of(records, town.truth)
    true = person[pairs.l] == person[pairs.r]
    across = records.source_codes[pairs.l] != records.source_codes[pairs.r]
    assert found.probability[across].sum() == pytest.approx(true[across].sum(), rel=0.03)


def test_a_run_repeats_itself_exactly(town, model, calibrated) -> None:
    again = linked(town.tokens, model)[2]
    np.testing.assert_array_equal(again.probability, calibrated[2].probability)
    assert again.facts == calibrated[2].facts


def test_the_order_of_rows_does_not_matter(town, model, calibrated) -> None:
    rng = np.random.default_rng(1)
    shuffled = {
        source: table.take(pa.array(rng.permutation(table.num_rows)))
        for source, table in reversed(town.tokens.items())
    }
    again = linked(shuffled, model)[2]
    np.testing.assert_array_equal(again.probability, calibrated[2].probability)


def test_what_an_office_decided_stands_above_the_weights(town, model, calibrated) -> None:
    records, pairs, found = calibrated
    sure, unlikely = found.probability.argmax(), found.probability.argmin()
    must, cannot = np.zeros((2, pairs.size), dtype=np.bool_)
    must[unlikely] = cannot[sure] = True
    again = calibrate(records, replace(pairs, must=must, cannot=cannot), model)
    assert again.probability[unlikely] == 1
    assert again.probability[sure] == 0


def test_the_facts_say_how_far_the_sources_overlap(town, calibrated) -> None:
    facts = calibrated[2].facts
    people = town.truth.groupby("source")["person"].agg(set)
    for one, other in ((ABH, JC), (JC, ABH), (CM, ABH)):
        true = len(people[one] & people[other]) / len(people[one])
        assert facts.coverage[f"{one} -> {other}"] == pytest.approx(true, abs=0.03)
    assert facts.hidden > 50
    assert facts.relinked <= 0.02 * facts.hidden
    assert facts.monotone


def test_estimates_hold_the_truth_overall(town, calibrated) -> None:
    records, pairs, found = calibrated
    labels, person = labels_of(records, pairs, found), people_of(records, town.truth)
    together = pd.DataFrame({"label": labels, "person": person})
    both = _pairs(together.groupby(["label", "person"]).size())
    linked_pairs, true_pairs = (_pairs(together.groupby(by).size()) for by in ("label", "person"))
    whole = estimate_quality(records, pairs, found, labels)[0]
    assert (whole.source, whole.other_source, whole.nationality_group) == ("", "", "")
    assert whole.pairs == linked_pairs
    assert whole.precision_low <= both / linked_pairs <= whole.precision_high
    assert whole.recall_low <= both / true_pairs <= whole.recall_high


def test_small_cells_are_not_identified(calibrated) -> None:
    records, pairs, found = calibrated
    estimates = estimate_quality(records, pairs, found, labels_of(records, pairs, found))
    small = [one for one in estimates if one.pairs < 100]
    assert small
    assert not any(one.identified for one in small)


def test_a_missing_part_of_a_source_shows_in_its_coverage(town, model, calibrated) -> None:
    part = town.tokens[ABH].slice(0, int(town.tokens[ABH].num_rows * 0.7))
    facts = linked(town.tokens | {ABH: part}, model)[2].facts
    name = f"{JC} -> {ABH}"
    assert facts.coverage[name] < 0.8 * calibrated[2].facts.coverage[name]


def test_planted_duplicates_show_in_their_share(town, people, model, calibrated) -> None:
    table = town.tokens[ABH]
    copies = table.slice(0, table.num_rows // 10)
    names = [
        people.row(ABH, people.person(), copy=n + 5)["record_pseudonym"] for n in range(len(copies))
    ]
    at = copies.column_names.index("record_pseudonym")
    copies = copies.set_column(at, "record_pseudonym", pa.array(names))
    tokens = town.tokens | {ABH: pa.concat_tables([table, copies])}
    share = linked(tokens, model)[2].facts.duplicates[ABH]
    assert share > calibrated[2].facts.duplicates[ABH] + 0.1


def test_without_records_or_pairs_nothing_breaks(town, model) -> None:
    nobody = {source: table.slice(0, 0) for source, table in town.tokens.items()}
    few = {source: table.slice(0, 1) for source, table in town.tokens.items()}
    for tokens in (nobody, few, nobody | {ABH: town.tokens[ABH]}):
        records, pairs, found = linked(tokens, model)
        labels = labels_of(records, pairs, found)
        assert len(found.probability) == pairs.size
        assert not estimate_quality(records, pairs, found, labels)[0].identified


def _pairs(sizes: pd.Series) -> int:
    return int((sizes * (sizes - 1) // 2).sum())
