"""How steady person ids are from run to run, where the truth is known: on invented people only."""

from dataclasses import dataclass

import pandas as pd

from kim_pipeline.linkage.register import RECORD


@dataclass(frozen=True)
class Churn:
    """True persons with records in both runs, and those among them whose id changed."""

    persons: int
    changed: int

    @property
    def rate(self) -> float:
        """Give the share that changed; 0 when nobody was there twice."""
        return self.changed / self.persons if self.persons else 0.0


def churn(before: pd.DataFrame, now: pd.DataFrame, truth: pd.DataFrame) -> Churn:
    """Count true persons whose id changed between two states of the links.

    The id of a person is the one most of the records carry, the lowest of equals; only records that
    are linked in both states count.

    Args:
        before: `source`, `record_pseudonym`, `person_id`.
        now: the same of the later state.
        truth: `source`, `record_pseudonym`, `person`.
    """
    links = [part[[*RECORD, "person_id"]] for part in (before, now)]
    both = links[0].merge(links[1], on=RECORD, suffixes=("_before", "_now"))
    known = both.merge(truth[[*RECORD, "person"]], on=RECORD)
    first, last = (_main_id(known, "person_id_" + state) for state in ("before", "now"))
    return Churn(len(first), int((first != last).sum()))


def _main_id(known: pd.DataFrame, column: str) -> pd.Series:
    """Give each true person the id of most of its records."""
    sizes = known.groupby(["person", column]).size().reset_index(name="records")
    sizes = sizes.sort_values(["person", "records", column], ascending=[True, False, True])
    main: pd.Series = sizes.drop_duplicates("person").set_index("person")[column]
    return main
