"""A receiving installation of its own, with a good month accepted, for a module of tests."""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
import sqlalchemy as sa
from arrivals_office import Receiver
from databases import drop_database
from good_deliveries import BEFORE, CASES, JOBS, MONTH, OFFICE, lay_month
from psycopg import sql

from kim_pipeline.privacy.keyring import load_keyring
from kim_pipeline.privacy.keys import init_keys
from kim_pipeline.settings import Settings
from kim_pipeline.warehouse.engine import owner_engine
from kim_pipeline.warehouse.provision import provision
from kim_pipeline.warehouse.server import ensure_server
from sources.accepting.staging import staging_tables

SOURCES = (OFFICE, JOBS, CASES)


@contextmanager
def receiver(server: Settings, folder: Path) -> Iterator[Receiver]:
    """Install, and take in September; October lies in the inbox."""
    url = sa.make_url(ensure_server(server).url)
    name = f"kim_test_{secrets.token_hex(6)}"
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    fresh = url.set(database=name).render_as_string(hide_password=False)
    settings = replace(server, home=folder / "home", inbox=folder / "inbox", warehouse_url=fresh)
    settings.home.mkdir()
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        made = _installed(settings)
        yield made
        made.engine.dispose()
        drop_database(connection, name)


def _installed(settings: Settings) -> Receiver:
    names = [contract.source for contract in SOURCES]
    init_keys(settings.demo_keys, names, b"", demo=True)
    engine = owner_engine(settings)
    staging = [table for c in SOURCES for table in staging_tables(c).values()]
    provision(engine, staging, [], {"05158004": "Erkrath", "05158024": "Mettmann"})
    made = Receiver(settings, engine, load_keyring(settings, names, demo_allowed=True))
    for month in (BEFORE, MONTH):
        lay_month(settings.inbox, month)
    made.take_in_first_month()
    return made


@contextmanager
def put_back(made: Receiver, source: str) -> Iterator[Path]:
    """Give a source's folder of the month to spoil; afterwards all is as it was."""
    kept = made.settings.inbox.parent / "kept"
    shutil.copytree(made.settings.inbox, kept, symlinks=True)
    try:
        yield made.settings.inbox / source / f"{MONTH:%Y-%m}"
    finally:
        shutil.rmtree(made.settings.inbox)
        kept.rename(made.settings.inbox)
        for name in (c.source for c in SOURCES):
            shutil.rmtree(made.settings.landing / name / f"{MONTH:%Y-%m}", ignore_errors=True)
