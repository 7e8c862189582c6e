"""Databases that tests make on the shared server, and drop again."""

import time
from typing import Any

import psycopg
from psycopg import sql


def drop_database(connection: psycopg.Connection[Any], name: str) -> None:
    """Drop a database; the server's own vacuum may hold it for a moment and cannot be ended."""
    statement = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
    for _ in range(100):
        try:
            connection.execute(statement)
        except psycopg.errors.InsufficientPrivilege:
            time.sleep(0.1)
        else:
            return
    connection.execute(statement)
