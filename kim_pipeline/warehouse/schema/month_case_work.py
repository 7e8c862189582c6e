"""Columns of `core.person_month`: case work, gaps between the authorities, and the records."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from kim_pipeline.warehouse.schema.base import column

_FLAG = sa.Boolean

PARTS: dict[str, tuple[sa.Column[Any], ...]] = {
    "case_plans": (
        column("case_new_12_months", _FLAG, "A KIM case began in the last 12 months."),
        column(
            "case_new_without_management",
            _FLAG,
            "On the first day of the newest such case the job centre managed none.",
        ),
        column(
            "case_plan_days",
            sa.Integer,
            "Days from intake to the newest support plan, if agreed in the last 12 months.",
            null=True,
        ),
        column("case_over_90_days", _FLAG, "Has a KIM case that has been open over 90 days."),
        column(
            "case_plan_reviewed",
            _FLAG,
            "The oldest such case has a support plan with a reviewed goal.",
        ),
        column(
            "case_cross_system",
            _FLAG,
            "Has an open KIM case and touched two benefit systems during it.",
        ),
    ),
    "goals": (
        column("goals_due", sa.Integer, "Goals due in the last 12 months.", null=True),
        column("goals_met", sa.Integer, "Of these, goals that were reached.", null=True),
        column("goal_topic", sa.Text, "Field of action of the goal due last.", null=True),
        column("goal_met", _FLAG, "The goal due last was reached."),
    ),
    "closures": (
        column(
            "case_close_reason",
            sa.Text,
            "Why the KIM case closed last was closed, if in the last 12 months.",
            null=True,
        ),
        column(
            "case_close_days",
            sa.Integer,
            "Days from its support plan to its closing.",
            null=True,
        ),
        column(
            "case_handed_over",
            _FLAG,
            "A KIM case was handed over to the job centre; 60 days later lay in the last year.",
        ),
        column(
            "case_handover_verified",
            _FLAG,
            "Within these 60 days the job centre had the person in benefits or case management.",
        ),
    ),
    "referrals": (
        column(
            "referral_due",
            _FLAG,
            "Was referred to another body; 30 days later lay in the last 12 months.",
        ),
        column("referral_body", sa.Text, "Body of the newest such referral.", null=True),
        column("referral_not_accepted", _FLAG, "It was not taken on within these 30 days."),
    ),
    "courses": (
        column(
            "course_wait_days",
            sa.Integer,
            "Days from the entitlement to the integration course begun in the last 12 months.",
            null=True,
        ),
        column(
            "course_due",
            _FLAG,
            "Was entitled to an integration course; 180 days later lay in the last 12 months.",
        ),
        column("course_not_begun", _FLAG, "No course began within these 180 days."),
    ),
    "status_gap": (
        column(
            "status_gap_days",
            sa.Integer,
            "Days without status after the title that ran out last, if in the last 12 months.",
            null=True,
        ),
        column("status_gap", _FLAG, "That gap was longer than 0 days."),
        column("limbo_status", _FLAG, "Resident tolerated or in the asylum procedure."),
        column("limbo_5_years", _FLAG, "Has been so for at least 5 years."),
    ),
    "moves": (
        column(
            "moved_with_case",
            _FLAG,
            "Moved to another town with an open KIM case; 60 days later lay in the last year.",
        ),
        column(
            "case_lost_at_move",
            _FLAG,
            "The case ended within these 60 days, not handed over and with none to follow.",
        ),
    ),
    "records": (
        column(
            "flawed_sources",
            postgresql.ARRAY(sa.Text),
            "Sources with a record of the person that is incomplete or cannot be right.",
            null=True,
        ),
        column(
            "new_sources",
            postgresql.ARRAY(sa.Text),
            "Sources that delivered the person for the first time in the last 12 months.",
            null=True,
        ),
        column(
            "late_sources",
            postgresql.ARRAY(sa.Text),
            "Of these, sources in which it had begun over 31 days before that month.",
            null=True,
        ),
    ),
}
