"""status_and_naturalisation.

Revision ID: 0012
Revises: 0011
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_TABLE = "person_month_history"
_FLAGS = {
    "became_resident": "Foreign resident who was not one on the last reference date.",
    "left_residence": "Foreign resident on the last reference date, not any more.",
    "newly_in_district": "Foreign resident who came to the Kreis at most 36 months ago.",
    "chance_observed": "First § 104c title began at least 24 months ago; has not left in that time.",
    "chance_to_stay": "Title under § 25a or § 25b within 24 months of that day.",
    "chance_fell_back": "No such title, and tolerated again within 24 months.",
    "chance_case": "Had a KIM case while holding a § 104c title.",
    "permit_5_years": "Foreign resident who a year ago had held residence permits for 5 years.",
    "permit_to_settlement": "Has been given an unlimited title in the year since.",
    "link_reviewed": "A link between the person's records was judged by hand.",
    "naturalisation_applied_12_months": "Applied in the last 12 months.",
    "naturalisation_waiting": "Asked for an appointment and has not applied yet.",
    "naturalisation_complete_at_intake": "That application was complete at the first check.",
    "naturalisation_decided_12_months": "A procedure was decided in the last 12 months.",
    "naturalisation_open_over_12": "Applied over 12 months ago, still open.",
    "naturalisation_open_over_24": "Applied over 24 months ago, still open.",
    "resident_year_ago": "Was a foreign resident a year before the reference date.",
    "resident_10_years": "Such a resident who had been in Germany for 10 years then.",
    "resident_6_years": "Such a resident who had been in Germany for 6 years then.",
    "naturalisation_eligible": "Foreign resident for 5 years in Germany with a title that admits naturalisation.",
    "former_case_eligible": "Had KIM cases, all closed; may be naturalised and gets no SGB II, or applied since.",
    "former_case_applied": "Applied within 36 months after the last of these cases.",
    "sgb2_without_work": "Receives SGB II benefits, and no employment is known.",
    "sgb2_long_term": "SGB II benefits at 21 or more ends of the last 24 months, aged 17 or more.",
    "plan_on_sgb2": "Received SGB II benefits when a support plan was agreed, 12 to 24 months ago.",
    "plan_left_sgb2": "Left SGB II within 12 months after that plan.",
    "first_job": "Has had an insured job since arrival (job-centre view).",
}
_VALUES: dict[str, tuple[sa.types.TypeEngine[Any], str]] = {
    "departure_kind": (
        sa.Text(),
        "How such a person left: naturalised, moved_away, died, unknown.",
    ),
    "chance_cohort": (
        sa.Text(),
        "Year in which the first § 104c title began: 2023 or earlier, 2024, 2025 or later.",
    ),
    "chance_age": (sa.Text(), "Age when that title began: under_27 (§ 25a is open), 27_and_over."),
    "naturalisation_wait_days": (
        sa.Integer(),
        "Days from asking for an appointment to the application, if in the last 12 months.",
    ),
    "naturalisation_intake_route": (
        sa.Text(),
        "Where that application was handed in: KREIS, STADT, ONLINE.",
    ),
    "naturalisation_completion_days": (
        sa.Integer(),
        "Days from application to completeness, of the certificate of the last 12 months.",
    ),
    "naturalisation_enquiry_days": (
        sa.Integer(),
        "Days from completeness to the security enquiries.",
    ),
    "naturalisation_answer_days": (
        sa.Integer(),
        "Days from the security enquiries to their answer.",
    ),
    "naturalisation_decision_days": (sa.Integer(), "Days from that answer to the decision."),
    "naturalisation_certificate_days": (sa.Integer(), "Days from the decision to the certificate."),
    "benefit_system": (
        sa.Text(),
        "Benefits of a foreign resident: SGB2, ASYLBLG, BOTH (a conflict) or NONE known.",
    ),
    "sgb2_months": (
        sa.SmallInteger(),
        "Ends of the last 12 months with SGB II benefits; empty without any and without entry.",
    ),
    "job_entries": (
        sa.SmallInteger(),
        "Months of the last 12 with a new insured job out of SGB II benefits.",
    ),
    "first_job_months": (
        sa.Integer(),
        "Months from arrival to the first insured job, or for as long as none was seen.",
    ),
}


def upgrade() -> None:
    """Bring the warehouse to this version; the view is made anew with its new columns.

    Months that are there say nothing of it until they are built again.
    """
    op.execute("DROP VIEW IF EXISTS core.person_month")
    for name, comment in _FLAGS.items():
        column: sa.Column[Any] = sa.Column(
            name, sa.Boolean(), nullable=False, comment=comment, server_default="false"
        )
        op.add_column(_TABLE, column, schema="core")
        op.alter_column(_TABLE, name, server_default=None, schema="core")
    for name, (kind, comment) in _VALUES.items():
        op.add_column(_TABLE, sa.Column(name, kind, nullable=True, comment=comment), schema="core")


def downgrade() -> None:
    """Bring the warehouse back to the version before."""
    op.execute("DROP VIEW IF EXISTS core.person_month")
    for name in (*_FLAGS, *_VALUES):
        op.drop_column(_TABLE, name, schema="core")
