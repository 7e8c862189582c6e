"""sources_of_a_person.

Revision ID: 0006
Revises: 0005
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_TABLE = "person_month_history"
_FLAGS = {
    "in_case_management": "The case management delivered a record.",
    "in_immigration_office": "The immigration office delivered a record (file A or B).",
    "in_job_centre": "The job centre delivered a record.",
}
_FROM_FLAGS = """
UPDATE core.person_month_history SET in_sources = array_remove(ARRAY[
    CASE WHEN in_case_management THEN 'case_management' END,
    CASE WHEN in_immigration_office THEN 'immigration_office' END,
    CASE WHEN in_job_centre THEN 'job_centre' END], NULL)
"""
_TO_FLAGS = """
UPDATE core.person_month_history SET
    in_case_management = 'case_management' = ANY (in_sources),
    in_immigration_office = 'immigration_office' = ANY (in_sources),
    in_job_centre = 'job_centre' = ANY (in_sources)
"""


def upgrade() -> None:
    """Bring the warehouse to this version; the view is made anew with its new columns."""
    op.create_table(
        "source",
        sa.Column("source", sa.Text(), nullable=False, comment="Source."),
        sa.Column("name_de", sa.Text(), nullable=False, comment="German name."),
        sa.Column("name_en", sa.Text(), nullable=False, comment="English name."),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_source")),
        schema="meta",
        comment="The sources, as their contracts name them.",
    )
    op.execute("DROP VIEW IF EXISTS core.person_month")
    _add(
        "in_sources",
        postgresql.ARRAY(sa.Text()),
        "{}",
        "Sources that delivered a record of the person, in the order of the alphabet.",
    )
    _add(
        "asylum_benefit",
        sa.Boolean(),
        "false",
        "Receives asylum seekers' benefits (AsylbLG) on the reference date.",
    )
    op.execute(_FROM_FLAGS)
    for name in _FLAGS:
        op.drop_column(_TABLE, name, schema="core")
    _rejection()
    _scorecard()


def downgrade() -> None:
    """Bring the warehouse back to the version before."""
    op.execute("DROP VIEW IF EXISTS core.person_month")
    for name, comment in _FLAGS.items():
        _add(name, sa.Boolean(), "false", comment)
    op.execute(_TO_FLAGS)
    for name in ("asylum_benefit", "in_sources"):
        op.drop_column(_TABLE, name, schema="core")
    op.drop_table("source", schema="meta")
    for name in ("rejection", "scorecard"):
        op.drop_table(name, schema="quality")


def _add(name: str, kind: sa.types.TypeEngine[Any], blank: str, comment: str) -> None:
    """Add a column that every row has; the default is for the rows that are there."""
    column = sa.Column(name, kind, nullable=False, comment=comment, server_default=blank)
    op.add_column(_TABLE, column, schema="core")
    op.alter_column(_TABLE, name, server_default=None, schema="core")


def _rejection() -> None:
    op.create_table(
        "rejection",
        _column("delivery_id", sa.Integer(), "Delivery."),
        _column("position", sa.SmallInteger(), "Running number within the delivery."),
        _column("table_name", sa.Text(), "Table of the contract."),
        _column("column_name", sa.Text(), "Field of the contract, where one is at fault.", True),
        _column("reason", sa.Text(), "Why the rows were refused."),
        _column("rows_rejected", sa.Integer(), "How many rows."),
        _column(
            "row_numbers",
            postgresql.ARRAY(sa.Integer()),
            "Numbers of these rows, the first thousand.",
        ),
        sa.PrimaryKeyConstraint("delivery_id", "position", name=op.f("pk_rejection")),
        schema="quality",
        comment="Rows of accepted deliveries that were refused: why, how many, which.",
    )


def _scorecard() -> None:
    op.create_table(
        "scorecard",
        _column("month", sa.Date(), "Month."),
        _column("source", sa.Text(), "Source."),
        _column("due_on", sa.Date(), "Day on which the delivery was due."),
        _column("grace_ends_on", sa.Date(), "Last day on which it was not late."),
        _column("received_on", sa.Date(), "Day of the first accepted delivery.", True),
        _column("days_late", sa.Integer(), "Days after the grace; 0 when in time.", True),
        _column(
            "deliveries",
            sa.SmallInteger(),
            "Deliveries that came for the month, refused ones too.",
        ),
        _column("rows_delivered", sa.Integer(), "Rows of the newest accepted delivery.", True),
        _column("rows_rejected", sa.Integer(), "Rows of it that were refused.", True),
        _column("rules_checked", sa.Integer(), "Quality rules checked."),
        _column("rules_failed", sa.Integer(), "Quality rules that did not hold."),
        _column(
            "records_with_findings",
            sa.Integer(),
            "Rows in which a finding rule found something.",
        ),
        sa.PrimaryKeyConstraint("month", "source", name=op.f("pk_scorecard")),
        schema="quality",
        comment="Every month of a source at a glance: how punctual, how complete, how right. Exact.",
    )


def _column(
    name: str, kind: sa.types.TypeEngine[Any], comment: str, null: bool = False
) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=null, comment=comment)
