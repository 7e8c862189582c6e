"""Which tables migrations look after: all that the schema describes, and no others."""

from kim_pipeline.warehouse.schema import audit, core, meta, published, quality, register
from kim_pipeline.warehouse.schema.base import SCHEMAS, metadata

# Named so that every table is registered before it is compared.
MODULES = (audit, core, meta, published, quality, register)
__all__ = ["MODULES", "metadata", "owned"]


def owned(name: str | None, kind: str, _parents: object) -> bool:
    """Leave staging to the contracts and the partitions to the months."""
    if kind == "schema":
        return name in set(SCHEMAS) - {"staging"}
    if kind == "table":
        return not str(name).startswith("person_month_2")
    return True
