"""How right the links are, where the truth is known: on invented people only.

Pairs are all pairs of records that carry one person id, linked directly or through a third record.
"""

from collections.abc import Hashable
from dataclasses import dataclass

import pandas as pd

from kim_pipeline.linkage.register import RECORD


@dataclass(frozen=True)
class Agreement:
    """How many were found, how many there are, and how many are both."""

    found: int
    true: int
    both: int

    @property
    def precision(self) -> float:
        """Give the share of the found that is true; 1 when nothing was found."""
        return self.both / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Give the share of the true that was found; 1 when there is nothing to find."""
        return self.both / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        """Give the harmonic mean of precision and recall."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


@dataclass(frozen=True)
class Evaluation:
    """Pairs overall, per source pair (`a + b`) and nationality group; persons as whole clusters.

    `persons` counts persons with at least two records, right when the cluster holds exactly their
    records: its recall is the share exactly right. `false_merges` are ids that mix people.
    """

    pairs: Agreement
    by_source_pair: dict[str, Agreement]
    by_nationality_group: dict[str, Agreement]
    persons: Agreement
    false_merges: int


def evaluate(links: pd.DataFrame, truth: pd.DataFrame) -> Evaluation:
    """Hold links against the truth.

    Args:
        links: `source`, `record_pseudonym`, `person_id`.
        truth: `source`, `record_pseudonym`, `person`, and optionally `nationality_group`. Records
            that were not linked this month do not count.
    """
    known = links.merge(truth, on=RECORD).sort_values(RECORD, ignore_index=True)
    if "nationality_group" not in known:
        known["nationality_group"] = "all"
    known["nationality_group"] = known["nationality_group"].fillna("unknown").astype(str)
    found, true = _pairs(known, "person_id"), _pairs(known, "person")
    return Evaluation(
        pairs=_agreement(found, true),
        by_source_pair=_agreements(found, true, "sources"),
        by_nationality_group=_agreements(found, true, "group"),
        persons=_persons(known),
        false_merges=int((known.groupby("person_id")["person"].nunique() > 1).sum()),
    )


def _pairs(known: pd.DataFrame, by: str) -> pd.DataFrame:
    """List all pairs of records that share a value; the group is that of the first record."""
    part = known.loc[known[by].duplicated(keep=False), ["source", "nationality_group"]]
    part = part.assign(row=part.index, **{name: known[name] for name in ("person_id", "person")})
    part["shared"] = part[by]
    met = part.merge(part, on="shared", suffixes=("_l", "_r"))
    met = met[met["row_l"] < met["row_r"]]
    same_id = met["person_id_l"] == met["person_id_r"]
    return pd.DataFrame(
        {
            "sources": met["source_l"] + " + " + met["source_r"],
            "group": met["nationality_group_l"],
            "both": same_id & (met["person_l"] == met["person_r"]),
        }
    )


def _agreement(found: pd.DataFrame, true: pd.DataFrame) -> Agreement:
    return Agreement(len(found), len(true), int(found["both"].sum()))


def _agreements(found: pd.DataFrame, true: pd.DataFrame, by: str) -> dict[str, Agreement]:
    return {
        str(value): _agreement(found[found[by] == value], true[true[by] == value])
        for value in sorted({*found[by], *true[by]})
    }


def _persons(known: pd.DataFrame) -> Agreement:
    found, true = _members(known, "person_id"), _members(known, "person")
    return Agreement(len(found), len(true), len(found & true))


def _members(known: pd.DataFrame, by: str) -> set[tuple[Hashable, ...]]:
    """Give the rows of every group of at least two."""
    many = known[known[by].duplicated(keep=False)]
    return {tuple(rows) for rows in many.groupby(by).groups.values()}
