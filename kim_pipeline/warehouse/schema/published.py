"""Schema `published`: protected figures; whatever stands here may be shown in steering."""

import sqlalchemy as sa

from kim_pipeline.warehouse.schema.base import column, table
from kim_pipeline.warehouse.schema.conflicts import ATTRIBUTES

STATUSES = ("published", "withheld", "structural_zero")
ESTIMATE_STATUSES = ("estimated", "not_identified", "withheld")
ESTIMATE_FIGURES = tuple(
    f"{name}{end}" for name in ("precision", "recall") for end in ("", "_low", "_high")
)

indicator = table(
    "indicator",
    "published",
    "The catalogue of indicators.",
    column("indicator_id", sa.Text, "Short name of the indicator, e.g. S1.", key=True),
    column("name_de", sa.Text, "German name."),
    column("name_en", sa.Text, "English name."),
    column("definition_de", sa.Text, "German definition."),
    column("definition_en", sa.Text, "English definition."),
    column("kind", sa.Text, "How it is made: count, share, rate, per_staff, median and others."),
    column("unit", sa.Text, "Unit: persons, percent, days, months and others."),
    column("baustein", sa.Text, "Bausteine of KIM it serves: I, II, III."),
    column("sources", sa.Text, "Sources it is made from."),
    column("linked", sa.Boolean, "Needs persons linked over sources."),
    column("position", sa.SmallInteger, "Order in lists."),
    column(
        "protection",
        sa.Text,
        "How it is protected: noise, groups (noise and the ladder of group disclosure) or "
        "existence (for the whole Kreis only).",
    ),
    column("target_direction", sa.Text, "Target: at_least or at_most; empty if none.", null=True),
    column("target_value", sa.Double, "Target for the whole Kreis, in the unit.", null=True),
    column("target_by", sa.Date, "Day by which the target shall be reached.", null=True),
    column("target_set_by", sa.Text, "Who set the target.", null=True),
    column(
        "since_last_month",
        sa.Boolean,
        "Compares with the reference date before: no figure in the first month of its sources.",
    ),
    sa.CheckConstraint("protection IN ('noise', 'groups', 'existence')", "protection"),
    sa.CheckConstraint("target_direction IN ('at_least', 'at_most')", "target_direction"),
)

staff = table(
    "staff",
    "published",
    "Full-time posts of the offices, from the Kreis configuration.",
    column("office", sa.Text, "Office of the Kreis, e.g. case_management.", key=True),
    column("position", sa.SmallInteger, "Order in lists.", key=True),
    column("posts", sa.Double, "Full-time posts."),
    column("first_day", sa.Date, "First day that counts."),
    column("last_day", sa.Date, "Last day that counts; empty while it goes on.", null=True),
)

measure = table(
    "measure",
    "published",
    "Measures of the Handlungskonzept, from the Kreis configuration.",
    column("measure_id", sa.Text, "Short name of the measure.", key=True),
    column("title", sa.Text, "What is done."),
    column("owner", sa.Text, "Project group that answers for it."),
    column("field", sa.Text, "Handlungsfeld it belongs to."),
    column("status", sa.Text, "planned, running, done or stopped."),
    column("first_day", sa.Date, "First day, where one is set.", null=True),
    column("last_day", sa.Date, "Last day, where one is set.", null=True),
    column("position", sa.SmallInteger, "Order in lists."),
    sa.CheckConstraint("status IN ('planned', 'running', 'done', 'stopped')", "status"),
)

measure_indicator = table(
    "measure_indicator",
    "published",
    "Indicators in which the effect of a measure shall show.",
    column("measure_id", sa.Text, "Short name of the measure.", key=True),
    column("indicator_id", sa.Text, "Indicator.", key=True),
)

