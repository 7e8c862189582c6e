"""pull_time.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_COMMENT = "When it was pulled; empty for withdrawals and where it is not known."


def upgrade() -> None:
    """Bring the warehouse to this version; when earlier deliveries were pulled is not known."""
    column = sa.Column("pulled_at", sa.TIMESTAMP(timezone=True), nullable=True, comment=_COMMENT)
    op.add_column("delivery", column, schema="quality")


def downgrade() -> None:
    """Bring it back to the version before."""
    op.drop_column("delivery", "pulled_at", schema="quality")
