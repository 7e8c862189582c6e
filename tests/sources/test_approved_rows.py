"""Staged rows lose what is not approved even when they were made elsewhere."""

from datetime import date

import pyarrow as pa
import pytest
from small_deliveries import JOBS

from kim_pipeline.privacy.legal_gate import Approval
from sources.accepting.approved_rows import approved_rows
from sources.contracts.approval import within
from sources.contracts.tables import Table

FIELDS = frozenset({"person_number", "sex", "town_ags"})
APPROVAL = Approval(
    JOBS.source, "Kreis", "Personen", "Steuerung", date(2027, 12, 31), {"persons": FIELDS}
)
NARROW = within(JOBS, APPROVAL)


def staged(table: Table) -> pa.Table:
    return pa.table({column.name: pa.array(["x", "y"]) for column in table.columns})


def test_columns_without_approval_are_empty_and_the_others_stay() -> None:
    table = NARROW.table("persons")
    rows = approved_rows(table, staged(table))
    assert rows.column_names == [column.name for column in table.columns]
    kept = {name for name in rows.column_names if rows[name].null_count == 0}
    assert kept == {"row_key", "record_pseudonym", "sex", "town_ags"}


def test_a_table_without_approval_has_no_rows() -> None:
    table = NARROW.table("benefits")
    assert approved_rows(table, staged(table)).num_rows == 0


@pytest.mark.parametrize("table", JOBS.tables, ids=lambda table: table.name)
def test_without_a_limit_nothing_changes(table: Table) -> None:
    assert approved_rows(table, staged(table)).equals(staged(table))
