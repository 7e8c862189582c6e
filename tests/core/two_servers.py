"""A warehouse with codes and two towns, on the embedded server or the oldest that is supported."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from databases import fresh_database
from warehouse import postgres15
from world import TOWN

from kim_pipeline.settings import Settings
from kim_pipeline.warehouse.engine import engine_at, owner_engine
from kim_pipeline.warehouse.provision import provision
from sources.accepting.staging import reference_codes

EMBEDDED, OLDEST = "embedded", "15"
OTHER_TOWN = "05158008"


@contextmanager
def provisioned_on(
    server: str, server_settings: Settings, tables: Sequence[sa.Table]
) -> Iterator[sa.Engine]:
    """Provision a fresh database; skips where the oldest server is missing, but never in CI."""
    if server == EMBEDDED:
        with fresh_database(server_settings) as fresh:
            yield _provisioned(owner_engine(fresh), tables)
        return
    if not postgres15.is_installed() and os.environ.get("CI") != "true":
        pytest.skip(postgres15.REMEDY)
    with postgres15.started() as url:
        yield _provisioned(engine_at(url.render_as_string(hide_password=False)), tables)


def _provisioned(engine: sa.Engine, tables: Sequence[sa.Table]) -> sa.Engine:
    provision(engine, list(tables), reference_codes(), {TOWN: "Erkrath", OTHER_TOWN: "Haan"})
    return engine
