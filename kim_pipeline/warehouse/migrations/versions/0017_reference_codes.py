"""reference_codes.

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_COLUMNS = (
    ("label_en", sa.Text(), False, "English meaning; an empty text where the list gives none."),
    ("norm", sa.Text(), True, "Legal norm the code stands for."),
    (
        "dropped_from",
        sa.Date(),
        True,
        "Day from which the code no longer exists at all; records with it must be coded anew.",
    ),
)


def upgrade() -> None:
    """Bring the warehouse to this version; codes are written anew with it."""
    for name, kind, null, comment in _COLUMNS:
        empty = None if null else ""
        column = sa.Column(name, kind, nullable=null, server_default=empty, comment=comment)
        op.add_column("code", column, schema="meta")
    op.alter_column("code", "label_en", server_default=None, schema="meta")


def downgrade() -> None:
    """Bring the warehouse back to the version before."""
    for name, *_ in _COLUMNS:
        op.drop_column("code", name, schema="meta")
