"""Sealed record numbers enter the register with the delivery that brought them."""

from datetime import date, datetime

import sqlalchemy as sa

from kim_pipeline.settings import Settings
from kim_pipeline.warehouse import recontact
from sources.incoming.pseudonymise import read_incoming, waits
from sources.incoming.unsealed import RECONTACT


def keep_reachable(
    connection: sa.Connection, settings: Settings, source: str, month: date, known_at: datetime
) -> int:
    """Add the numbers of new records, where the authority gave a public key; return how many."""
    if not waits(settings, source, month, RECONTACT):
        return 0
    blobs = read_incoming(settings, source, month, RECONTACT)
    return recontact.add(connection, source, blobs, known_at)
