"""Schema `core`, where persons live and how they left, in two times: towns, never addresses."""

import sqlalchemy as sa

from kim_pipeline.warehouse.schema.base import UUID, column, known_columns, table

address_spell = table(
    "address_spell_history",
    "core",
    "Towns a person lived in, from the months in which the sources delivered them. A closed file "
    "gives no town.",
    column("person_id", UUID, "Person.", key=True),
    column("town_ags", sa.Text, "Town of residence, official municipality key.", key=True),
    column(
        "valid_from",
        sa.Date,
        "Moved into the Kreis, where that is known and led there; else the first month in which "
        "the town was delivered.",
        key=True,
    ),
    column(
        "valid_from_precision",
        sa.Text,
        "What is known of it: day; month; before = lived there already when the source first "
        "delivered.",
    ),
    column(
        "valid_to",
        sa.Date,
        "Day on which the file was closed, or the first month in which the town was no longer "
        "delivered; empty = lives there.",
        null=True,
    ),
    column(
        "valid_to_precision",
        sa.Text,
        "What is known of it: day or month; empty = lives there.",
        null=True,
    ),
    *known_columns(),
)

departure = table(
    "departure_history",
    "core",
    "Persons who were foreign residents and are not any more: how and when they left the count.",
    column("person_id", UUID, "Person.", key=True),
    column("kind", sa.Text, "naturalised, moved_away, died or unknown."),
    column("left_on", sa.Date, "When; of a naturalisation the day of the certificate."),
    column("left_on_precision", sa.Text, "What is known of it: day or month."),
    column(
        "evidence",
        sa.Text,
        "What tells: file_b (closed file), certificate (of naturalisation), nationality (now "
        "German in an open file) or vanished (no longer delivered).",
    ),
    *known_columns(),
)
