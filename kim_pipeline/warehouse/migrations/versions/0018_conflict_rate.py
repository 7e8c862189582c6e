"""conflict_rate.

Revision ID: 0018
Revises: 0017
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_KEY = (
    ("month", sa.Date(), "Month."),
    (
        "attribute",
        sa.Text(),
        "What they disagree on: nationality, birth_year, sex, town or residence_status.",
    ),
    ("source", sa.Text(), "One source."),
    ("other_source", sa.Text(), "The other source."),
)
_FIGURES: tuple[tuple[str, sa.types.TypeEngine[Any], bool, str], ...] = (
    ("numerator", sa.BigInteger(), True, "Protected number of persons they disagree on."),
    ("denominator", sa.BigInteger(), True, "Protected number of persons known to both."),
    ("value", sa.Double(), True, "Share in percent, rounded as the rules say."),
    ("status", sa.Text(), False, "published or withheld."),
    ("release", sa.Text(), False, "Release that first carried these figures."),
)


def upgrade() -> None:
    """Bring the warehouse to this version."""
    op.create_table(
        "conflict_rate",
        *(sa.Column(name, kind, nullable=False, comment=comment) for name, kind, comment in _KEY),
        *(
            sa.Column(name, kind, nullable=null, comment=comment)
            for name, kind, null, comment in _FIGURES
        ),
        sa.CheckConstraint(
            "status IN ('published', 'withheld')", name=op.f("ck_conflict_rate_status")
        ),
        sa.CheckConstraint(
            "numerator NOT IN (1, 2) AND denominator NOT IN (1, 2)",
            name=op.f("ck_conflict_rate_no_one_or_two"),
        ),
        sa.PrimaryKeyConstraint(*(name for name, *_ in _KEY), name=op.f("pk_conflict_rate")),
        schema="published",
        comment="Share of the persons known to two sources about whom these contradict each other.",
    )


def downgrade() -> None:
    """Bring the warehouse back to the version before."""
    op.drop_table("conflict_rate", schema="published")
