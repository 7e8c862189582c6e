"""Schema `audit`: released cells, releases, keys in use, decisions and events."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from kim_pipeline.warehouse.schema.base import TIMESTAMP, column, known_columns, table

cell_ledger = table(
    "cell_ledger",
    "audit",
    "Every cell ever released, with its exact counts. Only the owner reads it.",
    column("indicator_id", sa.Text, "Indicator.", key=True),
    column("month", sa.Date, "Month.", key=True),
    column("breakdown", sa.Text, "Breakdown.", key=True),
    column("town_ags", sa.Text, "Town; empty text for the whole Kreis.", key=True),
    column("dimension_1", sa.Text, "First dimension; empty text if none.", key=True),
    column("value_1", sa.Text, "Its value.", key=True),
    column("dimension_2", sa.Text, "Second dimension; empty text if none.", key=True),
    column("value_2", sa.Text, "Its value.", key=True),
    column("revision", sa.SmallInteger, "0 first publication; higher = marked revision.", key=True),
    column("known_at", TIMESTAMP, "State of knowledge: when the newest delivery used was learnt."),
    column("true_numerator", sa.BigInteger, "Exact count of the numerator.", null=True),
    column("true_denominator", sa.BigInteger, "Exact count of the denominator.", null=True),
    column("true_value", sa.Double, "Exact statistic, for medians and percentiles.", null=True),
    column("numerator", sa.BigInteger, "Protected count of the numerator.", null=True),
    column("denominator", sa.BigInteger, "Protected count of the denominator.", null=True),
    column("value", sa.Double, "Published figure.", null=True),
    column("status", sa.Text, "published, withheld or structural_zero."),
    column("provisional", sa.Boolean, "A source was provisional for this month."),
    column("ptable", sa.Text, "Version of the perturbation table."),
    column("kid", sa.Text, "Name of the cell key."),
    column("release", sa.Text, "Release that carried it."),
)

ladder = table(
    "ladder",
    "audit",
    "Which rung of coarsening a breakdown stands on, so that it stays there for 12 months.",
    column("indicator_id", sa.Text, "Indicator.", key=True),
    column("breakdown", sa.Text, "Breakdown as declared.", key=True),
    column("town_ags", sa.Text, "Town; empty text for the whole Kreis.", key=True),
    column(
        "row_value",
        sa.Text,
        "Value of the row that needed coarsening; empty text if none.",
        key=True,
    ),
    column("month", sa.Date, "Month in which the rung was last needed.", key=True),
    column("rung", sa.SmallInteger, "0 as declared, 1 merged, 2 withheld."),
)

release = table(
    "release",
    "audit",
    "Releases: one per published month and state of knowledge, chained by a keyed hash.",
    column("release", sa.Text, "Name of the release.", key=True),
    column("position", sa.Integer, "Running number."),
    column("month", sa.Date, "Month."),
    column("known_on", sa.Date, "State of knowledge."),
    column("cells", sa.Integer, "Cells the release added."),
    column("content_mac", sa.LargeBinary, "Keyed hash over the added cells."),
    column("chain_mac", sa.LargeBinary, "Keyed hash over this content and the release before."),
)

release_audit = table(
    "release_audit",
    "audit",
    "What the attacks on a release found before it was published.",
    column("release", sa.Text, "Name of the release.", key=True),
    column(
        "attacked",
        sa.Integer,
        "Counts of 1 to 10 that were attacked, superseded ones and changes included.",
    ),
    column(
        "smallest_interval",
        sa.Integer,
        "None of them can be bounded to less than this width; empty if there are none.",
        null=True,
    ),
    column(
        "small_counts",
        sa.Integer,
        "Counts of 1 to 5 of the newest page that least squares looked for.",
    ),
    column(
        "exact_share",
        sa.Double,
        "Share of them found exactly, from the newest page of this month alone.",
    ),
    column("mean_error", sa.Double, "Mean error of what was found there, in persons."),
    column(
        "exact_share_year",
        sa.Double,
        "Share found exactly, with superseded pages and the 12 months before.",
    ),
    column(
        "mean_error_year",
        sa.Double,
        "Mean error with superseded pages and the 12 months before, in persons.",
    ),
    column("most_partitions", sa.Integer, "Most tables that take a small count apart."),
    column("withheld", sa.Integer, "Cells withheld because an attack would open a count."),
)

published_row = table(
    "published_row",
    "audit",
    "What stood around the published figures, in known time: catalogue, deliveries, link rates. "
    "With the cell ledger it gives every page as known on an earlier day.",
    column("table_name", sa.Text, "Table of schema published.", key=True),
    column("row_key", sa.Text, "Its key, joined by |.", key=True),
    column("content", JSONB, "The row."),
    *known_columns(),
)

key_registry = table(
    "key_registry",
    "audit",
    "Keys in use: their names and check values, never a key.",
    column("domain", sa.Text, "What the key is for.", key=True),
    column("kid", sa.Text, "Name of the key."),
    column("kcv", sa.Text, "Key check value."),
    column("sentinel", sa.Text, "Pseudonym of a fictional value under this key."),
    column("demo", sa.Boolean, "Marked as a demo key."),
    column("registered_at", TIMESTAMP, "When the key was first used here."),
)

review_log = table(
    "review_log",
    "audit",
    "Decisions about pairs of records: who, when and what, chained by a keyed hash; only added to.",
    column("position", sa.Integer, "Running number.", key=True),
    column("entered_at", TIMESTAMP, "When the decision was entered."),
    column("account", sa.Text, "Account of the operating system that entered it."),
    column("decided_by", sa.Text, "Who decided: a name or an office."),
    column("decided_at", TIMESTAMP, "When it was decided."),
    column("item", sa.Text, "Name of the pair in the review queue."),
    column("same", sa.Boolean, "One person (true) or two (false)."),
    column("reason", sa.Text, "Code of the reason."),
    column("chain_mac", sa.LargeBinary, "Keyed hash over this row and the one before."),
)

event = table(
    "event",
    "audit",
    "What was done to deliveries and files, by whom and why, chained by a keyed hash.",
    column("position", sa.Integer, "Running number.", key=True, autoincrement=False),
    column("at", TIMESTAMP, "When it was entered."),
    column("account", sa.Text, "Account of the operating system that did it."),
    column("action", sa.Text, "What was done."),
    column("source", sa.Text, "Source it concerns, where it does one.", null=True),
    column("month", sa.Date, "Month it concerns, where it does one.", null=True),
    column("reason", sa.Text, "Why, in words or as the rule that asks."),
    column("counts", JSONB, "How much, by what it counts."),
    column("chain_mac", sa.LargeBinary, "Keyed hash over this row and the one before."),
)

export = table(
    "export",
    "audit",
    "What left the warehouse as files, for whom and how much, and what was refused; chained by a "
    "keyed hash.",
    column("position", sa.Integer, "Running number.", key=True, autoincrement=False),
    column("at", TIMESTAMP, "When it was asked for."),
    column("account", sa.Text, "Account of the operating system that asked."),
    column("kind", sa.Text, "published tables or microdata."),
    column("purpose", sa.Text, "Declared purpose, for microdata.", null=True),
    column("recipient", sa.Text, "Who receives it, as declared for the purpose.", null=True),
    column("tables", ARRAY(sa.Text), "Tables it was taken from."),
    column("columns", ARRAY(sa.Text), "Columns that were asked for; none named means all."),
    column("first_month", sa.Date, "First month.", null=True),
    column("last_month", sa.Date, "Last month.", null=True),
    column("rows", sa.BigInteger, "Rows written; of a refused one, rows that were asked for."),
    column("withheld", sa.BigInteger, "Rows of which the output check withheld values, or all."),
    column("outcome", sa.Text, "made or refused."),
    column("reason", sa.Text, "Why it was refused.", null=True),
    column("chain_mac", sa.LargeBinary, "Keyed hash over this row and the one before."),
    sa.CheckConstraint("kind IN ('published', 'microdata')", "kind"),
    sa.CheckConstraint("outcome IN ('made', 'refused')", "outcome"),
)
