"""One month of linkage: token records in, person ids, edges, questions and counts out.

Nothing is read from or written to disk, and no step looks at more than keyed tokens.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from kim_pipeline.linkage.calibration.calibrate import calibrate
from kim_pipeline.linkage.calibration.estimate import estimate_quality
from kim_pipeline.linkage.decisions import NO_DECISIONS, Decisions
from kim_pipeline.linkage.engines import Engine
from kim_pipeline.linkage.memory import PairMemory, remember_records
from kim_pipeline.linkage.model import LinkModel
from kim_pipeline.linkage.pairs import Floats, ScoredPairs
from kim_pipeline.linkage.records import Records, arrange
from kim_pipeline.linkage.register import (
    LINK_COLUMNS,
    RECORD,
    Assignment,
    carry_over,
    persons_before,
)
from kim_pipeline.linkage.resolve import Resolved, resolve
from kim_pipeline.linkage.review import Judged, review_items
from kim_pipeline.linkage.rewritten import rewritten
from kim_pipeline.linkage.score import score_and_remember
from kim_pipeline.linkage.summary import LinkSummary, Outcome, changed_records, summarise
from kim_pipeline.periods import previous_month

EVENT_KINDS = ("founded", "merged", "split", "moved")
EDGE_COLUMNS = ["source_l", "record_l", "source_r", "record_r", "weight", "probability", "kept"]
# Pairs below this chance that did not end in one person say nothing later.
LEAST_EDGE = 0.01


@dataclass(frozen=True)
class LinkResult:
    """What a month of linkage found.

    links: `source`, `record_pseudonym`, `person_id`, one row per record.
    edges: `source_l`, `record_l`, `source_r`, `record_r`, `weight` (bits), `probability`, `kept`:
      the pairs in one person, and those that were not far from it; rounded, since the exact
      weight of a pair is a fingerprint to whoever knows the names.
    events, new_persons: see `register.Assignment`; review: see `review.review_items`.
    memory: what lets the next month look at changed records only, and tell how many these are.
    """

    links: pd.DataFrame
    edges: pd.DataFrame
    events: pd.DataFrame
    new_persons: pd.DataFrame
    review: pd.DataFrame
    summary: LinkSummary
    memory: PairMemory


def link_month(  # noqa: PLR0913, PLR0917 - each is a fact of its own, none has another home
    tokens: Mapping[str, pa.Table],
    previous: pd.DataFrame | pa.Table,
    month: date,
    model: LinkModel,
    register_key: bytes,
    given: "Collection[str] | pa.Array[Any]" = (),
    decided: Decisions = NO_DECISIONS,
    memory: PairMemory | None = None,
    engine: Engine | None = None,
) -> LinkResult:
    """Link the records of a month and carry the person ids of the months before.

    The same tokens, links, decisions, month, model and key give the same result, in whatever order
    rows come. `given` are person ids of the past, which are never given anew. `memory` is that of
    an earlier month of the same link epoch; it saves time and changes nothing. An `engine` scores
    in place of this process, and has every pair looked for anew.

    Raises:
        LinkError: the tables are not token tables, or hold a record twice.
    """
    records = arrange(tokens)
    before = previous.to_pandas() if isinstance(previous, pa.Table) else previous
    before = before if len(before) else pd.DataFrame(columns=LINK_COLUMNS, dtype="str")
    names = records.table.select([*RECORD]).to_pandas()
    if engine is None:
        pairs, remembered = score_and_remember(records, model, decided, memory)
    else:
        pairs, remembered = engine(records, model, decided), remember_records(records)
    calibrated = calibrate(records, pairs, model)
    resolved = resolve(records, pairs, calibrated, persons_before(names, before), decided)
    clusters = names.assign(cluster=resolved.found.labels)
    assigned = carry_over(clusters, before, month, register_key, given)
    outcome = Outcome(
        labels=resolved.found.labels,
        conflicts=resolved.found.refused,
        events=_events(assigned),
        changed=changed_records(assigned.links, before),
        rewritten=_rewritten(memory, records, month),
    )
    quality = estimate_quality(records, pairs, calibrated, outcome.labels)
    return LinkResult(
        links=assigned.links,
        edges=_edges(names, pairs, calibrated.probability, resolved),
        events=assigned.events,
        new_persons=assigned.new_persons,
        review=review_items(records, _judged(pairs, resolved), resolved.found),
        summary=summarise(records, pairs, model, outcome, calibrated.facts, quality),
        memory=replace(remembered, month=month),
    )


def _rewritten(
    memory: PairMemory | None, records: Records, month: date
) -> dict[str, tuple[int, int]]:
    """Count rewritten records against the month before; over more months any limit would do."""
    if memory is None or memory.month != previous_month(month):
        return {}
    return rewritten(memory.records, records)


def _judged(pairs: ScoredPairs, resolved: Resolved) -> Judged:
    return Judged(pairs, resolved.bits, resolved.cut, resolved.held)


def _edges(
    names: pd.DataFrame, pairs: ScoredPairs, chance: Floats, resolved: Resolved
) -> pd.DataFrame:
    """Name the records of the pairs worth remembering; columns as `EDGE_COLUMNS`."""
    rows = np.flatnonzero(resolved.kept | (chance >= LEAST_EDGE))
    left, right = (names.iloc[side[rows]].reset_index(drop=True) for side in (pairs.l, pairs.r))
    return pd.DataFrame(
        {
            "source_l": left["source"],
            "record_l": left["record_pseudonym"],
            "source_r": right["source"],
            "record_r": right["record_pseudonym"],
            "weight": np.round(pairs.weight[rows]),
            "probability": np.round(chance[rows], 2),
            "kept": resolved.kept[rows],
        },
        columns=EDGE_COLUMNS,
    )


def _events(assigned: Assignment) -> dict[str, int]:
    counts = assigned.events["kind"].value_counts()
    return {kind: int(counts.get(kind, 0)) for kind in EVENT_KINDS}
