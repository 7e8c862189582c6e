"""A warehouse is brought to the expected state, any number of times, and describes itself."""

from datetime import date

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from kim_pipeline.warehouse.engine import owner_engine
from kim_pipeline.warehouse.migrations.tables import metadata, owned
from kim_pipeline.warehouse.provision import Code, provision
from kim_pipeline.warehouse.schema import meta

CODES = [Code("nationality", "163", "Türkei", "TURKEY", date(1950, 1, 1))]


@pytest.fixture
def connection(empty_warehouse_settings):
    engine = owner_engine(empty_warehouse_settings)
    for _ in range(2):
        provision(engine, [], CODES, {"05158004": "Erkrath"})
    with engine.connect() as open_connection:
        yield open_connection
    engine.dispose()


def test_the_migrations_make_exactly_the_tables_of_the_schema(connection):
    options = {"include_schemas": True, "include_name": owned, "compare_type": True}
    context = MigrationContext.configure(
        connection, opts={**options, "version_table": "migration", "version_table_schema": "meta"}
    )
    assert compare_metadata(context, metadata) == []


def test_every_table_and_column_has_a_comment(connection):
    for table in (meta.dictionary_table, meta.dictionary_column):
        bare = sa.select(table.c.table_name).where(
            table.c.description_en == "", table.c.table_name != "migration"
        )
        assert connection.execute(bare).all() == []


def test_every_table_and_column_is_described_in_german(connection):
    for table in (meta.dictionary_table, meta.dictionary_column):
        english = sa.select(*table.primary_key.columns).where(
            table.c.description_de == table.c.description_en, table.c.table_name != "migration"
        )
        assert connection.execute(english).all() == []


def test_codes_and_towns_are_replaced_not_doubled(connection):
    codes = sa.select(meta.code.c.code_list, meta.code.c.code).order_by(meta.code.c.code)
    found = [tuple(row) for row in connection.execute(codes)]
    assert found == [("town", "05158004"), ("nationality", "163")]
    assert connection.execute(sa.select(meta.town.c.name)).scalars().all() == ["Erkrath"]
