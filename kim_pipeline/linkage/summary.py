"""What a run of linkage looked like, in counts alone, for metadata and the drift checks."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from kim_pipeline.linkage.calibration.quality import CalibrationFacts, QualityEstimate
from kim_pipeline.linkage.histograms import levels_by_source_pair, weight_histogram
from kim_pipeline.linkage.link_rates import GroupRates, group_rates, pair_rates
from kim_pipeline.linkage.model import LinkModel
from kim_pipeline.linkage.pairs import Ints, KeyFacts, ScoredPairs
from kim_pipeline.linkage.records import Records
from kim_pipeline.linkage.register import RECORD
from kim_pipeline.linkage.token_counts import Sharing, commonest, fill_rates, key_sharing


@dataclass(frozen=True)
class LinkSummary:
    """Counts and shares of one run; no key is an identifier, no value a record.

    Keys of source pairs read `a + b` (a <= b), of rates `a -> b`: the share of a's records whose
    person has a record in b; `group_rate` has records searched and found per nationality group.
    `levels` counts the kept edges per source pair, comparison and level, from "not comparable" up;
    `model_weights` are the bits of these levels, from disagreement up. `fill` is the share of
    records with a token, `sharing` how match keys are shared inside a source, `commonest` the share
    of records with the commonest token. `keys` says what each match key brought, `rewritten`
    how many records were known a month ago and how many of these look otherwise now, `facts` and
    `quality` what the calibration found. What an older version did not count is empty.
    """

    model_version: str
    records: dict[str, int]
    candidate_pairs: int
    edges: int
    conflicts: int
    persons: int
    events: dict[str, int]
    changed_records: int
    known_records: int
    weights: dict[str, int]
    levels: dict[str, dict[str, tuple[int, ...]]]
    link_rate: dict[str, float]
    fill: dict[str, dict[str, float]]
    group_rate: GroupRates = field(default_factory=dict)
    sharing: dict[str, dict[str, Sharing]] = field(default_factory=dict)
    commonest: dict[str, dict[str, float]] = field(default_factory=dict)
    model_weights: dict[str, tuple[float, ...]] = field(default_factory=dict)
    keys: tuple[KeyFacts, ...] = ()
    rewritten: dict[str, tuple[int, int]] = field(default_factory=dict)
    facts: CalibrationFacts = field(default_factory=CalibrationFacts)
    quality: tuple[QualityEstimate, ...] = ()

    def to_json(self) -> str:
        """Write the summary as one line."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "LinkSummary":
        """Read what `to_json` wrote."""
        read = json.loads(text)
        sharing = {
            source: {key: Sharing(**one) for key, one in found.items()}
            for source, found in read.pop("sharing", {}).items()
        }
        return cls(
            **read
            | {name: _tuples(read[name]) for name in _NESTED if name in read}
            | {
                "sharing": sharing,
                "facts": CalibrationFacts(**_tuples(read.pop("facts", {}))),
                "keys": tuple(KeyFacts(**one) for one in read.pop("keys", ())),
                "quality": tuple(QualityEstimate(**one) for one in read.pop("quality", ())),
            }
        )


_NESTED = ("levels", "group_rate", "model_weights", "rewritten")


@dataclass(frozen=True)
class Outcome:
    """What clustering and the register made of the pairs.

    labels: the person of every record, numbered in any way, by position. conflicts: pairs refused
    because they contradict others. events: by kind. changed: records that carry another id than
    before, and those that carried one. rewritten: what the function of that name counts; empty
    without a month before in the same link epoch.
    """

    labels: Ints
    conflicts: int
    events: Mapping[str, int]
    changed: tuple[int, int]
    rewritten: Mapping[str, tuple[int, int]] = field(default_factory=dict)


def summarise(  # noqa: PLR0913, PLR0917 - each is the work of another step
    records: Records,
    pairs: ScoredPairs,
    model: LinkModel,
    outcome: Outcome,
    facts: CalibrationFacts | None = None,
    quality: tuple[QualityEstimate, ...] = (),
) -> LinkSummary:
    """Sum a run up."""
    labels = outcome.labels
    kept = pairs.only(labels[pairs.l] == labels[pairs.r])
    return LinkSummary(
        model_version=model.version,
        records=records.counts,
        candidate_pairs=pairs.size + pairs.below,
        edges=kept.size,
        conflicts=outcome.conflicts,
        persons=len(np.unique(labels)),
        events=dict(outcome.events),
        changed_records=outcome.changed[0],
        known_records=outcome.changed[1],
        weights=weight_histogram(pairs),
        levels=levels_by_source_pair(records, kept),
        link_rate=pair_rates(records, labels),
        fill=fill_rates(records),
        group_rate=group_rates(records, labels),
        sharing=key_sharing(records),
        commonest=commonest(records),
        model_weights=_weights(model),
        keys=pairs.keys,
        rewritten=dict(outcome.rewritten),
        facts=facts or CalibrationFacts(),
        quality=quality,
    )


def changed_records(links: pd.DataFrame, previous: pd.DataFrame) -> tuple[int, int]:
    """Count the records that carry another id than before, and those that carried one."""
    both = links.merge(previous[[*RECORD, "person_id"]], on=RECORD, suffixes=("", "_before"))
    return int((both["person_id"] != both["person_id_before"]).sum()), len(both)


def _weights(model: LinkModel) -> dict[str, tuple[float, ...]]:
    return {
        comparison.name: tuple(round(level.weight, 3) for level in reversed(comparison.levels))
        for comparison in model.comparisons
    }


def _tuples(read: Any) -> Any:
    """Turn the lists of JSON back into tuples, at any depth."""
    if isinstance(read, dict):
        return {key: _tuples(value) for key, value in read.items()}
    return tuple(_tuples(value) for value in read) if isinstance(read, list) else read
