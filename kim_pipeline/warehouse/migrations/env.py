"""Run migrations on the connection that `warehouse.provision` hands over."""

from alembic import context

from kim_pipeline.warehouse.schema import audit, core, meta, published, quality, register
from kim_pipeline.warehouse.schema.base import SCHEMAS, metadata

# Named so that every table is registered before the comparison.
TABLES = (audit, core, meta, published, quality, register)


def owned(name: str | None, kind: str, _parents: object) -> bool:
    """Leave staging to the contracts and partitions to the months."""
    if kind == "schema":
        return name in set(SCHEMAS) - {"staging"}
    if kind == "table":
        return not str(name).startswith("person_month_2")
    return True


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
