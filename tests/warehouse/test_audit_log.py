"""The audit log is only added to, and tells when an entry was altered or taken out."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from kim_pipeline.errors import WarehouseError
from kim_pipeline.warehouse import audit_log
from kim_pipeline.warehouse.audit_log import Event
from kim_pipeline.warehouse.engine import owner_engine, role_engine
from kim_pipeline.warehouse.provision import provision
from kim_pipeline.warehouse.schema.audit import event

KEY = b"k" * 32
AT = datetime(2026, 11, 3, 6, 0, 0, 123, tzinfo=UTC)
FIRST = Event(audit_log.DELETED, AT, "retention", "office", counts={"sealed": 2, "kept_days": 90})
SECOND = Event(audit_log.WITHDRAWN, AT, "Wrong file.", "office", date(2026, 10, 1), {"sequence": 2})


@pytest.fixture
def connection(warehouse_settings):
    engine = owner_engine(warehouse_settings)
    provision(engine, [], [], {})
    with engine.connect() as open_connection:
        audit_log.log(open_connection, FIRST, KEY)
        audit_log.log(open_connection, SECOND, KEY)
        yield open_connection
    engine.dispose()


def test_it_tells_what_was_done_by_whom_and_why(connection: sa.Connection) -> None:
    first, second = audit_log.events(connection)
    assert (first.position, second.position) == (1, 2)
    assert (first.counts, second.reason) == ({"sealed": 2, "kept_days": 90}, "Wrong file.")
    assert first.account == audit_log.account()
    assert audit_log.events(connection, limit=1) == [second]


def test_the_chain_holds_in_any_time_zone(connection: sa.Connection) -> None:
    connection.execute(sa.text("SET TIME ZONE 'Asia/Kathmandu'"))
    assert audit_log.verify(connection, KEY) == 2


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (event.update().where(event.c.position == 1).values(reason="other"), 1),
        (event.update().where(event.c.position == 2).values(counts={"sequence": 1}), 2),
        (event.update().where(event.c.position == 1).values(account="nobody at all"), 1),
        (event.delete().where(event.c.position == 1), 1),
    ],
)
def test_an_altered_or_missing_entry_is_found(
    connection: sa.Connection, change: sa.UpdateBase, place: int
) -> None:
    connection.execute(change)
    with pytest.raises(WarehouseError, match=f"altered at position {place};"):
        audit_log.verify(connection, KEY)


def test_without_the_key_no_entry_can_be_forged(connection: sa.Connection) -> None:
    audit_log.log(connection, SECOND, b"x" * 32)
    with pytest.raises(WarehouseError, match="altered at position 3;"):
        audit_log.verify(connection, KEY)


def test_the_audit_role_reads_it_and_cannot_write_it(
    connection: sa.Connection, warehouse_settings
) -> None:
    connection.commit()
    with role_engine(warehouse_settings, "kim_audit").connect() as reader:
        assert len(audit_log.events(reader)) == 2
        with pytest.raises(sa.exc.ProgrammingError):
            reader.execute(event.delete())
