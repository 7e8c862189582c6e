"""What publishing a month does, whoever asks for it: the month job, or the revision of a year."""

from datetime import UTC, date, datetime

import sqlalchemy as sa

from assets.resources import Hub
from kim_pipeline.core.build import knowledge_of
from kim_pipeline.disclosure.disclosure_keys import DisclosureKeys
from kim_pipeline.disclosure.known_publication import record_around
from kim_pipeline.disclosure.provisional import mark_provisional, provisional_sources
from kim_pipeline.disclosure.release import PublishCounts, publish_month
from kim_pipeline.disclosure.release_anchor import check_release, note_release
from kim_pipeline.disclosure.rules import RECOGNISABLE
from kim_pipeline.indicators.catalogue import read_catalogue
from kim_pipeline.privacy.keyring import Keyring


def publish(
    hub: Hub, connection: sa.Connection, month: date, least_change: int = RECOGNISABLE
) -> tuple[PublishCounts, int]:
    """Publish a month in the caller's transaction; return its counts and the marks it settled.

    Raises DisclosureError, first of all when the ledger was rolled back.
    """
    check_release(connection, hub.settings.home)
    known_at = knowledge_of(connection, month).known_at
    catalogue = read_catalogue(hub.kreis)
    waiting = {c.source: c.provisional_months for c in hub.contracts}
    open_still = provisional_sources(connection, waiting, month)
    counts = publish_month(
        *(connection, month, known_at, _disclosure_keys(hub.keyring), catalogue, bool(open_still)),
        provisional_sources=open_still,
        least_change=least_change,
    )
    settled = mark_provisional(connection, catalogue.indicators, waiting)
    # A revision of small changes teaches nothing new: readers have it from now on.
    moment = known_at if least_change == RECOGNISABLE else max(known_at, datetime.now(UTC))
    record_around(connection, moment, counts.release)
    return counts, settled


def note(hub: Hub) -> None:
    """Note the newest release outside the warehouse, once it is committed."""
    with hub.transaction("Noting the release") as connection:
        note_release(connection, hub.settings.home)


def _disclosure_keys(keyring: Keyring) -> DisclosureKeys:
    return DisclosureKeys(
        k_rec=keyring.record_key_key.secret,
        k_cell=keyring.cell_key.secret,
        audit=keyring.audit_key.secret,
        kid=keyring.cell_key.kid,
    )
