"""Schema `quality`: what was delivered, what the checks found, how well records were linked."""

import sqlalchemy as sa

from kim_pipeline.warehouse.schema.base import TIMESTAMP, column, table

delivery = table(
    "delivery",
    "quality",
    "Every delivery that came, accepted or refused.",
    column("delivery_id", sa.Integer, "Running number.", key=True, autoincrement=False),
    column("source", sa.Text, "Source."),
    column("month", sa.Date, "Month the delivery describes, written as its first day."),
    column("sequence", sa.SmallInteger, "Running number within source and month."),
    column(
        "received_at", TIMESTAMP, "When it was made, as stated, or pulled, whichever is earlier."
    ),
    column("known_at", TIMESTAMP, "When the warehouse learnt it; strictly rising within a source."),
    column("status", sa.Text, "accepted or refused."),
    column("reason", sa.Text, "Why it was refused.", null=True),
    column("rows_delivered", sa.Integer, "Rows read, over all tables."),
    column("rows_rejected", sa.Integer, "Rows rejected, over all tables."),
    column("rows_opened", sa.Integer, "History rows opened."),
    column("rows_closed", sa.Integer, "History rows closed."),
    column("content_mac", sa.LargeBinary, "Keyed hash of the content, to know a delivery again."),
    column("contract_version", sa.Text, "Version of the contract."),
    column("code_version", sa.Text, "Version of the pipeline."),
    sa.UniqueConstraint("source", "month", "sequence"),
    sa.UniqueConstraint("source", "known_at"),
    sa.CheckConstraint("status IN ('accepted', 'refused')", "status"),
)

check_result = table(
    "check_result",
    "quality",
    "Outcome of every quality rule, newest run per table, month and rule. Counts only.",
    column("month", sa.Date, "Month.", key=True),
    column("asset", sa.Text, "What was checked.", key=True),
    column("rule", sa.Text, "Rule.", key=True),
    column("source", sa.Text, "Source, where the table belongs to one.", null=True),
    column("description_de", sa.Text, "What the rule asks for, German."),
    column("passed", sa.Boolean, "The rule held."),
    column("blocking", sa.Boolean, "A failure stops the run."),
    column("checked", sa.BigInteger, "Values checked.", null=True),
    column("unexpected", sa.BigInteger, "Values that broke the rule.", null=True),
    column("known_at", TIMESTAMP, "State of knowledge that was checked."),
)

link_rate = table(
    "link_rate",
    "quality",
    "Link rates per source pair and nationality group, exact; for analysts, not for publication.",
    column("month", sa.Date, "Month.", key=True),
    column("source", sa.Text, "Source whose persons are looked for.", key=True),
    column("other_source", sa.Text, "Source in which they are looked for.", key=True),
    column("nationality_group", sa.Text, "Nationality group; empty text for all.", key=True),
    column("persons", sa.Integer, "Persons looked for."),
    column("found", sa.Integer, "Persons found."),
)

link_estimate = table(
    "link_estimate",
    "quality",
    "Estimated precision and recall of links, exact; for analysts, not for publication.",
    column("month", sa.Date, "Month.", key=True),
    column("source", sa.Text, "One source; empty text for all links.", key=True),
    column(
        "other_source",
        sa.Text,
        "The other, later in the alphabet; the same for links inside a source.",
        key=True,
    ),
    column("nationality_group", sa.Text, "Nationality group; empty text for all.", key=True),
    column("pairs", sa.BigInteger, "Pairs of records that lie in one person."),
    column("precision", sa.Double, "Estimated share of these pairs that are right.", null=True),
    column("precision_low", sa.Double, "Lower end of its band.", null=True),
    column("precision_high", sa.Double, "Upper end of its band.", null=True),
    column("recall", sa.Double, "Estimated share of all true pairs that were found.", null=True),
    column("recall_low", sa.Double, "Lower end of its band.", null=True),
    column("recall_high", sa.Double, "Upper end of its band.", null=True),
    column("identified", sa.Boolean, "The figures can be known; otherwise they are empty."),
    column(
        "reason",
        sa.Text,
        "Why not: method (cannot tell), or the alarms that fired, joined by commas.",
        null=True,
    ),
    column("known_at", TIMESTAMP, "State of knowledge of the link run."),
)
