"""access_and_export.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the warehouse to this version."""
    op.create_table(
        "export",
        sa.Column(
            "position", sa.Integer(), autoincrement=False, nullable=False, comment="Running number."
        ),
        sa.Column(
            "at", sa.TIMESTAMP(timezone=True), nullable=False, comment="When it was asked for."
        ),
        sa.Column(
            "account",
            sa.Text(),
            nullable=False,
            comment="Account of the operating system that asked.",
        ),
        sa.Column("kind", sa.Text(), nullable=False, comment="published tables or microdata."),
        sa.Column("purpose", sa.Text(), nullable=True, comment="Declared purpose, for microdata."),
        sa.Column(
            "recipient",
            sa.Text(),
            nullable=True,
            comment="Who receives it, as declared for the purpose.",
        ),
        sa.Column(
            "tables",
            postgresql.ARRAY(sa.Text()),
            nullable=False,
            comment="Tables it was taken from.",
        ),
        sa.Column(
            "columns",
            postgresql.ARRAY(sa.Text()),
            nullable=False,
            comment="Columns that were asked for; none named means all.",
        ),
        sa.Column("first_month", sa.Date(), nullable=True, comment="First month."),
        sa.Column("last_month", sa.Date(), nullable=True, comment="Last month."),
        sa.Column(
            "rows",
            sa.BigInteger(),
            nullable=False,
            comment="Rows written; of a refused one, rows that were asked for.",
        ),
        sa.Column(
            "withheld",
            sa.BigInteger(),
            nullable=False,
            comment="Rows of which the output check withheld values, or all.",
        ),
        sa.Column("outcome", sa.Text(), nullable=False, comment="made or refused."),
        sa.Column("reason", sa.Text(), nullable=True, comment="Why it was refused."),
        sa.Column(
            "chain_mac",
            sa.LargeBinary(),
            nullable=False,
            comment="Keyed hash over this row and the one before.",
        ),
        sa.CheckConstraint("kind IN ('published', 'microdata')", name=op.f("ck_export_kind")),
        sa.CheckConstraint("outcome IN ('made', 'refused')", name=op.f("ck_export_outcome")),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_export")),
        schema="audit",
        comment="What left the warehouse as files, for whom and how much, and what was refused; chained by a keyed hash.",
    )
    op.execute("COMMENT ON TABLE meta.migration IS 'Version of the warehouse.'")
    op.execute("COMMENT ON COLUMN meta.migration.version_num IS 'Newest migration applied.'")


def downgrade() -> None:
    """Bring the warehouse back to the version before."""
    op.execute("COMMENT ON COLUMN meta.migration.version_num IS NULL")
    op.execute("COMMENT ON TABLE meta.migration IS NULL")
    op.drop_table("export", schema="audit")
