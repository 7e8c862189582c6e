"""What a run says of itself, held against the truth cell by cell."""

import numpy as np
import pandas as pd
import pytest

from benchmarks.linkage.estimates import judge, render

RECORDS = pd.DataFrame(
    {
        "source": ["a", "a", "b", "b", "b"],
        "nationality_group": ["EU", "UNKNOWN", "EU", "TURKEY", "TURKEY"],
    }
)
PERSONS = np.array([0, 1, 0, 1, 1])
LABELS = np.array([0, 1, 0, 1, 0])  # finds 0-2 and 1-3, links 4 wrongly to 0 and 2


def estimate(source, other, group, precision, recall):
    return {
        "source": source,
        "other_source": other,
        "nationality_group": group,
        "precision": precision,
        "precision_low": precision - 0.1,
        "precision_high": precision + 0.1,
        "recall": recall,
        "recall_low": recall - 0.1,
        "recall_high": recall + 0.1,
        "identified": True,
    }


@pytest.mark.parametrize(
    ("cell", "precision", "recall", "kind"),
    [
        (("", "", ""), 2 / 4, 2 / 4, "all"),
        (("a", "b", ""), 2 / 3, 2 / 3, "between sources"),
        (("b", "b", ""), 0.0, 0.0, "inside a source"),
        (("", "", "EU"), 1 / 3, 1.0, "group"),
        (("a", "b", "TURKEY"), 1.0, 1 / 2, "source pair and group"),
        (("a", "a", ""), None, None, "inside a source"),
    ],
)
def test_a_cell_holds_the_pairs_of_its_sources_and_group(cell, precision, recall, kind):
    [judged] = judge([estimate(*cell, 0.5, 0.5)], LABELS, RECORDS, PERSONS)
    assert (judged.precision, judged.recall) == pytest.approx((precision, recall))
    assert judged.kind == kind


def test_bands_and_errors_are_told_per_kind_of_cell():
    estimates = [estimate("", "", "", 0.45, 0.9), estimate("a", "a", "", 1.0, 1.0)]
    judged = judge(estimates, LABELS, RECORDS, PERSONS)
    assert (judged[0].covered("precision"), judged[0].covered("recall")) == (True, False)
    assert judged[1].covered("recall") is None
    told = render(judged)
    assert "1 of 1" in told
    assert "40.00" in told
