"""A delivery that was refused: its authority is told the rule and what to do, and it counts."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from kim_pipeline.errors import DeliveryError
from kim_pipeline.settings import Settings
from kim_pipeline.warehouse.audit_log import Event
from kim_pipeline.warehouse.engine import owner_engine
from kim_pipeline.warehouse.provision import provision
from kim_pipeline.warehouse.refusals import REFUSED, note, standing
from kim_pipeline.warehouse.schema import quality
from sources.accepting.staging import reference_codes, staging_tables
from sources.contracts.contract import load_contracts
from sources.contracts.delivery_rules import RULES
from sources.feedback.feedback import write_feedback
from sources.feedback.refused import _DO

MONTH = date(2025, 9, 1)
DUE = datetime(2025, 10, 3, 6, tzinfo=UTC)
NOW = datetime(2026, 1, 1, tzinfo=UTC)
CONTRACTS = load_contracts()
OFFICE = next(contract for contract in CONTRACTS if contract.source == "immigration_office")


@pytest.fixture
def connection(warehouse_settings: Settings) -> Iterator[sa.Connection]:
    engine = owner_engine(warehouse_settings)
    tables = [table for c in CONTRACTS for table in staging_tables(c).values()]
    provision(engine, tables, reference_codes(), {"05158004": "Erkrath"})
    with engine.connect() as opened:
        yield opened
    engine.dispose()


def refuse(connection: sa.Connection, rule: str | None, message: str = "x") -> None:
    reason = str(DeliveryError(message, rule))
    note(connection, Event(REFUSED, NOW, reason, OFFICE.source, MONTH), b"key")


def enter(connection: sa.Connection, number: int, status: str, **facts: Any) -> None:
    entry = {
        "delivery_id": number,
        "source": OFFICE.source,
        "month": MONTH,
        "sequence": number,
        "received_at": DUE,
        "known_at": DUE + timedelta(number),
        "status": status,
        "rows_delivered": 100,
        "rows_rejected": 0,
        "rows_opened": 1,
        "rows_closed": 0,
        "content_mac": b"x",
        "contract_version": "1",
        "code_version": "1",
        **facts,
    }
    connection.execute(quality.delivery.insert().values(entry))


def written(connection: sa.Connection, folder: Path) -> list[dict[str, str]]:
    path = write_feedback(connection, OFFICE, MONTH, folder, "Europe/Berlin").path
    text = path.with_name(f"{path.name}.csv").read_text("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


def card(connection: sa.Connection) -> sa.RowMapping:
    return connection.execute(sa.select(quality.scorecard)).mappings().one()


def test_a_refusal_names_rule_severity_and_remedy_and_nothing_of_the_content(
    connection: sa.Connection, tmp_path: Path
) -> None:
    refuse(connection, "half", "/inbox/Mustermann.csv, table persons: 3 rows read")
    (line,) = written(connection, tmp_path)
    assert (line["rule"], line["severity"], line["row"]) == ("half", "Fehler", "")
    assert line["text"].startswith(RULES["half"].finds_de)
    assert line["text"].endswith("vollständig liefern.")
    for path in (tmp_path / OFFICE.source).iterdir():
        assert "Mustermann" not in path.read_text("utf-8")
        assert "inbox" not in path.read_text("utf-8")


def test_a_refusal_counts_though_no_row_was_counted(
    connection: sa.Connection, tmp_path: Path
) -> None:
    for rule in ("half", "half", "encoding"):
        refuse(connection, rule)
    assert [line["rule"] for line in written(connection, tmp_path)] == ["encoding", "half"]
    assert (card(connection)["deliveries"], card(connection)["received_on"]) == (2, None)


def test_after_a_good_delivery_the_refusal_is_history_and_a_new_one_is_told(
    connection: sa.Connection, tmp_path: Path
) -> None:
    refuse(connection, "half")
    enter(connection, 1, "accepted")
    assert written(connection, tmp_path) == []
    assert card(connection)["deliveries"] == 2
    refuse(connection, "half")
    assert [line["rule"] for line in written(connection, tmp_path)] == ["half"]
    assert len(standing(connection, OFFICE.source, MONTH)) == 1


def test_a_withdrawal_does_not_bring_an_old_refusal_back(
    connection: sa.Connection, tmp_path: Path
) -> None:
    refuse(connection, "half")
    enter(connection, 1, "withdrawn")
    assert written(connection, tmp_path) == []


def test_a_refusal_without_a_rule_is_told_too(connection: sa.Connection, tmp_path: Path) -> None:
    refuse(connection, None)
    (line,) = written(connection, tmp_path)
    assert line["rule"] == "delivery_refused"


def test_the_checks_that_stopped_a_delivery_are_told_in_their_own_words(
    connection: sa.Connection, tmp_path: Path
) -> None:
    connection.execute(
        quality.check_result.insert().values(
            month=MONTH, asset="immigration_office_incoming", rule="persons__sex_mostly_filled",
            source=OFFICE.source, description_de="Das Geschlecht ist bekannt.", passed=False,
            blocking=True, checked=200, unexpected=190, known_at=DUE,
        )
    )  # fmt: skip
    stopped = "persons__sex_mostly_filled, persons__rows_not_cut_or_doubled [half]"
    enter(connection, 1, "refused", reason=f"quality: {stopped}")
    lines = {line["rule"]: line["text"] for line in written(connection, tmp_path)}
    assert lines["persons__sex_mostly_filled"].startswith(
        "Nicht eingehalten: Das Geschlecht ist bekannt."
    )
    assert lines["half"].startswith(RULES["half"].finds_de)
    assert card(connection)["deliveries"] == 1
    enter(connection, 2, "accepted")
    assert written(connection, tmp_path) == []


def test_timeliness_is_told_by_when_it_was_pulled_not_by_what_it_says(
    connection: sa.Connection, tmp_path: Path
) -> None:
    enter(connection, 1, "accepted", pulled_at=DUE + timedelta(days=9))
    written(connection, tmp_path)
    assert (card(connection)["received_on"], card(connection)["days_late"]) == (
        date(2025, 10, 12), 7,
    )  # fmt: skip


def test_every_rule_that_refuses_says_what_to_do() -> None:
    assert RULES.keys() - _DO.keys() == {"missing", "unfinished", "transport"}
