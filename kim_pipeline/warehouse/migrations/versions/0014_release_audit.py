"""release_audit.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the warehouse to this version."""
    op.create_table(
        "release_audit",
        sa.Column("release", sa.Text(), nullable=False, comment="Name of the release."),
        sa.Column(
            "attacked",
            sa.Integer(),
            nullable=False,
            comment="Counts of 1 to 10 that were attacked.",
        ),
        sa.Column(
            "smallest_interval",
            sa.Integer(),
            nullable=True,
            comment="None of them can be bounded to less than this width; empty if there are none.",
        ),
        sa.Column(
            "small_counts",
            sa.Integer(),
            nullable=False,
            comment="Counts of 1 to 5 that least squares looked for.",
        ),
        sa.Column(
            "exact_share",
            sa.Double(),
            nullable=False,
            comment="Share of them found exactly, from this month alone.",
        ),
        sa.Column(
            "mean_error",
            sa.Double(),
            nullable=False,
            comment="Mean error of what was found, in persons.",
        ),
        sa.Column(
            "exact_share_year",
            sa.Double(),
            nullable=False,
            comment="Share found exactly, with the 12 months before.",
        ),
        sa.Column(
            "mean_error_year",
            sa.Double(),
            nullable=False,
            comment="Mean error with the 12 months before, in persons.",
        ),
        sa.Column(
            "most_partitions",
            sa.Integer(),
            nullable=False,
            comment="Most tables that take a small count apart.",
        ),
        sa.Column(
            "withheld",
            sa.Integer(),
            nullable=False,
            comment="Cells withheld because an attack would open a count.",
        ),
        sa.PrimaryKeyConstraint("release", name=op.f("pk_release_audit")),
        schema="audit",
        comment="What the attacks on a release found before it was published.",
    )


def downgrade() -> None:
    """Bring the warehouse back to the version before."""
    op.drop_table("release_audit", schema="audit")
