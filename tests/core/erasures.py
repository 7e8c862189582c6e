"""Erasing in a world of a few persons, and where anything of them is still found."""

from datetime import UTC, datetime

import sqlalchemy as sa
from world import CONTRACTS, DEFINITIONS, World, key

from kim_pipeline.privacy.key_derivation import subkey
from kim_pipeline.warehouse.erased import ERASED_RECORDS
from kim_pipeline.warehouse.erasure import Records, linked_with
from kim_pipeline.warehouse.schema import core
from kim_pipeline.warehouse.schema.base import metadata
from sources.accepting.erasing import Erasing, Receipt, erase

MARKS = subkey(bytes(range(32)), "hub", ERASED_RECORDS, "hub-test")
NOW = datetime(2025, 12, 1, tzinfo=UTC)


def erase_record(world: World, source: str, record: int, *, whole: bool = False) -> Receipt:
    """Erase one record, or all records of its person, in a transaction of its own."""
    world.connection.commit()
    with world.connection.begin():
        named: Records = {source: frozenset({key(record)})}
        records = linked_with(world.connection, named) if whole else named
        erasing = Erasing(records, NOW, tuple(CONTRACTS.values()), DEFINITIONS, MARKS)
        return erase(world.connection, erasing)


def tables_that_name(world: World, *names: int) -> list[str]:
    """Search every table as text."""
    owned = [*metadata.sorted_tables, *world.tables.values()]
    found = []
    for table in owned:
        whole = sa.select(sa.cast(sa.literal_column(f'"{table.name}"'), sa.Text)).select_from(table)
        text = "\n".join(world.connection.execute(whole).scalars())
        found += [f"{table.schema}.{table.name}" for name in names if key(name) in text]
    return sorted(set(found))


def rows_of(world: World, person: int) -> dict[str, list[tuple[object, ...]]]:
    """Read every row of a person in core, in every state of knowledge."""
    return {
        name: sorted(
            map(tuple, world.connection.execute(
                sa.select(table).where(table.c.person_id == key(person))
            )), key=repr,
        )
        for name, table in core.HISTORIES.items() if "person_id" in table.c
    }  # fmt: skip
