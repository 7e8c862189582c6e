"""Sealed record numbers in the register: added for new records, handed back with feedback."""

from collections.abc import Iterable
from datetime import datetime

import pyarrow as pa
import sqlalchemy as sa

from kim_pipeline.privacy.recontact import as_text
from kim_pipeline.warehouse.load import copy_table
from kim_pipeline.warehouse.schema.register import recontact


def reachable(connection: sa.Connection, source: str, kid: str) -> frozenset[str]:
    """List the pseudonyms of a source whose numbers are sealed to this key already."""
    query = sa.select(recontact.c.record_pseudonym).where(
        recontact.c.source == source, recontact.c.kid == kid
    )
    return frozenset(connection.execute(query).scalars())


def add(connection: sa.Connection, source: str, blobs: pa.Table, known_at: datetime) -> int:
    """Add the numbers that are not there yet and return how many.

    `blobs` has the columns of `kim_pipeline.privacy.recontact.BLOBS`.
    """
    rows = blobs.to_pylist()
    known = {kid: reachable(connection, source, kid) for kid in {row["kid"] for row in rows}}
    new = [row for row in rows if row["record_pseudonym"] not in known[row["kid"]]]
    count = len(new)
    table = pa.table(
        {
            "source": pa.array([source] * count, pa.string()),
            "record_pseudonym": pa.array([row["record_pseudonym"] for row in new], pa.string()),
            "kid": pa.array([row["kid"] for row in new], pa.string()),
            "sealed": pa.array([as_text(row["envelope"], row["blob"]) for row in new], pa.string()),
            "known_from": pa.array([known_at] * count, pa.timestamp("us", tz="UTC")),
        }
    )
    return copy_table(connection, recontact, table)


def sealed_numbers(
    connection: sa.Connection, source: str, pseudonyms: Iterable[str]
) -> dict[str, str]:
    """Give the sealed number of each of these pseudonyms that has one, the newest key's.

    The texts go into the source's own feedback file, where `kim reopen` opens them.
    """
    query = (
        sa.select(recontact.c.record_pseudonym, recontact.c.sealed)
        .where(recontact.c.source == source)
        .order_by(recontact.c.known_from)
    )
    found = {row[0]: row[1] for row in connection.execute(query)}
    return {name: found[name] for name in pseudonyms if name in found}
