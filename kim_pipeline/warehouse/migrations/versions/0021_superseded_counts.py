"""superseded_counts.

Revision ID: 0021
Revises: 0020
"""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

# Column, comment before, comment now.
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
    """Bring the warehouse to this version; only words change."""
    for column, before, now in _COMMENTS:
        op.alter_column(
            "release_audit", column, comment=now, existing_comment=before, schema="audit"
        )


def downgrade() -> None:
    """Bring the warehouse back to the version before."""
    for column, before, now in _COMMENTS:
        op.alter_column(
            "release_audit", column, comment=before, existing_comment=now, schema="audit"
        )
