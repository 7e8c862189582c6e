"""town_of_rejected_rows.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_NOW = "Their numbers in the file, the first thousand."
_BEFORE = "Numbers of these rows, the first thousand."


def upgrade() -> None:
    """Bring the warehouse to this version; of rows refused before, the town is not known."""
    op.add_column(
        "rejection",
        sa.Column(
            "town_ags",
            sa.Text(),
            nullable=False,
            server_default="",
            comment="Town whose file it is; empty where towns share one.",
        ),
        schema="quality",
    )
    op.alter_column("rejection", "town_ags", server_default=None, schema="quality")
    op.alter_column("rejection", "row_numbers", comment=_NOW, schema="quality")


def downgrade() -> None:
    """Bring it back to the version before."""
    op.alter_column("rejection", "row_numbers", comment=_BEFORE, schema="quality")
    op.drop_column("rejection", "town_ags", schema="quality")
