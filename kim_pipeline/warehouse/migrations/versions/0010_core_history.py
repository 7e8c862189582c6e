"""core_history.

Revision ID: 0010
Revises: 0009
"""

from typing import Any, LiteralString

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kim_pipeline.warehouse.statements import run, statement

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_UUID = postgresql.UUID(as_uuid=False)
_TIME = sa.TIMESTAMP(timezone=True)
_NAMES = (
    "address_spell",
    "departure",
    "employment_spell",
    "goal",
    "referral",
    "contact",
    "conference",
    "consent",
    "course_spell",
    "conflict",
    "conflict_count",
)
_PERSON = (
    (
        "arrived_on_precision",
        sa.Text(),
        "What is known of it: day, month or year; the date is the first day of that time.",
    ),
    ("arrived_in_district_on", sa.Date(), "Moved into the Kreis."),
)
_CASE = (
    ("clearing_ended_on", sa.Date(), "Clearing finished."),
    ("evaluated_on", sa.Date(), "Case evaluated."),
    ("lead_body", sa.Text(), "Body named to lead where several work."),
)


def upgrade() -> None:
    """Bring the warehouse to this version; views are made anew with their new columns."""
    _drop_views()
    for table, columns in (("person", _PERSON), ("case_spell", _CASE)):
        for name, kind, comment in columns:
            column = sa.Column(name, kind, nullable=True, comment=comment)
            op.add_column(f"{table}_history", column, schema="core")
    _whereabouts()
    _work_and_courses()
    _case_work()
    _contacts()
    _conflicts()


def downgrade() -> None:
    """Bring the warehouse back to the version before."""
    op.execute("DROP VIEW IF EXISTS quality.conflict_rate")
    for name in _NAMES:
        _run("DROP VIEW IF EXISTS core.{}", name)
        _run("DROP FUNCTION IF EXISTS core.{}(timestamptz)", f"{name}_as_of")
        op.drop_table(f"{name}_history", schema="core")
    _drop_views()
    for table, columns in (("person", _PERSON), ("case_spell", _CASE)):
        for name, _, _ in columns:
            op.drop_column(f"{table}_history", name, schema="core")


def _drop_views() -> None:
    for name in ("person", "case_spell"):
        _run("DROP VIEW IF EXISTS core.{}", name)


def _run(template: LiteralString, name: str) -> None:
    run(op.get_bind(), statement(template, name))


def _history(name: str, comment: str, *columns: sa.Column[Any]) -> None:
    """Make a history: its own columns, those of known time, and the key that says which row."""
    known = (
        _key("known_from", _TIME, "Known since: when the delivery that taught it came."),
        sa.Column(
            "known_to",
            _TIME,
            server_default=sa.text("'9999-12-31 00:00:00+00'"),
            nullable=False,
            comment="Known until; 9999-12-31 while it is still held to be true.",
        ),
    )
    table = f"{name}_history"
    op.create_table(
        table,
        *columns,
        *known,
        sa.CheckConstraint("known_from < known_to", name=op.f(f"ck_{table}_known_order")),
        schema="core",
        comment=comment,
    )
    keys = [column.name for column in (*columns, *known) if column.info.get("key")]
    op.create_primary_key(op.f(f"pk_{table}"), table, keys, schema="core")


def _key(name: str, kind: sa.types.TypeEngine[Any], comment: str) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False, comment=comment, info={"key": True})


def _given(name: str, kind: sa.types.TypeEngine[Any], comment: str) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False, comment=comment)


def _empty(name: str, kind: sa.types.TypeEngine[Any], comment: str) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=True, comment=comment)


def _whereabouts() -> None:
    _history(
        "address_spell",
        "Towns a person lived in, from the months in which the sources delivered them. A closed file gives no town.",
        _key("person_id", _UUID, "Person."),
        _key("town_ags", sa.Text(), "Town of residence, official municipality key."),
        _key(
            "valid_from",
            sa.Date(),
            "Moved into the Kreis, where that is known and led there; else the first month in which the town was delivered.",
        ),
        _given(
            "valid_from_precision",
            sa.Text(),
            "What is known of it: day; month; before = lived there already when the source first delivered.",
        ),
        _empty(
            "valid_to",
            sa.Date(),
            "Day on which the file was closed, or the first month in which the town was no longer delivered; empty = lives there.",
        ),
        _empty(
            "valid_to_precision",
            sa.Text(),
            "What is known of it: day or month; empty = lives there.",
        ),
    )
    _history(
        "departure",
        "Persons who were foreign residents and are not any more: how and when they left the count.",
        _key("person_id", _UUID, "Person."),
        _given("kind", sa.Text(), "naturalised, moved_away, died or unknown."),
        _given("left_on", sa.Date(), "When; of a naturalisation the day of the certificate."),
        _given("left_on_precision", sa.Text(), "What is known of it: day or month."),
        _given(
            "evidence",
            sa.Text(),
            "What tells: file_b (closed file), certificate (of naturalisation), nationality (now German in an open file) or vanished (no longer delivered).",
        ),
    )


