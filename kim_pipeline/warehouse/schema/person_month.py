"""`core.person_month`: all dimensions and flags that indicators count, in parts by theme.

Each part is one query in `kim_pipeline/core/month`: a column is named here and given there.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from kim_pipeline.warehouse.schema import (
    month_case_work,
    month_livelihood,
    month_naturalisation,
    month_status,
)
from kim_pipeline.warehouse.schema.base import UUID, column, known_columns, table

_FLAG = sa.Boolean

_KEY: tuple[sa.Column[Any], ...] = (
    column(
        "month",
        sa.Date,
        "Month, written as its first day; the reference date is its last.",
        key=True,
    ),
    column("person_id", UUID, "Person.", key=True),
)

# In this order: each query may read the results of those before it. What a part does not say of a
# person is false for flags and empty for everything else.
_PARTS: dict[str, tuple[sa.Column[Any], ...]] = {
    "population": (
        column("town_ags", sa.Text, "Town of residence.", null=True),
        column("sex", sa.Text, "Sex: m, w, d.", null=True),
        column("birth_year", sa.Integer, "Year of birth.", null=True),
        column(
            "age", sa.SmallInteger, "Age in years (reference year minus year of birth).", null=True
        ),
        column("age_group", sa.Text, "Age group.", null=True),
        column("nationality", sa.Text, "Nationality, Destatis state code.", null=True),
        column("nationality_group", sa.Text, "Nationality group used in reports.", null=True),
        column("arrived_on", sa.Date, "First arrival in Germany.", null=True),
        column(
            "years_since_arrival",
            sa.Text,
            "Group of years since arrival: 1, 3, 5, 8, over_8.",
            null=True,
        ),
        column(
            "in_sources",
            postgresql.ARRAY(sa.Text),
            "Sources that delivered a record of the person, in the order of the alphabet.",
        ),
        column(
            "foreign_resident", _FLAG, "Foreign national living here: file A on the reference date."
        ),
        column(
            "newly_arrived", _FLAG, "Foreign resident who arrived in Germany at most 36 months ago."
        ),
    ),
    "residence": (
        column("status_group", sa.Text, "Residence status group on the reference date.", null=True),
        column("title_list", sa.Text, "AZR code list of the current title.", null=True),
        column("title_code", sa.Text, "AZR code of the current title.", null=True),
        column(
            "chance_title_months_left",
            sa.Text,
            "Months until the § 104c title ends: 0_3, 4_6, 7_12, 13_18.",
            null=True,
        ),
        column("work_title", _FLAG, "Holds a residence permit for work."),
        column(
            "asylum_benefit_status", _FLAG, "Gets asylum seekers' benefits by residence status."
        ),
        column("chance_title", _FLAG, "Holds a § 104c title (Chancen-Aufenthaltsrecht)."),
    ),
    "benefits": (
        column("sgb2_benefit", _FLAG, "Receives SGB II benefits on the reference date."),
        column(
            "asylum_benefit",
            _FLAG,
            "Receives asylum seekers' benefits (AsylbLG) on the reference date.",
        ),
    ),
    "employment": (
        column(
            "employed",
            _FLAG,
            "Employed with social insurance on the reference date (job-centre view).",
        ),
    ),
    "cases": (
        column("case_active", _FLAG, "Has an open KIM case on the reference date."),
        column("case_opened", _FLAG, "A KIM case was opened in the month."),
        column("case_closed", _FLAG, "A KIM case was closed in the month."),
        column("case_ever", _FLAG, "Has or had a KIM case by the reference date."),
    ),
    "support": (
        column("job_centre_case_management", _FLAG, "In the job centre's case management."),
        column(
            "support_overlap",
            _FLAG,
            "Two bodies work on the same field of action for at least 30 days.",
        ),
        column(
            "support_overlap_agreed", _FLAG, "Such an overlap with a case conference or named lead."
        ),
    ),
    "naturalisation": (
        column("naturalisation_open", _FLAG, "Has an open naturalisation application."),
        column("naturalised_12_months", _FLAG, "Was naturalised in the last 12 months."),
        column(
            "naturalisation_outcome",
            sa.Text,
            "Outcome of a procedure that ended in the last 12 months.",
            null=True,
        ),
        column(
            "naturalisation_days",
            sa.Integer,
            "Days from application to certificate, if in the last 12 months.",
            null=True,
        ),
    ),
    "benefit_gap": (
        column(
            "benefit_gap_days",
            sa.Integer,
            "Days from recognition or § 24 title to the first SGB II benefit.",
            null=True,
        ),
        column("benefit_gap_over_30", _FLAG, "That gap was longer than 30 days."),
    ),
    **month_case_work.PARTS,
    **month_status.PARTS,
    **month_naturalisation.PARTS,
    **month_livelihood.PARTS,
}

# The names of the columns that each part gives.
PARTS: dict[str, tuple[str, ...]] = {
    part: tuple(c.name for c in columns) for part, columns in _PARTS.items()
}

person_month = table(
    "person_month_history",
    "core",
    "One row per person and month: all dimensions and flags that indicators count.",
    *_KEY,
    *(c for columns in _PARTS.values() for c in columns),
    *known_columns(),
    postgresql_partition_by="RANGE (month)",
)
