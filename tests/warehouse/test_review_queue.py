"""The review queue keeps its items from month to month; decisions stay, and are audited."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import ProgrammingError

from kim_pipeline.errors import LinkError
from kim_pipeline.warehouse import review_decisions, review_queue
from kim_pipeline.warehouse.engine import owner_engine, role_engine
from kim_pipeline.warehouse.provision import provision
from kim_pipeline.warehouse.review_decisions import Decision
from kim_pipeline.warehouse.review_queue import QueueChange, update_queue
from kim_pipeline.warehouse.schema.register import link_run

OCTOBER, NOVEMBER = date(2025, 10, 1), date(2025, 11, 1)
KNOWN = datetime(2025, 11, 5, 6, tzinfo=UTC)
LATER = datetime(2025, 12, 5, 6, tzinfo=UTC)
KEY = bytes(range(32))


@pytest.fixture
def connection(warehouse_settings):
    engine = owner_engine(warehouse_settings)
    provision(engine, [], [], {})
    with engine.begin() as open_connection:
        run = {"month": OCTOBER, "known_at": KNOWN, "input_digest": b"", "model_version": "m"}
        open_connection.execute(link_run.insert().values(**run, summary={}))
    with engine.connect() as open_connection:
        yield open_connection
    engine.dispose()


def key(number: int) -> str:
    return f"00000000-0000-0000-0000-{number:012d}"


def wanted(*numbers: int, own: bool = False) -> pd.DataFrame:
    rows = [
        {
            "item": f"item{n}",
            "source_l": "immigration_office",
            "record_l": key(n),
            "source_r": "immigration_office" if own else "job_centre",
            "record_r": key(n + 1000),
            "kind": "duplicate" if own else "doubtful",
            "reason": "",
            "own": own,
            "levels": '{"given": "exact"}',
            "probability": None if own else 0.5,
        }
        for n in numbers
    ]
    return pd.DataFrame(rows).astype({"own": bool, "probability": "float64"})


def items(connection, *where) -> dict[str, str]:
    return {item.item: item.state for item in review_queue.read_items(connection, *where)}


def decision(item: str, *, same: bool = True) -> Decision:
    return Decision(item, same, "Vertrauensstelle", LATER, "document_seen")


def decide(connection, item: str, *, same: bool = True, at: datetime = LATER) -> None:
    review_decisions.decide(connection, decision(item, same=same), at, KEY)


def test_an_item_stays_one_item_over_the_months_and_lapses_when_settled(connection):
    assert update_queue(connection, OCTOBER, KNOWN, wanted(1, 2)) == QueueChange(2, 0, 0)
    assert update_queue(connection, NOVEMBER, LATER, wanted(2, 3)) == QueueChange(1, 1, 0)
    assert items(connection) == {"item1": "lapsed", "item2": "open", "item3": "open"}
    (second,) = (i for i in review_queue.read_items(connection) if i.item == "item2")
    assert (second.first_month, second.month) == (OCTOBER, NOVEMBER)
    assert second.levels == {"given": "exact"}


def test_how_far_the_records_of_a_lapsed_item_agreed_is_kept_no_longer(connection):
    marks = {}
    for month, asked in ((OCTOBER, (1,)), (NOVEMBER, (2,)), (date(2025, 12, 1), (1,))):
        update_queue(connection, month, LATER, wanted(*asked))
        first = next(i for i in review_queue.read_items(connection) if i.item == "item1")
        marks[month] = (first.levels, first.probability)
    assert marks[NOVEMBER] == ({}, None)
    assert marks[OCTOBER] == marks[date(2025, 12, 1)] == ({"given": "exact"}, 0.5)


def test_a_month_without_doubt_empties_the_queue(connection):
    nothing = wanted(1).head(0)
    assert update_queue(connection, OCTOBER, KNOWN, nothing) == QueueChange(0, 0, 0)
    update_queue(connection, OCTOBER, KNOWN, wanted(1))
    assert update_queue(connection, NOVEMBER, LATER, nothing) == QueueChange(0, 1, 0)
    assert items(connection) == {"item1": "lapsed"}


def test_a_lapsed_item_that_is_in_doubt_again_opens_again(connection):
    for month, asked in ((OCTOBER, (1,)), (NOVEMBER, (2,)), (date(2025, 12, 1), (1,))):
        update_queue(connection, month, LATER, wanted(*asked))
    assert items(connection) == {"item1": "open", "item2": "lapsed"}


def test_a_run_for_an_earlier_month_leaves_the_queue_alone(connection):
    update_queue(connection, NOVEMBER, KNOWN, wanted(1))
    assert update_queue(connection, OCTOBER, LATER, wanted(2)) == QueueChange(0, 0, 0)
    assert items(connection) == {"item1": "open"}


def test_the_queue_is_never_longer_than_a_trust_office_can_bear(connection, monkeypatch):
    monkeypatch.setattr(review_queue, "BUDGET", 3)
    assert update_queue(connection, OCTOBER, KNOWN, wanted(5, 4, 3, 2)) == QueueChange(3, 0, 1)
    assert update_queue(connection, NOVEMBER, LATER, wanted(9, 4, 3)) == QueueChange(1, 1, 0)
    assert items(connection, review_queue.is_open()).keys() == {"item9", "item4", "item3"}


def test_what_others_ask_takes_no_room_from_an_authoritys_own(connection, monkeypatch):
    monkeypatch.setattr(review_queue, "BUDGET", 1)
    asked = pd.concat([wanted(1, 2), wanted(3, 4, own=True)], ignore_index=True)
    assert update_queue(connection, OCTOBER, KNOWN, asked) == QueueChange(3, 0, 1)
    mine = review_queue.may_be_asked("immigration_office")
    assert items(connection, mine).keys() == {"item3", "item4"}
    assert items(connection, review_queue.may_be_asked("job_centre")) == {}


def test_a_decided_item_is_not_asked_again_and_its_decision_is_kept(connection):
    update_queue(connection, OCTOBER, KNOWN, wanted(1))
    decide(connection, "item1", same=False)
    assert update_queue(connection, NOVEMBER, LATER, wanted(1)) == QueueChange(0, 0, 0)
    assert items(connection) == {"item1": "decided"}
    found = review_decisions.decisions(connection)
    assert found.to_dict("records") == [
        {
            "source_l": "immigration_office",
            "record_l": key(1),
            "source_r": "job_centre",
            "record_r": key(1001),
            "same": False,
        }
    ]
    assert review_decisions.decisions_until(connection, OCTOBER) == 1
    assert review_decisions.decisions_until(connection, date(2025, 9, 1)) == 0


def test_the_newest_decision_counts_and_the_older_stays_written(connection):
    update_queue(connection, OCTOBER, KNOWN, wanted(1))
    decide(connection, "item1", same=False)
    decide(connection, "item1", same=True, at=LATER + timedelta(days=1))
    assert review_decisions.decisions(connection)["same"].tolist() == [True]
    rows = sa.text("SELECT count(*) FROM register.review_decision")
    assert connection.execute(rows).scalar_one() == 2


def test_unknown_and_lapsed_items_take_no_decision(connection):
    update_queue(connection, OCTOBER, KNOWN, wanted(1))
    update_queue(connection, NOVEMBER, LATER, wanted(2))
    with pytest.raises(LinkError, match="no such item"):
        decide(connection, "item9")
    with pytest.raises(LinkError, match="lapsed"):
        decide(connection, "item1")


@pytest.mark.parametrize(
    "wrong", [{"reason": "a feeling"}, {"decided_by": " "}, {"decided_by": "x" * 81}]
)
def test_a_decision_needs_a_reason_and_somebody_who_took_it(wrong, connection):
    update_queue(connection, OCTOBER, KNOWN, wanted(1))
    with pytest.raises(LinkError):
        review_decisions.decide(connection, replace(decision("item1"), **wrong), LATER, KEY)
    assert items(connection) == {"item1": "open"}


def test_the_audit_log_tells_who_decided_what_and_shows_when_it_was_altered(connection):
    update_queue(connection, OCTOBER, KNOWN, wanted(1, 2))
    decide(connection, "item1")
    decide(connection, "item2", same=False)
    log = connection.execute(
        sa.text("SELECT decided_by, item, same, reason FROM audit.review_log ORDER BY position")
    )
    assert [tuple(row) for row in log] == [
        ("Vertrauensstelle", "item1", True, "document_seen"),
        ("Vertrauensstelle", "item2", False, "document_seen"),
    ]
    assert review_decisions.verify_log(connection, KEY) == 2
    connection.execute(sa.text("UPDATE audit.review_log SET same = false WHERE position = 1"))
    with pytest.raises(LinkError, match="position 1"):
        review_decisions.verify_log(connection, KEY)


def test_an_account_without_a_name_enters_decisions_under_its_number(connection, monkeypatch):
    monkeypatch.setattr("os.geteuid", lambda: 4_000_000_000)
    update_queue(connection, OCTOBER, KNOWN, wanted(1))
    decide(connection, "item1")
    accounts = connection.execute(sa.text("SELECT account FROM audit.review_log")).scalars()
    assert list(accounts) == ["4000000000"]


def test_what_was_decided_can_only_be_added_to(connection, warehouse_settings):
    for role in ("kim_linkage", "kim_audit", "kim_analyst"):
        with role_engine(warehouse_settings, role).connect() as other:
            for table in ("register.review_decision", "audit.review_log"):
                for act in ("UPDATE {} SET same = same", "DELETE FROM {}"):
                    with pytest.raises(ProgrammingError, match="permission denied"):
                        other.execute(sa.text(act.format(table)))
                    other.rollback()
