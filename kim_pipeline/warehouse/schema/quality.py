"""Schema `quality`: what was delivered, what the checks found, how well records were linked."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from kim_pipeline.warehouse.schema.base import TIMESTAMP, column, table

delivery = table(
    "delivery",
    "quality",
    "Every delivery that came, accepted, refused or withdrawn, and every withdrawal.",
    column("delivery_id", sa.Integer, "Running number.", key=True, autoincrement=False),
    column("source", sa.Text, "Source."),
    column("month", sa.Date, "Month the delivery describes, written as its first day."),
    column("sequence", sa.SmallInteger, "Running number within source and month."),
    column(
        "received_at", TIMESTAMP, "When it was made, as stated, or pulled, whichever is earlier."
    ),
    column("known_at", TIMESTAMP, "When the warehouse learnt it; strictly rising within a source."),
    column(
        "status",
        sa.Text,
        "accepted, refused, withdrawn (accepted and taken back) or withdrawal (what took it back).",
    ),
    column("reason", sa.Text, "Why it was refused or taken back.", null=True),
    column("rows_delivered", sa.Integer, "Rows read, over all tables."),
    column("rows_rejected", sa.Integer, "Rows rejected, over all tables."),
    column("rows_opened", sa.Integer, "History rows opened."),
    column("rows_closed", sa.Integer, "History rows closed."),
    column("content_mac", sa.LargeBinary, "Keyed hash of the content, to know a delivery again."),
    column("contract_version", sa.Text, "Version of the contract."),
    column("code_version", sa.Text, "Version of the pipeline."),
    column(
        "changes",
        JSONB,
        "History rows opened and closed, and delivered rows that changed, by table.",
        server_default=sa.text("'{}'"),
    ),
    column("withdraws", sa.Integer, "Of a withdrawal: the delivery it takes back.", null=True),
    column(
        "pulled_at",
        TIMESTAMP,
        "When it was pulled; empty for withdrawals and where it is not known.",
        null=True,
    ),
    sa.UniqueConstraint("source", "month", "sequence"),
    sa.UniqueConstraint("source", "known_at"),
    sa.CheckConstraint("status IN ('accepted', 'refused', 'withdrawn', 'withdrawal')", "status"),
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

rejection = table(
    "rejection",
    "quality",
    "Rows of accepted deliveries that were refused: why, how many, which.",
    column("delivery_id", sa.Integer, "Delivery.", key=True, autoincrement=False),
    column("position", sa.SmallInteger, "Running number within the delivery.", key=True),
    column("table_name", sa.Text, "Table of the contract."),
    column("column_name", sa.Text, "Field of the contract, where one is at fault.", null=True),
    column("reason", sa.Text, "Why the rows were refused."),
    column("town_ags", sa.Text, "Town whose file it is; empty where towns share one."),
    column("rows_rejected", sa.Integer, "How many rows."),
    column("row_numbers", ARRAY(sa.Integer), "Their numbers in the file, the first thousand."),
)

scorecard = table(
    "scorecard",
    "quality",
    "Every month of a source at a glance: how punctual, how complete, how right. Exact.",
    column("month", sa.Date, "Month.", key=True),
    column("source", sa.Text, "Source.", key=True),
    column("due_on", sa.Date, "Day on which the delivery was due."),
    column("grace_ends_on", sa.Date, "Last day on which it was not late."),
    column("received_on", sa.Date, "Day of the first accepted delivery.", null=True),
    column("days_late", sa.Integer, "Days after the grace; 0 when in time.", null=True),
    column("deliveries", sa.SmallInteger, "Deliveries that came for the month, refused ones too."),
    column("rows_delivered", sa.Integer, "Rows of the newest accepted delivery.", null=True),
    column("rows_rejected", sa.Integer, "Rows of it that were refused.", null=True),
    column("rules_checked", sa.Integer, "Quality rules checked."),
    column("rules_failed", sa.Integer, "Quality rules that did not hold."),
    column("records_with_findings", sa.Integer, "Rows in which a finding rule found something."),
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

build = table(
    "build",
    "quality",
    "Builds that stand in core: what was known, and on what they rest besides persons.",
    column("built", sa.Text, "person_month (one row a month) or spells (one row).", key=True),
    column("month", sa.Date, "Month; of spells the last month they tell of.", key=True),
    column("known_at", TIMESTAMP, "State of knowledge that was built."),
    column(
        "basis",
        sa.Text,
        "Sum over queries, definitions, codes and known deliveries, 64 hexadecimal digits; where "
        "it changed, everybody is built anew. Empty since records were erased.",
    ),
    sa.CheckConstraint("built IN ('person_month', 'spells')", "built"),
)
