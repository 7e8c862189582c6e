"""The registry of keys in use: a warehouse knows the keys it was built with, refuses others."""

from collections.abc import Iterable
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from kim_pipeline.privacy.key_info import KeyInfo
from kim_pipeline.privacy.keyring import Keyring
from kim_pipeline.warehouse.schema.audit import key_registry


def admit(connection: sa.Connection, keyring: Keyring) -> None:
    """Check the keys against the registry and enter those it does not know yet.

    Raises KeyFileError when a key differs from the registered one; nothing is written then.
    """
    keyring.check_registry(registered(connection))
    _enter(connection, keyring.key_infos())


def registered(connection: sa.Connection) -> dict[str, tuple[str, str, str]]:
    """Read kid, check value and sentinel of every registered key, by domain."""
    columns = (
        key_registry.c.domain,
        key_registry.c.kid,
        key_registry.c.kcv,
        key_registry.c.sentinel,
    )
    return {row[0]: (row[1], row[2], row[3]) for row in connection.execute(sa.select(*columns))}


def _enter(connection: sa.Connection, infos: Iterable[KeyInfo]) -> None:
    now = datetime.now(UTC)
    rows = [
        {
            "domain": info.domain,
            "kid": info.kid,
            "kcv": info.kcv,
            "sentinel": info.sentinel,
            "demo": info.demo,
            "registered_at": now,
        }
        for info in infos
    ]
    connection.execute(insert(key_registry).on_conflict_do_nothing(), rows)