indicator_value = table(
    "indicator_value",
    "published",
    "Values of the indicators by month and breakdown, protected by the cell-key method.",
    column("indicator_id", sa.Text, "Indicator.", key=True),
    column(
        "month",
        sa.Date,
        "Month, written as its first day; the reference date is its last.",
        key=True,
    ),
    column("known_on", sa.Date, "State of knowledge: day of the newest delivery used."),
    column(
        "breakdown",
        sa.Text,
        "Breakdown: total, town, or names of dimensions joined by +.",
        key=True,
    ),
    column("town_ags", sa.Text, "Town; empty text for the whole Kreis.", key=True),
    column(
        "dimension_1", sa.Text, "First dimension besides the town; empty text if none.", key=True
    ),
    column("value_1", sa.Text, "Its value.", key=True),
    column("dimension_2", sa.Text, "Second dimension; empty text if none.", key=True),
    column("value_2", sa.Text, "Its value.", key=True),
    column("numerator", sa.BigInteger, "Protected count of the numerator.", null=True),
    column("denominator", sa.BigInteger, "Protected count of the denominator.", null=True),
    column(
        "value",
        sa.Double,
        "The figure, in the indicator's unit, rounded as the rules say.",
        null=True,
    ),
    column("unit", sa.Text, "Unit: persons, percent, days, months and others."),
    column("status", sa.Text, "published, withheld or structural_zero."),
    column("revision", sa.SmallInteger, "0 first publication; higher = marked revision."),
    column("provisional", sa.Boolean, "A source still counts as provisional for this month."),
    column("release", sa.Text, "Release that first carried this value."),
    sa.CheckConstraint("status IN ('published', 'withheld', 'structural_zero')", "status"),
    sa.CheckConstraint("numerator NOT IN (1, 2) AND denominator NOT IN (1, 2)", "no_one_or_two"),
)

source_quality = table(
    "source_quality",
    "published",
    "Deliveries behind a month: when they came, how many persons, how many rules passed.",
    column("month", sa.Date, "Month.", key=True),
    column("source", sa.Text, "Source.", key=True),
    column("name_de", sa.Text, "German name of the source."),
    column("delivered_on", sa.Date, "Day of the delivery.", null=True),
    column(
        "delivery_month", sa.Date, "Month the delivery describes; older if none came.", null=True
    ),
    column("persons", sa.BigInteger, "Protected number of persons delivered.", null=True),
    column(
        "change_percent",
        sa.Double,
        "Change of that number to the month before, rounded; empty if not recognisable.",
        null=True,
    ),
    column("rules_passed", sa.Integer, "Quality rules that held."),
    column("rules_checked", sa.Integer, "Quality rules checked."),
    column("provisional", sa.Boolean, "The source still counts as provisional for this month."),
    column("status", sa.Text, "published, withheld or structural_zero."),
)

link_quality = table(
    "link_quality",
    "published",
    "Share of persons of one source found in another, and the estimated quality of these links.",
    column("month", sa.Date, "Month.", key=True),
    column("source", sa.Text, "Source whose persons are looked for.", key=True),
    column("other_source", sa.Text, "Source in which they are looked for.", key=True),
    column("nationality_group", sa.Text, "Nationality group; empty text for all.", key=True),
    column("numerator", sa.BigInteger, "Protected number of persons found.", null=True),
    column("denominator", sa.BigInteger, "Protected number of persons looked for.", null=True),
    column("value", sa.Double, "Link rate in percent, rounded as the rules say.", null=True),
    column("status", sa.Text, "published, withheld or structural_zero."),
    column("precision", sa.Double, "Estimated share of right links, percent, rounded.", null=True),
    column("precision_low", sa.Double, "Lower end of its band, rounded down.", null=True),
    column("precision_high", sa.Double, "Upper end of its band, rounded up.", null=True),
    column(
        "recall",
        sa.Double,
        "Estimated share of links that were found, percent, rounded.",
        null=True,
    ),
    column("recall_low", sa.Double, "Lower end of its band, rounded down.", null=True),
    column("recall_high", sa.Double, "Upper end of its band, rounded up.", null=True),
    column("estimate_status", sa.Text, "estimated, not_identified or withheld."),
    column("release", sa.Text, "Release that first carried these figures."),
    sa.CheckConstraint(
        "estimate_status IN ('estimated', 'not_identified', 'withheld')", "estimate_status"
    ),
)

conflict_rate = table(
    "conflict_rate",
    "published",
    "Share of the persons known to two sources about whom these contradict each other.",
    column("month", sa.Date, "Month.", key=True),
    column("attribute", sa.Text, f"What they disagree on: {ATTRIBUTES}", key=True),
    column("source", sa.Text, "One source.", key=True),
    column("other_source", sa.Text, "The other source.", key=True),
    column("numerator", sa.BigInteger, "Protected number of persons they disagree on.", null=True),
    column("denominator", sa.BigInteger, "Protected number of persons known to both.", null=True),
    column("value", sa.Double, "Share in percent, rounded as the rules say.", null=True),
    column("status", sa.Text, "published or withheld."),
    column("release", sa.Text, "Release that first carried these figures."),
    sa.CheckConstraint("status IN ('published', 'withheld')", "status"),
    sa.CheckConstraint("numerator NOT IN (1, 2) AND denominator NOT IN (1, 2)", "no_one_or_two"),
)
