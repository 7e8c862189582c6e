"""delivery_lifecycle.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_BEFORE = "accepted or refused."
_AFTER = "accepted, refused, withdrawn (accepted and taken back) or withdrawal (what took it back)."
_TABLE_BEFORE = "Every delivery that came, accepted or refused."
_TABLE_AFTER = "Every delivery that came, accepted, refused or withdrawn, and every withdrawal."
_REASON_BEFORE = "Why it was refused."
_REASON_AFTER = "Why it was refused or taken back."
_STATUS = "ck_delivery_status"


def upgrade() -> None:
    """Bring the warehouse to this version."""
    op.create_table(
        "event",
        sa.Column(
            "position",
            sa.Integer(),
            autoincrement=False,
            nullable=False,
            comment="Running number.",
        ),
        sa.Column(
            "at", sa.TIMESTAMP(timezone=True), nullable=False, comment="When it was entered."
        ),
        sa.Column(
            "account",
            sa.Text(),
            nullable=False,
            comment="Account of the operating system that did it.",
        ),
        sa.Column("action", sa.Text(), nullable=False, comment="What was done."),
        sa.Column(
            "source", sa.Text(), nullable=True, comment="Source it concerns, where it does one."
        ),
        sa.Column(
            "month", sa.Date(), nullable=True, comment="Month it concerns, where it does one."
        ),
        sa.Column(
            "reason", sa.Text(), nullable=False, comment="Why, in words or as the rule that asks."
        ),
        sa.Column(
            "counts",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="How much, by what it counts.",
        ),
        sa.Column(
            "chain_mac",
            sa.LargeBinary(),
            nullable=False,
            comment="Keyed hash over this row and the one before.",
        ),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_event")),
        schema="audit",
        comment="What was done to deliveries and files, by whom and why, chained by a keyed hash.",
    )
    _add(
        sa.Column(
            "changes",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="History rows opened and closed, and delivered rows that changed, by table.",
            server_default=sa.text("'{}'"),
        )
    )
    _add(
        sa.Column(
            "withdraws",
            sa.Integer(),
            nullable=True,
            comment="Of a withdrawal: the delivery it takes back.",
        )
    )
    _describe("status", _BEFORE, _AFTER, null=False)
    _describe("reason", _REASON_BEFORE, _REASON_AFTER, null=True)
    _describe_table(_TABLE_BEFORE, _TABLE_AFTER)
    _limit("status IN ('accepted', 'refused', 'withdrawn', 'withdrawal')")


def downgrade() -> None:
    """Bring the warehouse back to the version before."""
    _limit("status IN ('accepted', 'refused')")
    _describe_table(_TABLE_AFTER, _TABLE_BEFORE)
    _describe("reason", _REASON_AFTER, _REASON_BEFORE, null=True)
    _describe("status", _AFTER, _BEFORE, null=False)
    op.drop_column("delivery", "withdraws", schema="quality")
    op.drop_column("delivery", "changes", schema="quality")
    op.drop_table("event", schema="audit")


def _add(column: sa.Column[object]) -> None:
    op.add_column("delivery", column, schema="quality")


def _describe(name: str, before: str, after: str, *, null: bool) -> None:
    op.alter_column(
        "delivery",
        name,
        existing_type=sa.Text(),
        existing_nullable=null,
        existing_comment=before,
        comment=after,
        schema="quality",
    )


def _describe_table(before: str, after: str) -> None:
    op.create_table_comment("delivery", after, existing_comment=before, schema="quality")


def _limit(condition: str) -> None:
    op.drop_constraint(op.f(_STATUS), "delivery", schema="quality")
    op.create_check_constraint(op.f(_STATUS), "delivery", condition, schema="quality")
