"""linkage_review.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_EDGE_BEFORE = (
    "Edge ledger: every pair of records that was compared closely, with weight and model."
)
_EDGE_AFTER = (
    "Edge ledger: every pair of records in one person or nearly so, from run to run. A row is "
    "closed when the pair is judged anew, and stays open while it is not."
)
_PAIR = ["source_l", "record_l", "source_r", "record_r"]
# Rows of before were repeated every month: each held until the pair's next.
_CLOSE = """
UPDATE register.edge SET known_to = next.known_from
FROM (
    SELECT source_l, record_l, source_r, record_r, known_from AS since,
           lead(known_from) OVER (
               PARTITION BY source_l, record_l, source_r, record_r ORDER BY known_from
           ) AS known_from
    FROM register.edge
) next
WHERE edge.source_l = next.source_l AND edge.record_l = next.record_l
  AND edge.source_r = next.source_r AND edge.record_r = next.record_r
  AND edge.known_from = next.since AND next.known_from IS NOT NULL
"""
# The weight holds the prior, so that it is the logarithm of the odds. Both are kept in few digits.
_CHANCE = """
UPDATE register.edge
SET probability = round((1 / (1 + power(2.0, -greatest(least(weight, 60), -60))))::numeric, 2),
    weight = round(weight)
"""


def upgrade() -> None:
    """Bring the warehouse to this version."""
    op.create_table(
        "review_log",
        sa.Column("position", sa.Integer(), nullable=False, comment="Running number."),
        sa.Column(
            "entered_at",
            sa.TIMESTAMP(timezone=True),
            nullable=False,
            comment="When the decision was entered.",
        ),
        sa.Column(
            "account",
            sa.Text(),
            nullable=False,
            comment="Account of the operating system that entered it.",
        ),
        sa.Column(
            "decided_by", sa.Text(), nullable=False, comment="Who decided: a name or an office."
        ),
        sa.Column(
            "decided_at",
            sa.TIMESTAMP(timezone=True),
            nullable=False,
            comment="When it was decided.",
        ),
        sa.Column(
            "item", sa.Text(), nullable=False, comment="Name of the pair in the review queue."
        ),
        sa.Column(
            "same", sa.Boolean(), nullable=False, comment="One person (true) or two (false)."
        ),
        sa.Column("reason", sa.Text(), nullable=False, comment="Code of the reason."),
        sa.Column(
            "chain_mac",
            sa.LargeBinary(),
            nullable=False,
            comment="Keyed hash over this row and the one before.",
        ),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_review_log")),
        schema="audit",
        comment="Decisions about pairs of records: who, when and what, chained by a keyed hash; only added to.",
    )
    op.create_table(
        "review_decision",
        sa.Column("source_l", sa.Text(), nullable=False, comment="Source of the left record."),
        sa.Column(
            "record_l",
            sa.UUID(as_uuid=False),
            nullable=False,
            comment="Pseudonym of the left record.",
        ),
        sa.Column("source_r", sa.Text(), nullable=False, comment="Source of the right record."),
        sa.Column(
            "record_r",
            sa.UUID(as_uuid=False),
            nullable=False,
            comment="Pseudonym of the right record.",
        ),
        sa.Column(
            "item", sa.Text(), nullable=False, comment="Name of the pair in the review queue."
        ),
        sa.Column(
            "same", sa.Boolean(), nullable=False, comment="One person (true) or two (false)."
        ),
        sa.Column("reason", sa.Text(), nullable=False, comment="Code of the reason."),
        sa.Column(
            "decided_by", sa.Text(), nullable=False, comment="Who decided: a name or an office."
        ),
        sa.Column(
            "decided_at",
            sa.TIMESTAMP(timezone=True),
            nullable=False,
            comment="When it was decided.",
        ),
        sa.Column(
            "month",
            sa.Date(),
            nullable=False,
            comment="Newest linked month then: from it on links are made anew.",
        ),
        sa.Column(
            "known_from",
            sa.TIMESTAMP(timezone=True),
            nullable=False,
            comment="When the decision was entered.",
        ),
        sa.PrimaryKeyConstraint(
            "source_l",
            "record_l",
            "source_r",
            "record_r",
            "known_from",
            name=op.f("pk_review_decision"),
        ),
        schema="register",
        comment="What the trust office decided about pairs of records. Rows are only added; the newest counts.",
    )
    op.create_table(
        "review_item",
        sa.Column(
            "item",
            sa.Text(),
            nullable=False,
            comment="Opaque name of the pair, keyed; the same in every month.",
        ),
        sa.Column("source_l", sa.Text(), nullable=False, comment="Source of the left record."),
        sa.Column(
            "record_l",
            sa.UUID(as_uuid=False),
            nullable=False,
            comment="Pseudonym of the left record.",
        ),
        sa.Column("source_r", sa.Text(), nullable=False, comment="Source of the right record."),
        sa.Column(
            "record_r",
            sa.UUID(as_uuid=False),
            nullable=False,
            comment="Pseudonym of the right record.",
        ),
        sa.Column(
            "kind",
            sa.Text(),
            nullable=False,
            comment="doubtful, conflict, contradiction or duplicate.",
        ),
        sa.Column(
            "reason",
            sa.Text(),
            nullable=False,
            comment="Why the pair was refused; empty text if it was not.",
        ),
        sa.Column(
            "own",
            sa.Boolean(),
            nullable=False,
            comment="Chosen from the columns of its one source alone: it may be asked.",
        ),
        sa.Column(
            "levels",
            sa.JSON(),
            nullable=False,
            comment="How far the records agree, in words per field; no values.",
        ),
        sa.Column(
            "probability",
            sa.Double(),
            nullable=True,
            comment="Probability that both are one person.",
        ),
        sa.Column(
            "first_month",
            sa.Date(),
            nullable=False,
            comment="Month in which the pair first came into the queue.",
        ),
        sa.Column(
            "month",
            sa.Date(),
            nullable=False,
            comment="Month of the last run that found it worth asking.",
        ),
        sa.Column("state", sa.Text(), nullable=False, comment="open, decided or lapsed."),
        sa.Column(
            "known_from",
            sa.TIMESTAMP(timezone=True),
            nullable=False,
            comment="When the pair first came into the queue.",
        ),
        sa.Column(
            "changed_at",
            sa.TIMESTAMP(timezone=True),
            nullable=False,
            comment="When the state last changed.",
        ),
        sa.PrimaryKeyConstraint("item", name=op.f("pk_review_item")),
        schema="register",
        comment="Review queue: pairs of records about which a person has to decide.",
    )
    op.create_index(op.f("ix_review_item_state"), "review_item", ["state"], schema="register")
    op.add_column(
        "event",
        sa.Column("records", sa.Integer(), nullable=True, comment="Number of records concerned."),
        schema="register",
    )
    op.create_index(op.f("ix_event_person_id"), "event", ["person_id"], schema="register")
    _edges_become_a_history()


def _edges_become_a_history() -> None:
    op.add_column(
        "edge",
        sa.Column(
            "probability",
            sa.Double(),
            nullable=True,
            comment="Calibrated probability that both are one person.",
        ),
        schema="register",
    )
    op.add_column(
        "edge",
        sa.Column(
            "known_to",
            sa.TIMESTAMP(timezone=True),
            server_default=sa.text("'9999-12-31 00:00:00+00'"),
            nullable=False,
            comment="Known until; 9999-12-31 while it is still held to be true.",
        ),
        schema="register",
    )
    op.execute(_CLOSE)
    op.execute(_CHANCE)
    op.alter_column("edge", "probability", nullable=False, schema="register")
    op.drop_constraint("pk_edge", "edge", schema="register")
    op.create_primary_key("pk_edge", "edge", [*_PAIR, "known_from"], schema="register")
    op.create_check_constraint("known_order", "edge", "known_from < known_to", schema="register")
    _comment("month", "Month of the link run that judged the pair so.")
    _comment("known_from", "Known since: when the delivery that taught it came.")
    op.create_table_comment("edge", _EDGE_AFTER, existing_comment=_EDGE_BEFORE, schema="register")


def _comment(column: str, text: str) -> None:
    op.alter_column("edge", column, comment=text, existing_nullable=False, schema="register")


def downgrade() -> None:
    """Bring the warehouse back to the version before."""
    op.drop_constraint("ck_edge_known_order", "edge", schema="register")
    op.drop_constraint("pk_edge", "edge", schema="register")
    op.create_primary_key("pk_edge", "edge", ["month", *_PAIR, "known_from"], schema="register")
    op.drop_column("edge", "known_to", schema="register")
    op.drop_column("edge", "probability", schema="register")
    _comment("month", "Month of the link run.")
    _comment("known_from", "Known since.")
    op.create_table_comment("edge", _EDGE_BEFORE, existing_comment=_EDGE_AFTER, schema="register")
    op.drop_index(op.f("ix_event_person_id"), table_name="event", schema="register")
    op.execute("DROP VIEW IF EXISTS core.person_id_history")
    op.drop_column("event", "records", schema="register")
    op.drop_table("review_item", schema="register")
    op.drop_table("review_decision", schema="register")
    op.drop_table("review_log", schema="audit")
