"""Which engine scores the candidate pairs of a month."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from kim_pipeline.errors import LinkError
from kim_pipeline.linkage.decisions import Decisions
from kim_pipeline.linkage.model import LinkModel
from kim_pipeline.linkage.pairs import ScoredPairs
from kim_pipeline.linkage.records import Records
from kim_pipeline.linkage.score import score_pairs
from kim_pipeline.linkage.spark.engine import score_pairs_spark

Engine = Callable[[Records, LinkModel, Decisions], ScoredPairs]


def engine_of(name: str, folder: Path) -> Engine:
    """Give the engine of this name; Spark works in a temporary folder in `folder`."""
    if name == "duckdb":
        return score_pairs
    if name == "spark":
        return partial(score_pairs_spark, folder=folder)
    raise LinkError(f"There is no link engine {name}: KIM_LINK_ENGINE is duckdb or spark.")
