"""builds.

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the warehouse to this version; what is there is built whole once more."""
    op.create_table(
        "build",
        sa.Column(
            "built",
            sa.Text(),
            nullable=False,
            comment="person_month (one row a month) or spells (one row).",
        ),
        sa.Column(
            "month",
            sa.Date(),
            nullable=False,
            comment="Month; of spells the last month they tell of.",
        ),
        sa.Column(
            "known_at",
            sa.TIMESTAMP(timezone=True),
            nullable=False,
            comment="State of knowledge that was built.",
        ),
        sa.Column(
            "basis",
            sa.Text(),
            nullable=False,
            comment=(
                "Sum over queries, definitions, codes and known deliveries, 64 hexadecimal digits; "
                "where it changed, everybody is built anew. Empty since records were erased."
            ),
        ),
        sa.CheckConstraint("built IN ('person_month', 'spells')", name=op.f("ck_build_built")),
        sa.PrimaryKeyConstraint("built", "month", name=op.f("pk_build")),
        schema="quality",
        comment="Builds that stand in core: what was known, and on what they rest besides persons.",
    )


def downgrade() -> None:
    """Bring the warehouse back to the version before."""
    op.drop_table("build", schema="quality")
