"""Two benefit communities of one person in a month are found (R12)."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from kim_pipeline.warehouse.schema.base import FOREVER, FOREVER_DATE
from kim_pipeline.warehouse.schema.register import link
from kim_pipeline.warehouse.staging import ensure_staging
from quality_checks.benefit_communities import BENEFIT_COMMUNITY, benefit_community_frame
from quality_checks.hub import Hub
from quality_checks.validation import validate_frame
from sources.accepting.staging import staging_tables
from sources.contracts.contract import load_contracts

CONTRACTS = load_contracts()
JOB_CENTRE = next(c for c in CONTRACTS if c.source == "job_centre")
STAGED = staging_tables(JOB_CENTRE)["persons"]
MONTH = date(2026, 10, 1)
KNOWN = datetime(2026, 11, 5, 6, tzinfo=UTC)


def _key(number: int) -> str:
    return str(UUID(int=number))


def _deliver(hub: Hub, *rows: tuple[int, int, int], **changes: object) -> None:
    """Write a record, its person and its community per row; `changes` go to the last record."""
    with hub.engine.begin() as connection:
        ensure_staging(connection, STAGED)
        for number, (record, person, community) in enumerate(rows, 1):
            times = {"valid_from": MONTH, "valid_to": FOREVER_DATE, "known_from": KNOWN}
            times |= {"known_to": FOREVER, "asserted_by": 1}
            last = changes if number == len(rows) else {}
            keys = {"row_key": _key(record), "record_pseudonym": _key(record)}
            place = {"benefit_community": _key(community)}
            connection.execute(STAGED.insert().values(**{**keys, **place, **times, **last}))
            connection.execute(
                link.insert().values(
                    source="job_centre",
                    record_pseudonym=_key(record),
                    person_id=_key(person),
                    known_from=KNOWN,
                )
            )


def _found(hub: Hub) -> tuple[int | None, int | None]:
    frame = benefit_community_frame(CONTRACTS)(MONTH, hub)
    (outcome,) = validate_frame(frame, BENEFIT_COMMUNITY)
    assert outcome.error is None
    return outcome.checked, outcome.unexpected


def test_a_person_in_two_communities_is_found(hub: Hub) -> None:
    _deliver(hub, (1, 100, 7), (2, 200, 7), (3, 300, 8), (4, 300, 9))
    assert _found(hub) == (3, 1)


@pytest.mark.parametrize(
    "change",
    [
        {"benefit_community": _key(8)},
        {"benefit_community": None},
        {"valid_to": MONTH, "valid_from": date(2026, 9, 1)},
        {"known_to": datetime(2026, 11, 6, tzinfo=UTC)},
    ],
    ids=["the same", "none", "last month", "corrected"],
)
def test_one_community_or_none_is_not(hub: Hub, change: dict[str, object]) -> None:
    _deliver(hub, (3, 300, 8), (4, 300, 9), **change)
    assert _found(hub) == (1, 0)
