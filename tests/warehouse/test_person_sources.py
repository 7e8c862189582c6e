"""Migration 0006: flags of sources become a list of sources, and back, without losing a row."""

from datetime import date

import pytest
import sqlalchemy as sa
from alembic import command

from kim_pipeline.core.build import ensure_partition
from kim_pipeline.settings import Settings
from kim_pipeline.warehouse.engine import owner_engine
from kim_pipeline.warehouse.provision import migration_config, provision

MONTH = date(2025, 9, 1)
PERSON = "00000000-0000-0000-0000-000000000001"


@pytest.mark.parametrize(
    "sources",
    [[], ["job_centre"], ["case_management", "immigration_office", "job_centre"]],
)
def test_known_sources_survive_both_ways(warehouse_settings: Settings, sources: list[str]) -> None:
    engine = owner_engine(warehouse_settings)
    provision(engine, [], [], {})
    with engine.begin() as connection:
        ensure_partition(connection, MONTH)
        table = sa.Table("person_month_history", sa.MetaData(), autoload_with=connection,
                         schema="core")  # fmt: skip
        flags = {c.name: False for c in table.columns if isinstance(c.type, sa.Boolean)}
        facts = {"month": MONTH, "person_id": PERSON, "in_sources": sources, **flags}
        connection.execute(table.insert().values(known_from=sa.func.now(), **facts))
        command.downgrade(migration_config(connection), "0005")
    provision(engine, [], [], {})
    with engine.connect() as connection:
        query = sa.text("SELECT in_sources, asylum_benefit FROM core.person_month")
        assert connection.execute(query).all() == [(sources, False)]
    engine.dispose()