def _work_and_courses() -> None:
    _history(
        "employment_spell",
        "Employment over time, as the job centre knows it.",
        _key("person_id", _UUID, "Person."),
        _key("employment_type", sa.Text(), "Kind of employment: SVB is insured."),
        _key("valid_from", sa.Date(), "First day on which it was so."),
        _empty("valid_to", sa.Date(), "First day on which it was no longer so; empty = still so."),
    )
    _history(
        "course_spell",
        "Integration courses: entitlement, the time in the course, the result.",
        _key("course_key", _UUID, "Course of a person, keyed pseudonym."),
        _given("person_id", _UUID, "Person."),
        _empty("course_type", sa.Text(), "Type of integration course, AZR code."),
        _empty("entitled_on", sa.Date(), "Day of entitlement."),
        _empty("result", sa.Text(), "Result: B1, A2, attended, dropped out."),
        _empty("valid_from", sa.Date(), "Day the course began; empty = not begun."),
        _empty(
            "valid_to", sa.Date(), "First day after the course; empty = still in it, or not begun."
        ),
    )


def _case_work() -> None:
    _history(
        "goal",
        "Goals agreed in the support plan of a case.",
        _key("goal_key", _UUID, "Row of the case management, keyed pseudonym."),
        _given("person_id", _UUID, "Person."),
        _given("case_key", _UUID, "Case, keyed pseudonym."),
        _empty("topic", sa.Text(), "Field of action (Handlungsfeld)."),
        _empty("set_on", sa.Date(), "Day the goal was agreed."),
        _empty("target_on", sa.Date(), "Day by which it is to be reached."),
        _empty("state", sa.Text(), "What became of it."),
        _empty(
            "vanished_on",
            sa.Date(),
            "First month in which it was no longer delivered; empty = still delivered.",
        ),
    )
    _history(
        "referral",
        "Referrals from a case to another body.",
        _key("referral_key", _UUID, "Row of the case management, keyed pseudonym."),
        _given("person_id", _UUID, "Person."),
        _given("case_key", _UUID, "Case, keyed pseudonym."),
        _empty("to_body", sa.Text(), "Body the person was referred to."),
        _empty("topic", sa.Text(), "Field of action (Handlungsfeld)."),
        _empty("referred_on", sa.Date(), "Day of the referral."),
        _empty("accepted_on", sa.Date(), "Day the other body took it on; empty = not yet."),
        _empty("outcome", sa.Text(), "Outcome of the referral."),
        _empty(
            "vanished_on",
            sa.Date(),
            "First month in which it was no longer delivered; empty = still delivered.",
        ),
    )
    _history(
        "consent",
        "Consents that a person gave to the case management.",
        _key("consent_key", _UUID, "Row of the case management, keyed pseudonym."),
        _given("person_id", _UUID, "Person."),
        _empty("scope", sa.Text(), "What it is given for."),
        _empty("given_on", sa.Date(), "Day it was given."),
        _empty("revoked_on", sa.Date(), "Day it was revoked; empty = not revoked."),
        _empty(
            "vanished_on",
            sa.Date(),
            "First month in which it was no longer delivered; empty = still delivered.",
        ),
    )


def _contacts() -> None:
    _history(
        "contact",
        "Contacts with a person in a case.",
        _key("contact_key", _UUID, "Row of the case management, keyed pseudonym."),
        _given("person_id", _UUID, "Person."),
        _given("case_key", _UUID, "Case, keyed pseudonym."),
        _empty("contact_on", sa.Date(), "Day of the contact."),
        _empty("channel", sa.Text(), "How it took place."),
        _empty("minutes", sa.Integer(), "How long it took, minutes."),
        _empty(
            "vanished_on",
            sa.Date(),
            "First month in which it was no longer delivered; empty = still delivered.",
        ),
    )
    _history(
        "conference",
        "Case conferences (Fallkonferenzen).",
        _key("conference_key", _UUID, "Row of the case management, keyed pseudonym."),
        _given("person_id", _UUID, "Person."),
        _given("case_key", _UUID, "Case, keyed pseudonym."),
        _empty("conference_on", sa.Date(), "Day of the conference."),
        _empty(
            "vanished_on",
            sa.Date(),
            "First month in which it was no longer delivered; empty = still delivered.",
        ),
    )


def _conflicts() -> None:
    _history(
        "conflict",
        "Two sources contradict each other about a person; the declared precedence decides.",
        _key("person_id", _UUID, "Person."),
        _key(
            "attribute",
            sa.Text(),
            "What they disagree on: nationality, birth_year, sex, town or residence_status.",
        ),
        _key("source", sa.Text(), "Source that goes first of the two."),
        _given("value", sa.Text(), "What it says."),
        _key("other_source", sa.Text(), "The other source."),
        _given("other_value", sa.Text(), "What that says."),
        _given(
            "kept_source", sa.Text(), "Source whose value is kept: of all, the one that goes first."
        ),
        _given("kept_value", sa.Text(), "Value that is kept."),
    )
    _history(
        "conflict_count",
        "How many persons two sources both speak of, and of how many they disagree. Exact.",
        _key(
            "attribute",
            sa.Text(),
            "What is compared: nationality, birth_year, sex, town or residence_status.",
        ),
        _key("source", sa.Text(), "Source that goes first of the two."),
        _key("other_source", sa.Text(), "The other source."),
        _given("persons", sa.Integer(), "Persons for whom both sources give a value."),
        _given("conflicts", sa.Integer(), "Persons on whom they disagree."),
    )
