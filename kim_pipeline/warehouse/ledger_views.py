"""Views of the ledger of person ids that analysts may read: ids and counts, no pseudonym.

They read the register with the rights of its owner; the barrier keeps conditions of a query from
seeing more of it than the view shows.
"""

from collections.abc import Mapping
from typing import LiteralString

import sqlalchemy as sa
from psycopg.sql import Composed

from kim_pipeline.warehouse.statements import run, statement

_HISTORY: LiteralString = """
CREATE OR REPLACE VIEW core.person_id_history WITH (security_barrier) AS
SELECT person_id, kind, other_person_id, records, month, sequence, known_from FROM register.event
"""
# A record keeps its history of ids, so that it closes any chain of merges, splits and moves.
_REDIRECT: LiteralString = """
CREATE OR REPLACE VIEW core.person_redirect WITH (security_barrier) AS
SELECT past.person_id, present.person_id AS present_id,
       count(DISTINCT (past.source, past.record_pseudonym)) AS records
FROM register.link past
JOIN register.link present USING (source, record_pseudonym)
WHERE present.known_to = '9999-12-31 00:00:00+00'
GROUP BY past.person_id, present.person_id
"""
_COMMENTS: Mapping[str, Mapping[str, str]] = {
    "person_id_history": {
        "": "What happened to person ids: founded, merged, split, moved.",
        "person_id": "Person.",
        "kind": "founded, merged (it ended, the other goes on), split (it is new, its records left "
        "the other) or moved (records came to it from the other).",
        "other_person_id": "Person it was merged into, split from, or got records from.",
        "records": "Number of records concerned.",
        "month": "Month of the link run.",
        "sequence": "Running number within the run.",
        "known_from": "Known since.",
    },
    "person_redirect": {
        "": "Every person id ever given, and the ids that its records carry now.",
        "person_id": "Person id as it was seen at any time.",
        "present_id": "Person id that records of it carry now; itself if nothing changed.",
        "records": "Number of records that went this way.",
    },
}


def create_ledger_views(connection: sa.Connection) -> None:
    """Make the views of the id ledger in schema `core`, with comments."""
    for view in (_HISTORY, _REDIRECT):
        run(connection, statement(view))
    for name, columns in _COMMENTS.items():
        for column, text in columns.items():
            run(connection, _comment(name, column, text))


def _comment(view: str, column: str, text: str) -> Composed:
    if not column:
        return statement("COMMENT ON VIEW core.{} IS {text}", view, text=text)
    return statement("COMMENT ON COLUMN core.{}.{} IS {text}", view, column, text=text)
