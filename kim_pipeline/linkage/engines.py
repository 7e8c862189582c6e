"""Which other engine scores the candidate pairs of a month in place of this process."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from kim_pipeline.errors import LinkError
from kim_pipeline.linkage.decisions import Decisions
from kim_pipeline.linkage.model import LinkModel
from kim_pipeline.linkage.pairs import ScoredPairs
from kim_pipeline.linkage.records import Records
from kim_pipeline.linkage.spark.engine import score_pairs_spark

Engine = Callable[[Records, LinkModel, Decisions], ScoredPairs]


def engine_of(name: str, folder: Path) -> Engine:
    """Give the engine of this name; Spark works in a temporary folder in `folder`.

    Raises LinkError for another name; `duckdb` is no engine to hand over, it is this process.
    """
    if name != "spark":
        raise LinkError(
            f"There is no other link engine {name}: KIM_LINK_ENGINE is duckdb or spark."
        )
    return partial(score_pairs_spark, folder=folder)
