"""Schema `register`: person ids, the links of source records to them, and how each came about."""

import sqlalchemy as sa

from kim_pipeline.warehouse.schema.base import TIMESTAMP, UUID, column, known_columns, table

person = table(
    "person",
    "register",
    "Person ids ever given, with the record that founded them.",
    column("person_id", UUID, "Person.", key=True),
    column("founding_source", sa.Text, "Source of the founding record."),
    column("founding_record", UUID, "Pseudonym of the founding record."),
    column("founding_month", sa.Date, "Month in which the person was founded."),
    column("counter", sa.SmallInteger, "Number that made the id unique."),
    column("redirect_to", UUID, "Person this id was merged into.", null=True),
    column("known_from", TIMESTAMP, "When the id was given."),
)

link = table(
    "link",
    "register",
    "Which source record belongs to which person. Known time only: a record is one person always.",
    column("source", sa.Text, "Source of the record.", key=True),
    column("record_pseudonym", UUID, "Pseudonym of the source record.", key=True),
    column("person_id", UUID, "Person.", index=True),
    *known_columns(),
)
sa.Index(
    "ix_link_open",
    link.c.source,
    link.c.record_pseudonym,
    unique=True,
    postgresql_where=sa.text("known_to = '9999-12-31 00:00:00+00'"),
)

edge = table(
    "edge",
    "register",
    "Edge ledger: every pair of records that was compared closely, with weight and model.",
    column("month", sa.Date, "Month of the link run.", key=True),
    column("source_l", sa.Text, "Source of the left record.", key=True),
    column("record_l", UUID, "Pseudonym of the left record.", key=True),
    column("source_r", sa.Text, "Source of the right record.", key=True),
    column("record_r", UUID, "Pseudonym of the right record.", key=True),
    column("weight", sa.Double, "Match weight in bits, prior included."),
    column("kept", sa.Boolean, "The pair lies in one person."),
    column("model_version", sa.Text, "Version of the link model."),
    column("known_from", TIMESTAMP, "Known since.", key=True),
)

event = table(
    "event",
    "register",
    "What happened to person ids: founded, merged, split, moved.",
    column("month", sa.Date, "Month of the link run.", key=True),
    column("sequence", sa.Integer, "Running number within the run.", key=True),
    column("kind", sa.Text, "founded, merged, split or moved."),
    column("person_id", UUID, "Person."),
    column("other_person_id", UUID, "Person it was merged into or split from.", null=True),
    column("known_from", TIMESTAMP, "Known since.", key=True),
)

link_run = table(
    "link_run",
    "register",
    "Link runs: which records went in, with which model, and what came out.",
    column("month", sa.Date, "Month.", key=True),
    column("known_at", TIMESTAMP, "State of knowledge the run used.", key=True),
    column("input_digest", sa.LargeBinary, "Keyed digest of the token sets that went in."),
    column("model_version", sa.Text, "Version of the link model."),
    column("summary", sa.JSON, "Counts of the run, no identifiers."),
)
