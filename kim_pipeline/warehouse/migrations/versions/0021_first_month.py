"""first_month.

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_FLAG = "since_last_month"
# What the attacks on a release counted: column, comment before, comment now.
_COMMENTS = (
    (
        "attacked",
        "Counts of 1 to 10 that were attacked.",
        "Counts of 1 to 10 that were attacked, superseded ones and changes included.",
    ),
    (
        "small_counts",
        "Counts of 1 to 5 that least squares looked for.",
        "Counts of 1 to 5 of the newest page that least squares looked for.",
    ),
    (
        "exact_share",
        "Share of them found exactly, from this month alone.",
        "Share of them found exactly, from the newest page of this month alone.",
    ),
    (
        "exact_share_year",
        "Share found exactly, with the 12 months before.",
        "Share found exactly, with superseded pages and the 12 months before.",
    ),
    (
        "mean_error_year",
        "Mean error with the 12 months before, in persons.",
        "Mean error with superseded pages and the 12 months before, in persons.",
    ),
    (
        "mean_error",
        "Mean error of what was found, in persons.",
        "Mean error of what was found there, in persons.",
    ),
)


def upgrade() -> None:
    """Bring the warehouse to this version."""
    flag: sa.Column[bool] = sa.Column(
        _FLAG,
        sa.Boolean(),
        nullable=False,
        server_default=sa.false(),
        comment=(
            "Compares with the reference date before: no figure in the first month of its sources."
        ),
    )
    # Rows written before are replaced by the next publication.
    op.add_column("indicator", flag, schema="published")
    op.alter_column("indicator", _FLAG, server_default=None, schema="published")
    for column, before, now in _COMMENTS:
        op.alter_column(
            "release_audit", column, comment=now, existing_comment=before, schema="audit"
        )


def downgrade() -> None:
    """Bring the warehouse back to the version before."""
    op.drop_column("indicator", _FLAG, schema="published")
    for column, before, now in _COMMENTS:
        op.alter_column(
            "release_audit", column, comment=before, existing_comment=now, schema="audit"
        )
