"""One month of linkage: token records in, person ids, edges and counts out.

Nothing is read from or written to disk, and no step looks at more than keyed tokens.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from kim_pipeline.linkage.clusters import Pairs, cluster
from kim_pipeline.linkage.model import LinkModel
from kim_pipeline.linkage.priors import Floats, probability
from kim_pipeline.linkage.records import Records, arrange
from kim_pipeline.linkage.register import LINK_COLUMNS, RECORD, Assignment, carry_over
from kim_pipeline.linkage.score import score_pairs
from kim_pipeline.linkage.summary import (
    LinkSummary,
    changed_records,
    fill_rates,
    levels_by_source_pair,
    link_rates,
    weight_histogram,
)
from kim_pipeline.linkage.thresholds import Thresholds, match_probability

HYSTERESIS_BITS = 6.0
LEAST_PROBABILITY = 1e-12
EVENT_KINDS = ("founded", "merged", "split", "moved")
EDGE_COLUMNS = ["source_l", "record_l", "source_r", "record_r", "weight", "probability", "kept"]


@dataclass(frozen=True)
class LinkResult:
    """What a month of linkage found.

    links: `source`, `record_pseudonym`, `person_id`, one row per record.
    edges: `source_l`, `record_l`, `source_r`, `record_r`, `weight` (bits), `probability`, `kept`.
    events, new_persons: see `register.Assignment`.
    """

    links: pd.DataFrame
    edges: pd.DataFrame
    events: pd.DataFrame
    new_persons: pd.DataFrame
    summary: LinkSummary


@dataclass(frozen=True)
class _Resolved:
    """Scored pairs with `probability` and `kept`, the cluster of each record, refused unions."""

    pairs: pa.Table
    labels: npt.NDArray[np.int64]
    refused: int


def link_month(  # noqa: PLR0913, PLR0917 - each is a fact of its own, none has another home
    tokens: Mapping[str, pa.Table],
    previous: pd.DataFrame | pa.Table,
    month: date,
    model: LinkModel,
    register_key: bytes,
    given: Collection[str] = (),
) -> LinkResult:
    """Link the records of a month and carry the person ids of the months before.

    The same tokens, links, month, model and key give the same result, in whatever order rows come.
    Links of the run before get `HYSTERESIS_BITS` of credit: a link takes more to make than to keep,
    which cuts needless changes of ids to a fifth (measured) and cannot change an unchanged input.
    `given` are person ids of the past, which are never given anew.

    Raises:
        LinkError: the tables are not token tables, or hold a record twice.
    """
    records = arrange(tokens)
    before = previous.to_pandas() if isinstance(previous, pa.Table) else previous
    before = before if len(before) else pd.DataFrame(columns=LINK_COLUMNS, dtype="str")
    resolved = _resolve(records, before, model)
    clusters = _record_names(records).assign(cluster=resolved.labels)
    assigned = carry_over(clusters, before, month, register_key, given)
    return LinkResult(
        links=assigned.links,
        edges=resolved.pairs.select(EDGE_COLUMNS).to_pandas(),
        events=assigned.events,
        new_persons=assigned.new_persons,
        summary=_summary(records, resolved, assigned, before, model),
    )


def _resolve(records: Records, before: pd.DataFrame, model: LinkModel) -> _Resolved:
    scored = score_pairs(records, model)
    chance = match_probability(records, scored, model)
    pairs = _pairs(records, scored, chance, before)
    found = cluster(records.source_codes, pairs, Thresholds())
    kept = found.labels[pairs.l] == found.labels[pairs.r]
    decided = scored.append_column("probability", pa.array(chance))
    return _Resolved(decided.append_column("kept", pa.array(kept)), found.labels, found.refused)


def _record_names(records: Records) -> pd.DataFrame:
    return records.table.select([*RECORD]).to_pandas()


def _pairs(records: Records, scored: pa.Table, chance: Floats, before: pd.DataFrame) -> Pairs:
    left, right = scored["l"].to_numpy(), scored["r"].to_numpy()
    person = _persons_before(records, before)
    held = (person[left] >= 0) & (person[left] == person[right])
    clipped = np.clip(chance, LEAST_PROBABILITY, 1 - LEAST_PROBABILITY)
    bits = np.log2(clipped / (1 - clipped)) + HYSTERESIS_BITS * held
    return Pairs(
        l=left,
        r=right,
        strength=bits,
        probability=probability(bits),
        must=scored["must"].to_numpy(),
        cannot=scored["cannot"].to_numpy(),
    )


def _persons_before(records: Records, before: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Number the previous person of every record, -1 where there was none."""
    known = _record_names(records).merge(before, on=RECORD, how="left")
    return np.asarray(pd.factorize(known["person_id"])[0], dtype=np.int64)


def _summary(
    records: Records,
    resolved: _Resolved,
    assigned: Assignment,
    before: pd.DataFrame,
    model: LinkModel,
) -> LinkSummary:
    kept = resolved.pairs.filter(resolved.pairs["kept"])
    changed, known = changed_records(assigned.links, before)
    events = assigned.events["kind"].value_counts()
    return LinkSummary(
        model_version=model.version,
        records=records.counts,
        candidate_pairs=resolved.pairs.num_rows,
        edges=kept.num_rows,
        conflicts=resolved.refused,
        persons=int(assigned.links["person_id"].nunique()),
        events={kind: int(events.get(kind, 0)) for kind in EVENT_KINDS},
        changed_records=changed,
        known_records=known,
        weights=weight_histogram(resolved.pairs),
        levels=levels_by_source_pair(kept),
        link_rate=link_rates(assigned.links),
        fill=fill_rates(records),
    )
