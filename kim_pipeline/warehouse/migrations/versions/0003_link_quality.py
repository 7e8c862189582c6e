"""link_quality.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_BEFORE = "Share of persons of one source that were found in another, per nationality group."
_AFTER = (
    "Share of persons of one source found in another, and the estimated quality of these links."
)
_FIGURES = {
    "precision": "Estimated share of right links, percent, rounded.",
    "precision_low": "Lower end of its band, rounded down.",
    "precision_high": "Upper end of its band, rounded up.",
    "recall": "Estimated share of links that were found, percent, rounded.",
    "recall_low": "Lower end of its band, rounded down.",
    "recall_high": "Upper end of its band, rounded up.",
}


def upgrade() -> None:
    """Bring the warehouse to this version."""
    op.create_table(
        "link_estimate",
        sa.Column("month", sa.Date(), nullable=False, comment="Month."),
        sa.Column(
            "source", sa.Text(), nullable=False, comment="One source; empty text for all links."
        ),
        sa.Column(
            "other_source",
            sa.Text(),
            nullable=False,
            comment="The other, later in the alphabet; the same for links inside a source.",
        ),
        sa.Column(
            "nationality_group",
            sa.Text(),
            nullable=False,
            comment="Nationality group; empty text for all.",
        ),
        sa.Column(
            "pairs",
            sa.BigInteger(),
            nullable=False,
            comment="Pairs of records that lie in one person.",
        ),
        sa.Column(
            "precision",
            sa.Double(),
            nullable=True,
            comment="Estimated share of these pairs that are right.",
        ),
        sa.Column("precision_low", sa.Double(), nullable=True, comment="Lower end of its band."),
        sa.Column("precision_high", sa.Double(), nullable=True, comment="Upper end of its band."),
        sa.Column(
            "recall",
            sa.Double(),
            nullable=True,
            comment="Estimated share of all true pairs that were found.",
        ),
        sa.Column("recall_low", sa.Double(), nullable=True, comment="Lower end of its band."),
        sa.Column("recall_high", sa.Double(), nullable=True, comment="Upper end of its band."),
        sa.Column(
            "identified",
            sa.Boolean(),
            nullable=False,
            comment="The figures can be known; otherwise they are empty.",
        ),
        sa.Column(
            "reason",
            sa.Text(),
            nullable=True,
            comment="Why not: method (cannot tell), or the alarms that fired, joined by commas.",
        ),
        sa.Column(
            "known_at",
            sa.TIMESTAMP(timezone=True),
            nullable=False,
            comment="State of knowledge of the link run.",
        ),
        sa.PrimaryKeyConstraint(
            "month", "source", "other_source", "nationality_group", name=op.f("pk_link_estimate")
        ),
        schema="quality",
        comment="Estimated precision and recall of links, exact; for analysts, not for publication.",
    )
    for name, comment in _FIGURES.items():
        _add(sa.Column(name, sa.Double(), nullable=True, comment=comment))
    # Months published before carry no estimate.
    _add(
        sa.Column(
            "estimate_status",
            sa.Text(),
            nullable=False,
            comment="estimated, not_identified or withheld.",
            server_default="not_identified",
        )
    )
    _add(
        sa.Column(
            "release",
            sa.Text(),
            nullable=False,
            comment="Release that first carried these figures.",
            server_default="",
        )
    )
    for name in ("estimate_status", "release"):
        op.alter_column("link_quality", name, server_default=None, schema="published")
    op.create_check_constraint(
        op.f("ck_link_quality_estimate_status"),
        "link_quality",
        "estimate_status IN ('estimated', 'not_identified', 'withheld')",
        schema="published",
    )
    op.create_table_comment("link_quality", _AFTER, existing_comment=_BEFORE, schema="published")


def downgrade() -> None:
    """Bring the warehouse back to the version before."""
    op.create_table_comment("link_quality", _BEFORE, existing_comment=_AFTER, schema="published")
    op.drop_constraint(op.f("ck_link_quality_estimate_status"), "link_quality", schema="published")
    for name in ("release", "estimate_status", *_FIGURES):
        op.drop_column("link_quality", name, schema="published")
    op.drop_table("link_estimate", schema="quality")


def _add(column: sa.Column[object]) -> None:
    op.add_column("link_quality", column, schema="published")
