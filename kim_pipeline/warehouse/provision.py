"""Bring a warehouse to the state the code expects: schemas, migrations, views, roles, codes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from kim_pipeline.warehouse.dictionary import refresh_dictionary
from kim_pipeline.warehouse.roles import apply_roles
from kim_pipeline.warehouse.schema import meta
from kim_pipeline.warehouse.schema.base import SCHEMAS
from kim_pipeline.warehouse.source_names import SourceName
from kim_pipeline.warehouse.staging import ensure_staging
from kim_pipeline.warehouse.statements import run, statement
from kim_pipeline.warehouse.views import create_views


@dataclass(frozen=True)
class Code:
    """One code of a reference list, with its time of validity and the group it counts in."""

    code_list: str
    code: str
    label_de: str
    code_group: str | None = None
    valid_from: date = date(1900, 1, 1)
    valid_to: date | None = None
    label_en: str = ""
    norm: str | None = None
    dropped_from: date | None = None


def provision(
    engine: sa.Engine,
    staging: Sequence[sa.Table],
    codes: Iterable[Code],
    towns: Mapping[str, str],
    sources: Iterable[SourceName] = (),
) -> None:
    """Create or update everything in the warehouse that is not data. Safe to repeat."""
    with engine.begin() as connection:
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext("kim.setup"))))
        _schemas(connection)
        _migrate(connection)
        create_views(connection)
        for table in staging:
            ensure_staging(connection, table)
        apply_roles(connection)
        places = [Code("town", ags, name, label_en=name) for ags, name in towns.items()]
        _replace(connection, meta.code, [vars(code) for code in (*codes, *places)])
        rows = [{"town_ags": ags, "name": name} for ags, name in towns.items()]
        _replace(connection, meta.town, rows)
        _replace(connection, meta.source, [vars(name) for name in sources])
        refresh_dictionary(connection)


def _schemas(connection: sa.Connection) -> None:
    for name, comment in SCHEMAS.items():
        connection.execute(sa.schema.CreateSchema(name, if_not_exists=True))
        run(connection, statement("COMMENT ON SCHEMA {} IS {text}", name, text=comment))


def migration_config(connection: sa.Connection) -> Config:
    """Give Alembic its folder and an open connection; nothing is read from an ini file."""
    config = Config()
    folder = resources.files("kim_pipeline.warehouse.migrations")
    config.set_main_option("script_location", str(folder))
    config.attributes["connection"] = connection
    return config


def _migrate(connection: sa.Connection) -> None:
    command.upgrade(migration_config(connection), "head")


def _replace(connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    connection.execute(table.delete())
    if rows:
        connection.execute(table.insert(), list(rows))
