"""Schema `core`, where sources contradict each other about a person, in two times."""

import sqlalchemy as sa

from kim_pipeline.warehouse.schema.base import UUID, column, known_columns, table

COMPARED = ("nationality", "birth_year", "sex", "town", "residence_status")
ATTRIBUTES = f"{', '.join(COMPARED[:-1])} or {COMPARED[-1]}."

conflict = table(
    "conflict_history",
    "core",
    "Two sources contradict each other about a person; the declared precedence decides.",
    column("person_id", UUID, "Person.", key=True),
    column("attribute", sa.Text, f"What they disagree on: {ATTRIBUTES}", key=True),
    column("source", sa.Text, "Source that goes first of the two.", key=True),
    column("value", sa.Text, "What it says."),
    column("other_source", sa.Text, "The other source.", key=True),
    column("other_value", sa.Text, "What that says."),
    column("kept_source", sa.Text, "Source whose value is kept: of all, the one that goes first."),
    column("kept_value", sa.Text, "Value that is kept."),
    *known_columns(),
)

conflict_count = table(
    "conflict_count_history",
    "core",
    "How many persons two sources both speak of, and of how many they disagree. Exact.",
    column("attribute", sa.Text, f"What is compared: {ATTRIBUTES}", key=True),
    column("source", sa.Text, "Source that goes first of the two.", key=True),
    column("other_source", sa.Text, "The other source.", key=True),
    column("persons", sa.Integer, "Persons for whom both sources give a value."),
    column("conflicts", sa.Integer, "Persons on whom they disagree."),
    *known_columns(),
)
