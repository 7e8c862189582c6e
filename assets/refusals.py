"""How an asset fails: once, in one line, without a value.

A refused delivery or a wrong key does not get better by trying again, so such failures are
permanent. Any other error is reported by its class and place only: its text could hold a value,
and Dagster keeps the text of exceptions in its event log.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

import dagster as dg
import sqlalchemy as sa

from assets.resources import Hub
from kim_pipeline.errors import DeliveryError, KimError, place_of
from kim_pipeline.kreis import read_kreis
from kim_pipeline.settings import Settings
from kim_pipeline.warehouse.audit_log import Event
from kim_pipeline.warehouse.refusals import REFUSED, note
from sources.contracts.contract import Contract
from sources.feedback.feedback import write_feedback

# Nothing came yet, or not whole: there is no delivery to refuse.
NOT_THERE = ("missing", "unfinished", "transport")
THEN = (
    "Start the run again; should it stop at the same place, tell the maintainers this line and the "
    "run id."
)


@contextmanager
def noted(hub: Hub, source: str, month: date) -> Iterator[None]:
    """Note in the audit log which delivery was refused, and why, and tell its authority.

    The error goes on.
    """
    try:
        yield
    except DeliveryError as error:
        if error.rule not in NOT_THERE:
            refused = Event(REFUSED, datetime.now(UTC), str(error), source, month)
            with hub.transaction("Noting a refusal") as connection:
                note(connection, refused, hub.keyring.audit_key.secret)
                tell(connection, hub.contract(source), month, hub.settings)
        raise


def tell(connection: sa.Connection, contract: Contract, month: date, settings: Settings) -> None:
    """Write the feedback of a month at once; no month job comes after a refusal."""
    zone = read_kreis(settings.config).time_zone
    write_feedback(connection, contract, month, settings.feedback, zone)


@contextmanager
def refusals() -> Iterator[None]:
    """Turn errors into permanent failures whose text is safe to keep."""
    try:
        yield
    except KimError as error:
        raise dg.Failure(str(error), allow_retries=False) from None
    except Exception as error:  # noqa: BLE001 - the boundary: no text of an unknown error may pass
        raise dg.Failure(f"{place_of(error)} {THEN}", allow_retries=False) from None
