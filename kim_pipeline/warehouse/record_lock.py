"""The lock between whoever works with records and whoever erases some.

Each holds it until its transaction ends: what is read and what is written of it are then both from
before an erasure or both from after it. The book of deliveries has a lock of its own.
"""

from datetime import timedelta
from time import monotonic, sleep

import sqlalchemy as sa

from kim_pipeline.errors import WarehouseError

_LOCK = sa.func.hashtext("kim.records")
PATIENCE = timedelta(minutes=10)
_PAUSE = 0.1  # seconds; shorter than the time between two steps of a run


def share(connection: sa.Connection) -> None:
    """Let no record be erased until this transaction ends; waits for an erasure under way."""
    connection.execute(sa.select(sa.func.pg_advisory_xact_lock_shared(_LOCK)))


def hold_alone(connection: sa.Connection, patience: timedelta = PATIENCE) -> None:
    """Wait until nobody works with records, and let nobody begin until this transaction ends.

    Raises WarehouseError when somebody still does after so long.
    """
    # Asked for again and again, not queued for: behind a queue nobody else could begin to read,
    # and a step that opens a second transaction within its first would wait for itself.
    alone = sa.select(sa.func.pg_try_advisory_xact_lock(_LOCK))
    ends = monotonic() + patience.total_seconds()
    while not connection.execute(alone).scalar():
        if monotonic() > ends:
            raise WarehouseError(
                "Another command or run works with records and does not end, so nothing was "
                "erased. Erase once it has ended."
            )
        sleep(_PAUSE)
