from dataclasses import replace
from datetime import UTC, date, datetime

import sqlalchemy as sa

from kim_pipeline.warehouse.schema.quality import check_result
from quality_checks.hub import Hub
from quality_checks.recorded import Occasion, outcomes_recorder, record_outcomes
from quality_checks.rule import Outcome, Rule

MONTH = date(2026, 10, 1)
KNOWN = datetime(2026, 11, 5, 6, tzinfo=UTC)
RULE = Rule("persons__present", "Persons came.", "Personen sind da.")
OCCASION = Occasion(MONTH, "job_centre/incoming", "job_centre", KNOWN)


def _rows(hub: Hub) -> list[tuple[object, ...]]:
    r = check_result.c
    query = sa.select(r.month, r.asset, r.rule, r.source, r.passed, r.blocking, r.unexpected)
    with hub.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(query.order_by(r.month, r.rule))]


def test_a_second_run_replaces_the_outcomes_of_the_first(hub: Hub) -> None:
    failed = Outcome(RULE, passed=False, checked=10, unexpected=3)
    with hub.engine.begin() as connection:
        record_outcomes(connection, OCCASION, [failed])
        record_outcomes(connection, OCCASION, [replace(failed, passed=True, unexpected=0)])
        record_outcomes(connection, OCCASION, [])
    assert _rows(hub) == [
        (MONTH, "job_centre/incoming", "persons__present", "job_centre", True, True, 0)
    ]


def test_months_and_assets_are_kept_apart(hub: Hub) -> None:
    outcome = Outcome(RULE, passed=True)
    with hub.engine.begin() as connection:
        record_outcomes(connection, OCCASION, [outcome])
        record_outcomes(connection, replace(OCCASION, month=date(2026, 11, 1)), [outcome])
        record_outcomes(connection, replace(OCCASION, asset="person_month"), [outcome])
    assert len(_rows(hub)) == 3


def test_the_recorder_commits_by_itself(hub: Hub) -> None:
    record = outcomes_recorder(None, knowledge=lambda hub, month: KNOWN)
    record(hub, MONTH, "person_month", [Outcome(RULE, passed=False, unexpected=1)])
    assert _rows(hub) == [(MONTH, "person_month", RULE.name, None, False, True, 1)]


def test_a_first_delivery_is_recorded_although_nothing_was_accepted_yet(hub: Hub) -> None:
    outcomes_recorder("job_centre")(hub, MONTH, "job_centre/incoming", [Outcome(RULE, True)])
    assert len(_rows(hub)) == 1
