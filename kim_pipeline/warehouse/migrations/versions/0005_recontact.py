"""recontact.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the warehouse to this version."""
    op.create_table(
        "recontact",
        sa.Column("source", sa.Text(), nullable=False, comment="Source of the record."),
        sa.Column(
            "record_pseudonym",
            sa.UUID(as_uuid=False),
            nullable=False,
            comment="Pseudonym of the source record.",
        ),
        sa.Column(
            "kid",
            sa.Text(),
            nullable=False,
            comment="Public key of the authority it is sealed to.",
        ),
        sa.Column(
            "sealed",
            sa.Text(),
            nullable=False,
            comment="The number, sealed: HPKE envelope and AES-GCM blob as text.",
        ),
        sa.Column(
            "known_from",
            sa.TIMESTAMP(timezone=True),
            nullable=False,
            comment="When it came.",
        ),
        sa.PrimaryKeyConstraint("source", "record_pseudonym", "kid", name=op.f("pk_recontact")),
        schema="register",
        comment="Record numbers sealed to the authority that gave them; nobody else can open them. Rows are only added.",
    )


def downgrade() -> None:
    """Bring the warehouse back to the version before."""
    op.drop_table("recontact", schema="register")
