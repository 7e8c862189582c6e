"""Learning a link model from token records, with Splink 5 on DuckDB.

Splink counts chance agreement (u) on a fixed random sample of pairs and learns the rest (m) by
expectation maximisation inside three kinds of block. What a small Kreis shows too rarely is drawn
towards the shipped model by pseudo-counts, so that no level stays untrained.
"""

import math
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from typing import Any

import duckdb
import pyarrow as pa
from splink import Linker, block_on

from kim_pipeline.errors import LinkError
from kim_pipeline.linkage.comparisons import COMPARISONS
from kim_pipeline.linkage.model import (
    PRIOR_RANGE,
    ComparisonModel,
    LevelModel,
    LinkModel,
    check_model,
    shipped_model,
)
from kim_pipeline.linkage.records import Records, arrange
from kim_pipeline.linkage.splink_bridge import quiet_splink, splink_linker

# One rule at least leaves each field free, or Splink leaves it untrained. The names of the last
# are canonical, not skeletons: Splink starts from the weights of the levels a rule stands for, and
# those of a level that hardly ever occurs make it find no true pair at all. Names meet at one
# address, not at one place of birth: among the many namesakes of a large town it takes other birth
# dates for errors.
RULES = (("dob", "plz"), ("dob", "pob"), ("given_canon", "family_canon", "addr"), ("azr",))
SURE_RULE = ("dob", "given_canon", "family_canon")
SURE_RECALL = 0.6
SAMPLED_PAIRS = 2e6
MOST_PAIRS = 1e6
PSEUDO_TRUE = 100.0
PSEUDO_FALSE = 1e4
DIGITS = 6


def train_model(tokens: Mapping[str, pa.Table], seed: int = 1) -> LinkModel:
    """Learn a model; the same records and seed give the same model.

    m = (n m_EM + 100 m_shipped) / (n + 100) with n the expected true pairs of the blocks behind it,
    u likewise with 10 000 pseudo-pairs against the sampled pairs: the mean of a Dirichlet
    posterior. The model still has to pass `check_model`, which looks at n.

    Raises:
        LinkError: when the tables do not hold two records.
    """
    records = arrange(tokens)
    if records.size < 2:
        raise LinkError("A link model needs at least two records.")
    with quiet_splink(), closing(duckdb.connect(config={"threads": 1})) as connection:
        connection.execute("SET enable_progress_bar = false")
        prior = _prior(records)
        start = replace(shipped_model(), prior=prior)
        linker = splink_linker(records, connection, start)
        pairs = _train(linker, records, seed)
        learnt = linker.misc.save_model_to_json()
    sampled = min(SAMPLED_PAIRS, _possible(records))
    return LinkModel(prior, _blend(learnt["comparisons"], pairs, sampled))


def usable_model(tokens: Mapping[str, pa.Table], seed: int = 1) -> LinkModel:
    """Learn a model, or take the shipped one when the records do not carry one of their own."""
    if arrange(tokens).size < 2:
        return shipped_model()
    model = train_model(tokens, seed)
    try:
        check_model(model)
    except LinkError:
        return shipped_model()
    return model


def _train(linker: Linker, records: Records, seed: int) -> dict[str, float]:
    """Train in place; returns the expected true pairs behind each comparison."""
    training = linker.training
    training.estimate_u_using_random_sampling(
        max_pairs=SAMPLED_PAIRS, seed=seed, min_count_per_level=None
    )
    behind = dict.fromkeys((c.name for c in COMPARISONS), 0.0)
    for rule in RULES:
        pairs = _pairs_in_blocks(records, rule)
        if not pairs:
            continue
        session = training.estimate_parameters_using_expectation_maximisation(
            block_on(*rule), max_pairs=MOST_PAIRS if pairs > MOST_PAIRS else None
        )
        found = session.core_model_settings
        share = found.probability_two_random_records_match
        for comparison in found.comparisons:
            behind[comparison.output_column_name] += share * min(pairs, MOST_PAIRS)
    return behind


def _pairs_in_blocks(records: Records, columns: tuple[str, ...]) -> int:
    known = records.table.select(list(columns)).drop_null()
    sizes = known.group_by(list(columns)).aggregate([([], "count_all")])["count_all"].to_numpy()
    return int((sizes * (sizes - 1) // 2).sum())


def _prior(records: Records) -> float:
    """Guess the share of true pairs from those that agree on full name and birth date."""
    sure = _pairs_in_blocks(records, SURE_RULE) / SURE_RECALL
    return _round(min(max(sure, 0.5) / _possible(records), PRIOR_RANGE[1] / 2))


def _possible(records: Records) -> float:
    return records.size * (records.size - 1) / 2


def _blend(
    learnt: list[dict[str, Any]], pairs: dict[str, float], sampled: float
) -> tuple[ComparisonModel, ...]:
    shipped = {c.name: c for c in shipped_model().comparisons}
    comparisons = []
    for found in learnt:
        name = found["output_column_name"]
        levels = [x for x in found["comparison_levels"] if not x.get("is_null_level")]
        start = shipped[name].levels
        m = _posterior([x.get("m_probability") for x in levels], pairs[name], _pseudo_true(start))
        u = _posterior([x.get("u_probability") for x in levels], sampled, _pseudo_false(start))
        blended = tuple(LevelModel(*x) for x in zip((x.label for x in start), m, u, strict=True))
        comparisons.append(ComparisonModel(name, round(pairs[name], 1), blended))
    return tuple(comparisons)


def _pseudo_true(levels: tuple[LevelModel, ...]) -> list[float]:
    return [PSEUDO_TRUE * level.m for level in levels]


def _pseudo_false(levels: tuple[LevelModel, ...]) -> list[float]:
    """Add half a pair to every level: what was not seen in n pairs is not rarer than 1 in 2n."""
    return [PSEUDO_FALSE * level.u + 0.5 for level in levels]


def _posterior(found: list[float | None], pairs: float, pseudo: list[float]) -> list[float]:
    counts = [(share or 0.0) * pairs + extra for share, extra in zip(found, pseudo, strict=True)]
    return [_round(count / sum(counts)) for count in counts]


def _round(value: float) -> float:
    return round(value, DIGITS - 1 - math.floor(math.log10(value)))
