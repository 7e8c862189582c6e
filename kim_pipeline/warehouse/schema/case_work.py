"""Schema `core`, case work: goals, referrals, contacts, conferences and consents, in two times.

What authorities write down once: a row with its dates. Spells of cases stand in `core`.
"""

from typing import Any

import sqlalchemy as sa

from kim_pipeline.warehouse.schema.base import UUID, column, known_columns, table


def _fact(name: str, comment: str, *columns: sa.Column[Any], of_case: bool = True) -> sa.Table:
    """Describe a fact of the case work, with its person, its case, and when it vanished."""
    case = [column("case_key", UUID, "Case, keyed pseudonym.")] if of_case else []
    return table(
        f"{name}_history",
        "core",
        comment,
        column(f"{name}_key", UUID, "Row of the case management, keyed pseudonym.", key=True),
        column("person_id", UUID, "Person."),
        *case,
        *columns,
        column(
            "vanished_on",
            sa.Date,
            "First month in which it was no longer delivered; empty = still delivered.",
            null=True,
        ),
        *known_columns(),
    )


goal = _fact(
    "goal",
    "Goals agreed in the support plan of a case.",
    column("topic", sa.Text, "Field of action (Handlungsfeld).", null=True),
    column("set_on", sa.Date, "Day the goal was agreed.", null=True),
    column("target_on", sa.Date, "Day by which it is to be reached.", null=True),
    column("state", sa.Text, "What became of it.", null=True),
)

referral = _fact(
    "referral",
    "Referrals from a case to another body.",
    column("to_body", sa.Text, "Body the person was referred to.", null=True),
    column("topic", sa.Text, "Field of action (Handlungsfeld).", null=True),
    column("referred_on", sa.Date, "Day of the referral.", null=True),
    column("accepted_on", sa.Date, "Day the other body took it on; empty = not yet.", null=True),
    column("outcome", sa.Text, "Outcome of the referral.", null=True),
)

contact = _fact(
    "contact",
    "Contacts with a person in a case.",
    column("contact_on", sa.Date, "Day of the contact.", null=True),
    column("channel", sa.Text, "How it took place.", null=True),
    column("minutes", sa.Integer, "How long it took, minutes.", null=True),
)

conference = _fact(
    "conference",
    "Case conferences (Fallkonferenzen).",
    column("conference_on", sa.Date, "Day of the conference.", null=True),
)

consent = _fact(
    "consent",
    "Consents that a person gave to the case management.",
    column("scope", sa.Text, "What it is given for.", null=True),
    column("given_on", sa.Date, "Day it was given.", null=True),
    column("revoked_on", sa.Date, "Day it was revoked; empty = not revoked.", null=True),
    of_case=False,
)
