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
    "Edge ledger: every pair of records in one person or nearly so, from run to run. A row is "
    "closed when the pair is judged anew, and stays open while it is not.",
    column("source_l", sa.Text, "Source of the left record.", key=True),
    column("record_l", UUID, "Pseudonym of the left record.", key=True),
    column("source_r", sa.Text, "Source of the right record.", key=True),
    column("record_r", UUID, "Pseudonym of the right record.", key=True),
    column("month", sa.Date, "Month of the link run that judged the pair so."),
    column("weight", sa.Double, "Match weight in bits, prior included."),
    column("probability", sa.Double, "Calibrated probability that both are one person."),
    column("kept", sa.Boolean, "The pair lies in one person."),
    column("model_version", sa.Text, "Version of the link model."),
    *known_columns(),
)

event = table(
    "event",
    "register",
    "What happened to person ids: founded, merged, split, moved.",
    column("month", sa.Date, "Month of the link run.", key=True),
    column("sequence", sa.Integer, "Running number within the run.", key=True),
    column("kind", sa.Text, "founded, merged, split or moved."),
    column("person_id", UUID, "Person.", index=True),
    column("other_person_id", UUID, "Person it was merged into or split from.", null=True),
    column("records", sa.Integer, "Number of records concerned.", null=True),
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

review_item = table(
    "review_item",
    "register",
    "Review queue: pairs of records about which a person has to decide.",
    column("item", sa.Text, "Opaque name of the pair, keyed; the same in every month.", key=True),
    column("source_l", sa.Text, "Source of the left record."),
    column("record_l", UUID, "Pseudonym of the left record."),
    column("source_r", sa.Text, "Source of the right record."),
    column("record_r", UUID, "Pseudonym of the right record."),
    column("kind", sa.Text, "doubtful, conflict, contradiction or duplicate."),
    column("reason", sa.Text, "Why the pair was refused; empty text if it was not."),
    column("own", sa.Boolean, "Chosen from the columns of its one source alone: it may be asked."),
    column("levels", sa.JSON, "How far the records agree, in words per field; no values."),
    column("probability", sa.Double, "Probability that both are one person.", null=True),
    column("first_month", sa.Date, "Month in which the pair first came into the queue."),
    column("month", sa.Date, "Month of the last run that found it worth asking."),
    column("state", sa.Text, "open, decided or lapsed.", index=True),
    column("known_from", TIMESTAMP, "When the pair first came into the queue."),
    column("changed_at", TIMESTAMP, "When the state last changed."),
)

review_decision = table(
    "review_decision",
    "register",
    "What the trust office decided about pairs of records. Rows are only added; the newest counts.",
    column("source_l", sa.Text, "Source of the left record.", key=True),
    column("record_l", UUID, "Pseudonym of the left record.", key=True),
    column("source_r", sa.Text, "Source of the right record.", key=True),
    column("record_r", UUID, "Pseudonym of the right record.", key=True),
    column("item", sa.Text, "Name of the pair in the review queue."),
    column("same", sa.Boolean, "One person (true) or two (false)."),
    column("reason", sa.Text, "Code of the reason."),
    column("decided_by", sa.Text, "Who decided: a name or an office."),
    column("decided_at", TIMESTAMP, "When it was decided."),
    column("month", sa.Date, "Newest linked month then: from it on links are made anew."),
    column("known_from", TIMESTAMP, "When the decision was entered.", key=True),
)

recontact = table(
    "recontact",
    "register",
    "Record numbers sealed to the authority that gave them; nobody else can open them. Rows are "
    "only added.",
    column("source", sa.Text, "Source of the record.", key=True),
    column("record_pseudonym", UUID, "Pseudonym of the source record.", key=True),
    column("kid", sa.Text, "Public key of the authority it is sealed to.", key=True),
    column("sealed", sa.Text, "The number, sealed: HPKE envelope and AES-GCM blob as text."),
    column("known_from", TIMESTAMP, "When it came."),
)

erased = table(
    "erased",
    "register",
    "Records that were erased, so that no later delivery brings them back. A mark is a keyed "
    "digest of the pseudonym: it tells a record that comes again, and nothing of one that does "
    "not.",
    column("source", sa.Text, "Source of the record.", key=True),
    column("mark", sa.LargeBinary, "Keyed digest of source and pseudonym.", key=True),
    column("erased_at", TIMESTAMP, "When the record was erased."),
)
