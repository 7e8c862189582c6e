"""Connections to the warehouse for the owner and for each role, and errors that carry no values."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from kim_pipeline.errors import WarehouseError
from kim_pipeline.settings import Settings
from kim_pipeline.warehouse.server import ensure_server

APPLICATION = "kim"
# The server shut down, crashed, starts up, or has no room for another connection.
_LOST = ("57P01", "57P02", "57P03", "53300", "08000", "08003", "08006")


def owner_engine(settings: Settings) -> sa.Engine:
    """Open an engine as the owner of the warehouse, starting the server when needed."""
    return engine_at(ensure_server(settings).url)


def role_url(settings: Settings, role: str) -> str:
    """Name the URL under which a role such as `kim_analyst` reaches the warehouse.

    It holds no password: the embedded server knows the account, other servers ask ~/.pgpass.
    """
    parts = sa.make_url(ensure_server(settings).url)
    url = sa.URL.create(parts.drivername, role, None, parts.host, parts.port, parts.database)
    return url.set(query=parts.query).render_as_string(hide_password=False)


def role_engine(settings: Settings, role: str) -> sa.Engine:
    """Open an engine as a role, starting the server when needed."""
    return engine_at(role_url(settings, role))


@contextmanager
def warehouse_errors(doing: str = "The warehouse refused a statement") -> Iterator[None]:
    """Turn errors of the database into WarehouseError with SQLSTATE and table only.

    PostgreSQL quotes the offending value even in its primary message, so no text of it is kept.
    """
    try:
        yield
    except (SQLAlchemyError, psycopg.Error) as error:
        raise WarehouseError(f"{doing}: {_describe(error)}") from None


def _describe(error: SQLAlchemyError | psycopg.Error) -> str:
    cause = error.orig if isinstance(error, DBAPIError) else error
    if not isinstance(cause, psycopg.Error):
        return f"{type(cause).__name__}."
    name = type(cause).__name__
    state = f"{name}, SQLSTATE {cause.sqlstate}" if cause.sqlstate else name
    if isinstance(cause, psycopg.OperationalError) and (cause.sqlstate or "57P01") in _LOST:
        return (
            f"the connection was lost or refused ({state}). Run it again once the server answers."
        )
    where = [
        f"{kind} {text}"
        for kind, text in (
            ("table", _table(cause.diag)),
            ("column", cause.diag.column_name),
            ("constraint", cause.diag.constraint_name),
        )
        if text
    ]
    return f"{', '.join([state, *where])}."


def _table(diagnostic: psycopg.errors.Diagnostic) -> str:
    return ".".join(filter(None, (diagnostic.schema_name, diagnostic.table_name)))


def engine_at(url: str) -> sa.Engine:
    """Make an engine that keeps no connection open: a stopped server never leaves a stale one."""
    # A step takes one connection and gives it back: a pool would only keep dead ones open.
    return sa.create_engine(
        url,
        hide_parameters=True,
        poolclass=sa.NullPool,
        connect_args={"application_name": APPLICATION, "options": _options(sa.make_url(url))},
    )


def _options(url: sa.URL) -> str:
    """Switch off compiling of queries, beside what the URL asks for.

    Before version 18 the server takes a way of joining that is switched off for so dear that it
    compiles every query of a build, which takes ten times as long as running it.
    """
    asked = url.query.get("options", ())
    return " ".join([*((asked,) if isinstance(asked, str) else asked), "-c jit=off"])
