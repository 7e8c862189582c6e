"""Schema `meta`: the data dictionary and the reference codes."""

import sqlalchemy as sa

from kim_pipeline.warehouse.schema.base import column, table

dictionary_table = table(
    "table",
    "meta",
    "Every table analysts can read, with its meaning.",
    column("schema_name", sa.Text, "Schema.", key=True),
    column("table_name", sa.Text, "Table or view.", key=True),
    column("description_en", sa.Text, "What a row is, English."),
    column("description_de", sa.Text, "What a row is, German."),
)

dictionary_column = table(
    "column",
    "meta",
    "Every column analysts can read, with its meaning.",
    column("schema_name", sa.Text, "Schema.", key=True),
    column("table_name", sa.Text, "Table or view.", key=True),
    column("column_name", sa.Text, "Column.", key=True),
    column("position", sa.SmallInteger, "Order within the table."),
    column("data_type", sa.Text, "SQL type."),
    column("description_en", sa.Text, "Meaning, English."),
    column("description_de", sa.Text, "Meaning, German."),
)

code = table(
    "code",
    "meta",
    "Reference codes with their time of validity and the group they count in.",
    column("code_list", sa.Text, "Code list.", key=True),
    column("code", sa.Text, "Code.", key=True),
    column("valid_from", sa.Date, "First day of validity.", key=True),
    column(
        "valid_to", sa.Date, "First day on which it is no longer valid; empty = open.", null=True
    ),
    column("label_de", sa.Text, "German meaning."),
    column("code_group", sa.Text, "Group the code counts in, e.g. a status group.", null=True),
    column("label_en", sa.Text, "English meaning; an empty text where the list gives none."),
    column("norm", sa.Text, "Legal norm the code stands for.", null=True),
    column(
        "dropped_from",
        sa.Date,
        "Day from which the code no longer exists at all; records with it must be coded anew.",
        null=True,
    ),
)

source = table(
    "source",
    "meta",
    "The sources, as their contracts name them.",
    column("source", sa.Text, "Source.", key=True),
    column("name_de", sa.Text, "German name."),
    column("name_en", sa.Text, "English name."),
)

town = table(
    "town",
    "meta",
    "Towns of the Kreis.",
    column("town_ags", sa.Text, "Official municipality key.", key=True),
    column("name", sa.Text, "Name."),
)
