"""year_before.

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_TABLE = "person_month_history"
_FLAG = "resident_in_year"
_STEPS = {
    "status_step_year_ago": (
        "Step on the way to a lasting stay a year ago; ABSENT who was no resident then."
    ),
    "status_step": "The same on the reference date; GERMAN who was naturalised in the year since.",
    "benefit_system_year_ago": (
        "Benefits a year ago as in benefit_system; ABSENT who was no resident then."
    ),
}


def upgrade() -> None:
    """Bring the warehouse to this version; months that are there say nothing of it until built."""
    op.execute("DROP VIEW IF EXISTS core.person_month")
    flag: sa.Column[bool] = sa.Column(
        _FLAG,
        sa.Boolean(),
        nullable=False,
        comment="Foreign resident on the reference date or a year before it.",
        server_default="false",
    )
    op.add_column(_TABLE, flag, schema="core")
    op.alter_column(_TABLE, _FLAG, server_default=None, schema="core")
    for name, comment in _STEPS.items():
        step: sa.Column[str] = sa.Column(name, sa.Text(), nullable=True, comment=comment)
        op.add_column(_TABLE, step, schema="core")


def downgrade() -> None:
    """Bring the warehouse back to the version before."""
    op.execute("DROP VIEW IF EXISTS core.person_month")
    for name in (_FLAG, *_STEPS):
        op.drop_column(_TABLE, name, schema="core")
