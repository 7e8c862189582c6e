"""Outcomes into `quality.check_result`: the newest run per month, asset and rule, counts only."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from kim_pipeline.warehouse.deliveries import known_at
from kim_pipeline.warehouse.schema.quality import check_result
from quality_checks.hub import Hub
from quality_checks.rule import Outcome
from sources.incoming.pseudonymise import load_incoming

Recorder = Callable[[Hub, date, str, Sequence[Outcome]], None]
KnownAt = Callable[[Hub, date], datetime]


@dataclass(frozen=True)
class Occasion:
    """What was checked: asset, month, the source it belongs to if any, the state of knowledge."""

    month: date
    asset: str
    source: str | None
    known_at: datetime


def record_outcomes(
    connection: sa.Connection, occasion: Occasion, outcomes: Sequence[Outcome]
) -> None:
    """Write the outcomes of an asset and month over those of an earlier run."""
    if not outcomes:
        return
    rows = [vars(occasion) | _row(outcome) for outcome in outcomes]
    insert = postgresql.insert(check_result).values(rows)
    fresh = {c.name: insert.excluded[c.name] for c in check_result.c if not c.primary_key}
    connection.execute(
        insert.on_conflict_do_update(index_elements=check_result.primary_key, set_=fresh)
    )


def _row(outcome: Outcome) -> dict[str, object]:
    return {
        "rule": outcome.rule.name,
        "description_de": outcome.rule.description_de,
        "passed": outcome.passed,
        "blocking": outcome.rule.blocking,
        "checked": outcome.checked,
        "unexpected": outcome.unexpected,
    }


def newest_knowledge(hub: Hub, month: date) -> datetime:
    """Give the moment at which a month was known; now, while nothing was ever accepted."""
    with hub.engine.connect() as connection:
        return known_at(connection, month) or datetime.now(UTC)


def delivered_knowledge(source: str) -> KnownAt:
    """Take the state of knowledge from the delivery of a source that waits for its gate."""
    return lambda hub, month: load_incoming(hub.settings, source, month).received_at


def outcomes_recorder(source: str | None = None, knowledge: KnownAt = newest_knowledge) -> Recorder:
    """Make the hook that records the outcomes of an asset, each call in a transaction of its own.

    The finding is committed before a blocking check stops the run, so that it stays when nothing
    else of a refused delivery does.
    """

    def record(hub: Hub, month: date, asset: str, outcomes: Sequence[Outcome]) -> None:
        occasion = Occasion(month, asset, source, knowledge(hub, month))
        with hub.engine.begin() as connection:
            record_outcomes(connection, occasion, outcomes)

    return record
