"""A table to which rows are only added, each chained to the one before by a keyed hash."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from Crypto.Hash import HMAC, SHA256

from kim_pipeline.errors import WarehouseError
from kim_pipeline.warehouse.statements import run, statement


@dataclass(frozen=True)
class ChainedRows:
    """A table with `position` and `chain_mac`; `columns`, in this order, are what is chained.

    `purpose` keeps the chains of two tables apart under one key.
    """

    table: sa.Table
    columns: tuple[str, ...]
    purpose: bytes

    def add(self, connection: sa.Connection, row: Mapping[str, object], key: bytes) -> int:
        """Add a row in the caller's transaction and return its position; other writers wait."""
        lock = "LOCK TABLE {}.{} IN EXCLUSIVE MODE"
        run(connection, statement(lock, str(self.table.schema), self.table.name))
        newest = sa.select(self.table).order_by(self.table.c.position.desc()).limit(1)
        last = connection.execute(newest).first()
        position, before = (1, b"") if last is None else (last.position + 1, bytes(last.chain_mac))
        mac = self._chain_mac(before, position, row, key)
        connection.execute(self.table.insert().values(position=position, chain_mac=mac, **row))
        return position

    def verify(self, connection: sa.Connection, key: bytes) -> int:
        """Recompute the chain; return the number of rows.

        Raises WarehouseError naming the first row that was altered or taken out. A cut-off end is
        found only against a number noted elsewhere.
        """
        before, position = b"", 0
        rows = connection.execute(sa.select(self.table).order_by(self.table.c.position)).mappings()
        for position, row in enumerate(rows, start=1):
            mac = self._chain_mac(before, position, row, key)
            if (row["position"], bytes(row["chain_mac"])) != (position, mac):
                raise WarehouseError(
                    f"{self.table.schema}.{self.table.name} was altered at position {position}; "
                    "restore it from a backup."
                )
            before = mac
        return position

    def _chain_mac(
        self, before: bytes, position: int, row: Mapping[str, object] | sa.RowMapping, key: bytes
    ) -> bytes:
        content = [_plain(row[name]) for name in self.columns]
        head = json.dumps([before.hex(), position, content], sort_keys=True)
        return HMAC.new(key, self.purpose + head.encode(), SHA256).digest()


def _plain(value: object) -> object:
    """Write a moment the same way in whatever time zone a session reads it."""
    if isinstance(value, datetime):
        return value.timestamp()
    return value.isoformat() if isinstance(value, date) else value
