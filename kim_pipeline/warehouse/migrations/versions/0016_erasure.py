"""erasure.

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the warehouse to this version."""
    op.create_table(
        "erased",
        sa.Column("source", sa.Text(), nullable=False, comment="Source of the record."),
        sa.Column(
            "mark",
            sa.LargeBinary(),
            nullable=False,
            comment="Keyed digest of source and pseudonym.",
        ),
        sa.Column(
            "erased_at",
            sa.TIMESTAMP(timezone=True),
            nullable=False,
            comment="When the record was erased.",
        ),
        sa.PrimaryKeyConstraint("source", "mark", name=op.f("pk_erased")),
        schema="register",
        comment="Records that were erased, so that no later delivery brings them back. A mark is a keyed digest of the pseudonym: it tells a record that comes again, and nothing of one that does not.",
    )
    op.create_table(
        "published_row",
        sa.Column("table_name", sa.Text(), nullable=False, comment="Table of schema published."),
        sa.Column("row_key", sa.Text(), nullable=False, comment="Its key, joined by |."),
        sa.Column(
            "content",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="The row.",
        ),
        sa.Column(
            "known_from",
            sa.TIMESTAMP(timezone=True),
            nullable=False,
            comment="Known since: when the delivery that taught it came.",
        ),
        sa.Column(
            "known_to",
            sa.TIMESTAMP(timezone=True),
            server_default=sa.text("'9999-12-31 00:00:00+00'"),
            nullable=False,
            comment="Known until; 9999-12-31 while it is still held to be true.",
        ),
        sa.CheckConstraint("known_from < known_to", name=op.f("ck_published_row_known_order")),
        sa.PrimaryKeyConstraint(
            "table_name", "row_key", "known_from", name=op.f("pk_published_row")
        ),
        schema="audit",
        comment="What stood around the published figures, in known time: catalogue, deliveries, link rates. With the cell ledger it gives every page as known on an earlier day.",
    )


def downgrade() -> None:
    """Bring the warehouse back to the version before."""
    op.drop_table("published_row", schema="audit")
    op.drop_table("erased", schema="register")
