"""The list of erased records: keyed digests by which one that comes again is known and left out."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from kim_pipeline.privacy.key_derivation import Key
from kim_pipeline.privacy.pseudonyms import Digest, hmac_sha256, message
from kim_pipeline.warehouse.schema.register import erased

# The label under which the hub's key makes marks, in every year the same.
ERASED_RECORDS = "erased-records"


@dataclass(frozen=True)
class Erased:
    """The marks of one source's erased records, and the key that made them."""

    source: str
    marks: frozenset[bytes] = frozenset()
    key: Key | None = field(default=None, repr=False)

    def among(self, pseudonyms: Iterable[str]) -> frozenset[str]:
        """Name those of these pseudonyms that were erased."""
        if not self.marks or self.key is None:
            return frozenset()
        digest = hmac_sha256(self.key.secret)
        return frozenset(p for p in pseudonyms if _mark(digest, self.source, p) in self.marks)


def mark(key: Key, source: str, pseudonym: str) -> bytes:
    """Digest a pseudonym under a key of the hub, so that the list of erased records holds none."""
    return _mark(hmac_sha256(key.secret), source, pseudonym)


def _mark(digest: Digest, source: str, pseudonym: str) -> bytes:
    return digest(message("erased", source, pseudonym))


def read_erased(connection: sa.Connection, source: str, key: Key) -> Erased:
    """Read what was erased of a source."""
    marks = connection.execute(sa.select(erased.c.mark).where(erased.c.source == source))
    return Erased(source, frozenset(map(bytes, marks.scalars())), key)


def erased_so_far(connection: sa.Connection) -> int:
    """Count what was erased of all sources; it only grows.

    Who reads records in one transaction and writes what was made of them in another compares.
    """
    return int(connection.execute(sa.select(sa.func.count()).select_from(erased)).scalar_one())


def add_erased(
    connection: sa.Connection, source: str, pseudonyms: Iterable[str], at: datetime, key: Key
) -> None:
    """Enter records into the list; those that stand in it stay as they are."""
    rows = [{"source": source, "mark": mark(key, source, p), "erased_at": at} for p in pseudonyms]
    if rows:
        connection.execute(insert(erased).on_conflict_do_nothing(), rows)
