"""case_work.

Revision ID: 0011
Revises: 0010
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_TABLE = "person_month_history"
_FLAG, _NUMBER, _TEXT = sa.Boolean(), sa.Integer(), sa.Text()
_LIST = postgresql.ARRAY(sa.Text())
_COLUMNS: tuple[tuple[str, sa.types.TypeEngine[Any], str], ...] = (
    ("case_new_12_months", _FLAG, "A KIM case began in the last 12 months."),
    (
        "case_new_without_management",
        _FLAG,
        "On the first day of the newest such case the job centre managed none.",
    ),
    (
        "case_plan_days",
        _NUMBER,
        "Days from intake to the newest support plan, if agreed in the last 12 months.",
    ),
    ("case_over_90_days", _FLAG, "Has a KIM case that has been open over 90 days."),
    ("case_plan_reviewed", _FLAG, "The oldest such case has a support plan with a reviewed goal."),
    ("case_cross_system", _FLAG, "Has an open KIM case and touched two benefit systems during it."),
    ("goals_due", _NUMBER, "Goals due in the last 12 months."),
    ("goals_met", _NUMBER, "Of these, goals that were reached."),
    ("goal_topic", _TEXT, "Field of action of the goal due last."),
    ("goal_met", _FLAG, "The goal due last was reached."),
    (
        "case_close_reason",
        _TEXT,
        "Why the KIM case closed last was closed, if in the last 12 months.",
    ),
    ("case_close_days", _NUMBER, "Days from its support plan to its closing."),
    (
        "case_handed_over",
        _FLAG,
        "A KIM case was handed over to the job centre; 60 days later lay in the last year.",
    ),
    (
        "case_handover_verified",
        _FLAG,
        "Within these 60 days the job centre had the person in benefits or case management.",
    ),
    (
        "referral_due",
        _FLAG,
        "Was referred to another body; 30 days later lay in the last 12 months.",
    ),
    ("referral_body", _TEXT, "Body of the newest such referral."),
    ("referral_not_accepted", _FLAG, "It was not taken on within these 30 days."),
    (
        "course_wait_days",
        _NUMBER,
        "Days from the entitlement to the integration course begun in the last 12 months.",
    ),
    (
        "course_due",
        _FLAG,
        "Was entitled to an integration course; 180 days later lay in the last 12 months.",
    ),
    ("course_not_begun", _FLAG, "No course began within these 180 days."),
    (
        "status_gap_days",
        _NUMBER,
        "Days without status after the title that ran out last, if in the last 12 months.",
    ),
    ("status_gap", _FLAG, "That gap was longer than 0 days."),
    ("limbo_status", _FLAG, "Resident tolerated or in the asylum procedure."),
    ("limbo_5_years", _FLAG, "Has been so for at least 5 years."),
    (
        "moved_with_case",
        _FLAG,
        "Moved to another town with an open KIM case; 60 days later lay in the last year.",
    ),
    (
        "case_lost_at_move",
        _FLAG,
        "The case ended within these 60 days, not handed over and with none to follow.",
    ),
    (
        "flawed_sources",
        _LIST,
        "Sources with a record of the person that is incomplete or cannot be right.",
    ),
    (
        "new_sources",
        _LIST,
        "Sources that delivered the person for the first time in the last 12 months.",
    ),
    (
        "late_sources",
        _LIST,
        "Of these, sources in which it had begun over 31 days before that month.",
    ),
)


def upgrade() -> None:
    """Bring the warehouse to this version; nothing of it was known of the rows that are there."""
    op.execute("DROP VIEW IF EXISTS core.person_month")
    for name, kind, comment in _COLUMNS:
        flag = kind is _FLAG
        column = sa.Column(
            name,
            kind,
            nullable=not flag,
            comment=comment,
            server_default=sa.false() if flag else None,
        )
        op.add_column(_TABLE, column, schema="core")
        if flag:
            op.alter_column(_TABLE, name, server_default=None, schema="core")


def downgrade() -> None:
    """Bring the warehouse back to the version before."""
    op.execute("DROP VIEW IF EXISTS core.person_month")
    for name, _, _ in reversed(_COLUMNS):
        op.drop_column(_TABLE, name, schema="core")
