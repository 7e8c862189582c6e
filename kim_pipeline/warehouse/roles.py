"""Who may read what: the roles of the warehouse and their grants, applied after every migration.

Nothing is granted to PUBLIC. Default privileges give tables made later the grants of their schema,
so that a new table is neither forgotten nor open.
"""

from collections.abc import Iterator

import sqlalchemy as sa
from psycopg import sql
from sqlalchemy.exc import ProgrammingError

from kim_pipeline.errors import WarehouseError
from kim_pipeline.warehouse.schema.base import SCHEMAS
from kim_pipeline.warehouse.statements import run, statement

OWNER = "kim_pipeline"
READS: dict[str, tuple[str, ...]] = {
    "kim_analyst": ("core", "published", "quality", "meta"),
    "kim_report": ("published", "meta"),
    "kim_linkage": ("register",),
    "kim_audit": (),
}
WRITES: dict[str, tuple[str, ...]] = {"kim_linkage": ("register",)}
# Single tables beyond whole schemas. The cell ledger holds exact counts: for the owner alone.
READS_TABLES: dict[str, tuple[tuple[str, str], ...]] = {
    "kim_audit": (
        ("audit", "release"),
        ("audit", "release_audit"),
        ("audit", "key_registry"),
        ("audit", "review_log"),
        ("audit", "event"),
        ("audit", "export"),
    )
}
# Tables whose rows are only ever added, whatever the grants of their schema say.
APPEND_ONLY: tuple[tuple[str, str], ...] = (
    ("register", "review_decision"),
    ("register", "recontact"),
    ("register", "erased"),
)
# Against accidents: a session may set its own. Connections are counted by the server.
LIMITS: dict[str, dict[str, str]] = {
    "kim_analyst": {
        "statement_timeout": "5min",
        "lock_timeout": "10s",
        "idle_in_transaction_session_timeout": "10min",
        "work_mem": "32MB",
    },
    "kim_report": {"statement_timeout": "1min"},
}


def apply_roles(connection: sa.Connection) -> None:
    """Create missing roles and set every grant anew.

    Raises WarehouseError when a role is missing and this login may not create it.
    """
    for role in READS:
        _ensure_role(connection, role)
    database = str(connection.engine.url.database)
    for composed in (*_nothing(database), *_reading(), *_writing(), *_limits(database)):
        run(connection, composed)


def _ensure_role(connection: sa.Connection, role: str) -> None:
    known = sa.text("SELECT 1 FROM pg_roles WHERE rolname = :role")
    if connection.execute(known, {"role": role}).scalar():
        return
    try:
        with connection.begin_nested():
            run(connection, statement("CREATE ROLE {} LOGIN", role))
    except ProgrammingError:
        raise WarehouseError(
            f"the role {role} is missing and this login may not create it; "
            f"ask the database administrator to run: CREATE ROLE {role} LOGIN"
        ) from None


def _nothing(database: str) -> Iterator[sql.Composed]:
    """Take everything away from everybody but the owner."""
    yield statement("REVOKE ALL ON DATABASE {} FROM PUBLIC", database)
    yield statement("REVOKE ALL ON SCHEMA {} FROM PUBLIC", "public")
    yield statement("ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC")
    for schema in SCHEMAS:
        yield statement("REVOKE ALL ON ALL FUNCTIONS IN SCHEMA {} FROM PUBLIC", schema)
    for role in READS:
        yield statement("GRANT CONNECT ON DATABASE {} TO {}", database, role)
        for schema in SCHEMAS:
            yield statement("REVOKE ALL ON SCHEMA {} FROM {}", schema, role)
            yield statement("REVOKE ALL ON ALL TABLES IN SCHEMA {} FROM {}", schema, role)


def _reading() -> Iterator[sql.Composed]:
    for role, schema in ((role, schema) for role, schemas in READS.items() for schema in schemas):
        yield statement("GRANT USAGE ON SCHEMA {} TO {}", schema, role)
        yield statement("GRANT SELECT ON ALL TABLES IN SCHEMA {} TO {}", schema, role)
        yield statement("GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA {} TO {}", schema, role)
        yield statement(
            "ALTER DEFAULT PRIVILEGES IN SCHEMA {} GRANT SELECT ON TABLES TO {}", schema, role
        )
        yield statement(
            "ALTER DEFAULT PRIVILEGES IN SCHEMA {} GRANT EXECUTE ON FUNCTIONS TO {}", schema, role
        )
    for role, tables in READS_TABLES.items():
        for schema, table in tables:
            yield statement("GRANT USAGE ON SCHEMA {} TO {}", schema, role)
            yield statement("GRANT SELECT ON {}.{} TO {}", schema, table, role)


def _writing() -> Iterator[sql.Composed]:
    for role, schemas in WRITES.items():
        for schema in schemas:
            yield statement("GRANT INSERT, UPDATE ON ALL TABLES IN SCHEMA {} TO {}", schema, role)
        for place, table in APPEND_ONLY:
            yield statement("REVOKE UPDATE ON {}.{} FROM {}", place, table, role)


def _limits(database: str) -> Iterator[sql.Composed]:
    yield statement("ALTER ROLE {} CONNECTION LIMIT 20", "kim_analyst")
    for role, limits in LIMITS.items():
        for name, value in limits.items():
            yield statement(
                "ALTER ROLE {} IN DATABASE {} SET {} = {value}", role, database, name, value=value
            )
