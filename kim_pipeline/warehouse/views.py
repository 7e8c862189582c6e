"""Plain names of the history tables: current views, and functions for any earlier knowledge."""

from typing import LiteralString

import sqlalchemy as sa
from sqlalchemy import CreateView

from kim_pipeline.warehouse.ledger_views import create_ledger_views
from kim_pipeline.warehouse.schema.base import FOREVER
from kim_pipeline.warehouse.schema.core import HISTORIES
from kim_pipeline.warehouse.statements import run, statement

_AS_OF: LiteralString = """
CREATE OR REPLACE FUNCTION core.{}(known_on timestamptz)
RETURNS SETOF core.{} LANGUAGE sql STABLE AS $$
    SELECT * FROM core.{} h WHERE h.known_from <= known_on AND h.known_to > known_on
$$
"""
# Exact, like link rates: for analysts, not for publication.
_CONFLICT_RATE: LiteralString = """
CREATE OR REPLACE VIEW quality.conflict_rate AS
SELECT attribute, source, other_source, persons, conflicts,
       round(conflicts::numeric / persons, 4) AS rate, known_from
FROM core.conflict_count
"""
_RATE_COMMENTS = {
    "attribute": "What is compared: nationality, birth_year, sex, town or residence_status.",
    "source": "Source that goes first of the two.",
    "other_source": "The other source.",
    "persons": "Persons for whom both sources give a value.",
    "conflicts": "Persons on whom they disagree.",
    "rate": "Share of these persons on whom they disagree, 0 to 1.",
    "known_from": "Known since.",
}


def create_views(connection: sa.Connection) -> None:
    """Make one current view and one `_as_of` function per history, and the id ledger's views."""
    create_ledger_views(connection)
    for name, history in HISTORIES.items():
        _current_view(connection, name, history)
        function = f"{name}_as_of"
        run(connection, statement(_AS_OF, function, history.name, history.name))
        comment = f"{history.comment} As known at a moment."
        run(
            connection,
            statement("COMMENT ON FUNCTION core.{}(timestamptz) IS {text}", function, text=comment),
        )
    _conflict_rate(connection)


def _conflict_rate(connection: sa.Connection) -> None:
    run(connection, statement(_CONFLICT_RATE))
    comment = "How often two sources contradict each other, by attribute. As known now."
    run(connection, statement("COMMENT ON VIEW quality.conflict_rate IS {text}", text=comment))
    for column, text in _RATE_COMMENTS.items():
        place = "COMMENT ON COLUMN quality.conflict_rate.{} IS {text}"
        run(connection, statement(place, column, text=text))


def _current_view(connection: sa.Connection, name: str, history: sa.Table) -> None:
    columns = [c for c in history.columns if c.name != "known_to"]
    current = sa.select(*columns).where(history.c.known_to == FOREVER)
    connection.execute(CreateView(current, name, schema="core", or_replace=True))
    comment = f"{history.comment} As known now."
    run(connection, statement("COMMENT ON VIEW core.{} IS {text}", name, text=comment))
    for column in columns:
        text = str(column.comment)
        run(
            connection,
            statement("COMMENT ON COLUMN core.{}.{} IS {text}", name, column.name, text=text),
        )
