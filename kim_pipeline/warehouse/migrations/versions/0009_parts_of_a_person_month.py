"""parts_of_a_person_month.

Revision ID: 0009
Revises: 0008
"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the view anew: its columns stand in the order of their parts."""
    op.execute("DROP VIEW IF EXISTS core.person_month")


def downgrade() -> None:
    """Bring the warehouse back to the version before."""
    op.execute("DROP VIEW IF EXISTS core.person_month")
