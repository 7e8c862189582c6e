"""Run migrations on the connection that `warehouse.provision` hands over."""

from alembic import context

from kim_pipeline.warehouse.migrations.tables import metadata, owned

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    include_schemas=True,
    include_name=owned,
    version_table="migration",
    version_table_schema="meta",
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
