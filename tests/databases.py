"""Databases that tests make on the shared server, and drop again."""

import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg import sql

from kim_pipeline.settings import Settings
from kim_pipeline.warehouse.server import ensure_server


@sa.event.listens_for(sa.Engine, "connect")
def _spare_the_disk(connection: object, record: object) -> None:
    """Let SQLite not wait for the disk: the history of runs need not outlive a power cut here.

    It is committed thousands of times a month, each time with a wait. Deliveries are left alone.
    """
    if isinstance(connection, sqlite3.Connection):
        ((_, _, path),) = connection.execute("PRAGMA database_list").fetchall()
        if "dagster" in Path(path).parts:
            connection.execute("PRAGMA synchronous = OFF")


@contextmanager
def fresh_database(settings: Settings, pattern: str = "template1") -> Iterator[Settings]:
    """Make a database on the server of an installation, to be dropped in the end.

    It is empty, or a copy of another one that nobody uses at the moment.
    """
    name = f"kim_test_{secrets.token_hex(6)}"
    with server_connection(settings) as connection:
        create_database(connection, name, pattern)
        yield replace(settings, warehouse_url=database_url(settings, name))
        drop_database(connection, name)


def database_url(settings: Settings, name: str) -> str:
    """Name the URL of one database of a server."""
    url = sa.make_url(ensure_server(settings).url)
    return url.set(database=name).render_as_string(hide_password=False)


def server_connection(settings: Settings) -> psycopg.Connection[Any]:
    """Open a connection from which databases are made and dropped."""
    url = sa.make_url(ensure_server(settings).url).set(drivername="postgresql")
    return psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)


def create_database(
    connection: psycopg.Connection[Any], name: str, pattern: str = "template1"
) -> None:
    """Make a database as a copy of another."""
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    connection.execute(statement.format(sql.Identifier(name), sql.Identifier(pattern)))


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
