"""Targets and protection of indicators, posts and measures.

Revision ID: 0013
Revises: 0012
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_KIND = (
    "count, share, median or percentile_90.",
    "How it is made: count, share, rate, per_staff, median and others.",
)
_UNIT = ("persons, percent or days.", "Unit: persons, percent, days, months and others.")


def upgrade() -> None:
    """Bring the warehouse to this version."""
    _add_columns()
    _make_tables()
    _comment("indicator", "kind", *_KIND)
    _comment("indicator", "unit", *_UNIT)
    _comment("indicator_value", "unit", *_UNIT)


def downgrade() -> None:
    """Bring the warehouse back to the version before."""
    _comment("indicator_value", "unit", *reversed(_UNIT))
    _comment("indicator", "unit", *reversed(_UNIT))
    _comment("indicator", "kind", *reversed(_KIND))
    for name in ("measure_indicator", "measure", "staff"):
        op.drop_table(name, schema="published")
    for name in ("protection", "target_direction"):
        op.drop_constraint(f"ck_indicator_{name}", "indicator", schema="published")
    for name in ("target_set_by", "target_by", "target_value", "target_direction", "protection"):
        op.drop_column("indicator", name, schema="published")


def _comment(table: str, column: str, before: str, after: str) -> None:
    op.alter_column(
        table,
        column,
        comment=after,
        existing_comment=before,
        existing_nullable=False,
        schema="published",
    )


def _add_columns() -> None:
    # Rows written before are replaced by the next publication.
    op.add_column(
        "indicator",
        sa.Column(
            "protection",
            sa.Text(),
            nullable=False,
            server_default="noise",
            comment="How it is protected: noise, groups (noise and the ladder of group disclosure) or existence (for the whole Kreis only).",
        ),
        schema="published",
    )
    op.alter_column("indicator", "protection", server_default=None, schema="published")
    columns: tuple[sa.Column[Any], ...] = (
        sa.Column(
            "target_direction",
            sa.Text(),
            nullable=True,
            comment="Target: at_least or at_most; empty if none.",
        ),
        sa.Column(
            "target_value",
            sa.Double(),
            nullable=True,
            comment="Target for the whole Kreis, in the unit.",
        ),
        sa.Column(
            "target_by",
            sa.Date(),
            nullable=True,
            comment="Day by which the target shall be reached.",
        ),
        sa.Column("target_set_by", sa.Text(), nullable=True, comment="Who set the target."),
    )
    for column in columns:
        op.add_column("indicator", column, schema="published")
    op.create_check_constraint(
        op.f("ck_indicator_protection"),
        "indicator",
        "protection IN ('noise', 'groups', 'existence')",
        schema="published",
    )
    op.create_check_constraint(
        op.f("ck_indicator_target_direction"),
        "indicator",
        "target_direction IN ('at_least', 'at_most')",
        schema="published",
    )


def _make_tables() -> None:
    op.create_table(
        "staff",
        sa.Column(
            "office",
            sa.Text(),
            nullable=False,
            comment="Office of the Kreis, e.g. case_management.",
        ),
        sa.Column("position", sa.SmallInteger(), nullable=False, comment="Order in lists."),
        sa.Column("posts", sa.Double(), nullable=False, comment="Full-time posts."),
        sa.Column("first_day", sa.Date(), nullable=False, comment="First day that counts."),
        sa.Column(
            "last_day",
            sa.Date(),
            nullable=True,
            comment="Last day that counts; empty while it goes on.",
        ),
        sa.PrimaryKeyConstraint("office", "position", name=op.f("pk_staff")),
        schema="published",
        comment="Full-time posts of the offices, from the Kreis configuration.",
    )
    op.create_table(
        "measure",
        sa.Column("measure_id", sa.Text(), nullable=False, comment="Short name of the measure."),
        sa.Column("title", sa.Text(), nullable=False, comment="What is done."),
        sa.Column("owner", sa.Text(), nullable=False, comment="Project group that answers for it."),
        sa.Column("field", sa.Text(), nullable=False, comment="Handlungsfeld it belongs to."),
        sa.Column(
            "status", sa.Text(), nullable=False, comment="planned, running, done or stopped."
        ),
        sa.Column("first_day", sa.Date(), nullable=True, comment="First day, where one is set."),
        sa.Column("last_day", sa.Date(), nullable=True, comment="Last day, where one is set."),
        sa.Column("position", sa.SmallInteger(), nullable=False, comment="Order in lists."),
        sa.CheckConstraint(
            "status IN ('planned', 'running', 'done', 'stopped')", name=op.f("ck_measure_status")
        ),
        sa.PrimaryKeyConstraint("measure_id", name=op.f("pk_measure")),
        schema="published",
        comment="Measures of the Handlungskonzept, from the Kreis configuration.",
    )
    op.create_table(
        "measure_indicator",
        sa.Column("measure_id", sa.Text(), nullable=False, comment="Short name of the measure."),
        sa.Column("indicator_id", sa.Text(), nullable=False, comment="Indicator."),
        sa.PrimaryKeyConstraint("measure_id", "indicator_id", name=op.f("pk_measure_indicator")),
        schema="published",
        comment="Indicators in which the effect of a measure shall show.",
    )
