from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from kim_pipeline.linkage.model import LinkModel
from kim_pipeline.linkage.priors import posterior_bits, probability, source_pairs
from kim_pipeline.linkage.records import arrange
from kim_pipeline.linkage.score import score_pairs
from kim_pipeline.linkage.thresholds import CONTRADICTED, match_probability


def test_each_pair_of_sources_has_its_own_prior(invented, model: LinkModel) -> None:
    records = arrange(invented.tokens)
    shares = source_pairs(records, score_pairs(records, model), model)
    expected = {share.sources: share.prior * share.possible for share in shares}
    people = invented.truth.groupby("source")["person"].agg(set)
    for (a, b), pairs in expected.items():
        if a != b:
            assert abs(pairs - len(people[a] & people[b])) < 0.1 * len(people[a] & people[b])


def test_the_priors_share_out_the_pairs(invented, model: LinkModel) -> None:
    records = arrange(invented.tokens)
    shares = source_pairs(records, score_pairs(records, model), model)
    assert len(shares) == 6
    rows = np.sum([share.rows for share in shares], axis=0)
    assert (rows == 1).all()


def test_the_prior_takes_the_place_of_that_of_the_model(invented, model: LinkModel) -> None:
    records = arrange(invented.tokens)
    pairs = score_pairs(records, model)
    shares = source_pairs(records, pairs, model)
    moved = posterior_bits(pairs, shares, model) - pairs["weight"].to_numpy()
    for share in shares:
        wanted = np.log2(share.prior / (1 - share.prior)) - np.log2(model.prior / (1 - model.prior))
        np.testing.assert_allclose(moved[share.rows], wanted)


def chances(people, invented, model: LinkModel, rows: dict) -> dict[tuple[str, str], float]:
    """Give the probability of each pair among the given records, by their place in `rows`."""
    records = arrange(people.among(invented, rows))
    pairs = score_pairs(records, model)
    names = {row["record_pseudonym"]: f"{s}{i}" for s in rows for i, row in enumerate(rows[s])}
    sides = (pairs["record_l"].to_pylist(), pairs["record_r"].to_pylist())
    found = zip(*sides, match_probability(records, pairs, model), strict=True)
    return {(names[a], names[b]): p for a, b, p in found if a in names and b in names}


def test_two_equal_rivals_leave_neither_sure(people, invented, model) -> None:
    rivals = [people.row("job_centre", people.person(), copy=n) for n in (1, 2)]
    rivals[1]["not_same_as"] = [rivals[0]["record_pseudonym"]]
    one = people.row("immigration_office", people.person())
    rows = {"immigration_office": [one], "job_centre": rivals}
    found = sorted(chances(people, invented, model, rows).values())
    assert found[0] == 0
    assert found[1] == pytest.approx(found[2])
    assert found[1] == pytest.approx(0.5, abs=0.01)


def test_duplicates_of_the_partner_are_no_rivals(people, invented, model) -> None:
    copies = [people.row("job_centre", people.person(), copy=n) for n in (1, 2)]
    one = people.row("immigration_office", people.person())
    rows = {"immigration_office": [one], "job_centre": copies}
    assert min(chances(people, invented, model, rows).values()) > 0.9


def test_relatives_at_one_office_are_not_one_person(people, invented, model) -> None:
    father = people.person(born=date(1960, 3, 2))
    for other in ({"born": date(1990, 5, 17)}, {"given": "mirko"}, {"azr": "2"}):
        son = people.person(number=1_000_002, **({"azr": None} | other))
        first = replace(father, born=son.born if "born" not in other else father.born, azr="1")
        rows = {"immigration_office": [people.row("immigration_office", p) for p in (first, son)]}
        assert max(chances(people, invented, model, rows).values(), default=0) <= CONTRADICTED


def test_bits_become_probabilities_without_overflow() -> None:
    found = probability(np.array([-5000.0, -1.0, 0.0, 1.0, 5000.0]))
    np.testing.assert_allclose(found, [0, 1 / 3, 1 / 2, 2 / 3, 1], atol=1e-12)
