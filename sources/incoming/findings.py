"""Apply a contract's finding rules inside one delivery: one mask per rule, true where it found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from sources.contracts.tables import Finding
from sources.incoming.code_findings import code_expired, with_last_days
from sources.incoming.drafts import Draft
from sources.incoming.record_findings import (
    applicant_25a_aged_14_to_26,
    azr_date_not_after_first_event,
    azr_number_plausible,
    birth_before_arrival,
    birth_date_is_1_january,
    case_phases_in_order,
)
from sources.incoming.title_findings import (
    eu_citizen_without_permit,
    one_current_title,
    settlement_permit_after_3_years,
    title_104c_at_most_18_months,
    title_code_valid_on_grant,
)
from sources.incoming.typing import Mask

Arguments: TypeAlias = "Mapping[str, list[pa.Array[Any]]]"
Rule: TypeAlias = Callable[[Arguments, date], Mask]

RULES: dict[str, Rule] = {
    rule.__name__: rule
    for rule in (
        one_current_title,
        title_code_valid_on_grant,
        title_104c_at_most_18_months,
        azr_date_not_after_first_event,
        eu_citizen_without_permit,
        birth_before_arrival,
        applicant_25a_aged_14_to_26,
        settlement_permit_after_3_years,
        case_phases_in_order,
        birth_date_is_1_january,
        azr_number_plausible,
        code_expired,
    )
}


def find(finding: Finding, draft: Draft, drafts: Mapping[str, Draft], reference_date: date) -> Mask:
    """Compute one rule for the accepted rows of a table."""
    arguments = {
        name: [_column(reference, draft, drafts) for reference in references]
        for name, references in finding.arguments.items()
    }
    given = with_last_days(finding, draft.table, arguments)
    return RULES[finding.rule](given, reference_date)


def _column(reference: str, draft: Draft, drafts: Mapping[str, Draft]) -> pa.Array[Any]:
    """Give a field of this table, or of another one for the same person or case.

    Where the other table has several rows for it, the earliest date counts, else the first row.
    """
    owner, _, name = reference.rpartition(".")
    if not owner:
        return draft.fields[name]
    other = drafts[owner]
    values = other.fields[name]
    mine, theirs = draft.by_domain(), other.by_domain()
    domain = next(domain for domain in mine if domain in theirs)
    order = pc.sort_indices(values).to_numpy() if pa.types.is_date(values.type) else None
    keys = theirs[domain].to_pandas()
    rows = pd.Series(np.arange(len(keys)), index=keys)
    rows = rows if order is None else rows.iloc[order]
    found = rows[~rows.index.duplicated()].reindex(mine[domain].to_pandas())
    return values.take(pa.array(found.to_numpy(), pa.int64(), from_pandas=True))
