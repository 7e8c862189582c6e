"""Statements that SQLAlchemy has no construct for: names are quoted, texts are literals."""

from typing import LiteralString

import sqlalchemy as sa
from psycopg import sql


def statement(template: LiteralString, *names: str, **texts: str) -> sql.Composed:
    """Compose a statement: `{}` takes names (identifiers) in order, `{word}` takes texts."""
    return sql.SQL(template).format(
        *(sql.Identifier(name) for name in names),
        **{word: sql.Literal(text) for word, text in texts.items()},
    )


def run(connection: sa.Connection, composed: sql.Composed) -> None:
    """Run a composed statement that takes no parameters."""
    connection.exec_driver_sql(composed.as_string(None).replace("%", "%%"))
