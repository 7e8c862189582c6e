"""Columns of `core.person_month`: what people live on, and how they find work."""

from typing import Any

import sqlalchemy as sa

from kim_pipeline.warehouse.schema.base import column

_FLAG = sa.Boolean

PARTS: dict[str, tuple[sa.Column[Any], ...]] = {
    "livelihood": (
        column(
            "benefit_system",
            sa.Text,
            "Benefits of a foreign resident: SGB2, ASYLBLG, BOTH (a conflict) or NONE known.",
            null=True,
        ),
        column("sgb2_without_work", _FLAG, "Receives SGB II benefits, and no employment is known."),
    ),
    "sgb2_year": (
        column(
            "sgb2_months",
            sa.SmallInteger,
            "Ends of the last 12 months with SGB II benefits; empty without any and without entry.",
            null=True,
        ),
        column(
            "job_entries",
            sa.SmallInteger,
            "Months of the last 12 with a new insured job out of SGB II benefits.",
            null=True,
        ),
        column(
            "sgb2_long_term",
            _FLAG,
            "SGB II benefits at 21 or more ends of the last 24 months, aged 17 or more.",
        ),
    ),
    "plan_exit": (
        column(
            "plan_on_sgb2",
            _FLAG,
            "Received SGB II benefits when a support plan was agreed, 12 to 24 months ago.",
        ),
        column("plan_left_sgb2", _FLAG, "Left SGB II within 12 months after that plan."),
    ),
    "first_job": (
        column(
            "first_job_months",
            sa.Integer,
            "Months from arrival to the first insured job, or for as long as none was seen.",
            null=True,
        ),
        column("first_job", _FLAG, "Has had an insured job since arrival (job-centre view)."),
    ),
}
