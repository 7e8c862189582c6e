"""Feedback: what a source gets back hangs on its own deliveries and on nothing else."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from kim_pipeline.settings import Settings
from kim_pipeline.warehouse.engine import owner_engine
from kim_pipeline.warehouse.provision import provision
from kim_pipeline.warehouse.schema import core, quality, register
from kim_pipeline.warehouse.schema.base import FOREVER, FOREVER_DATE
from sources.accepting.staging import reference_codes, staging_tables
from sources.contracts.contract import load_contracts
from sources.feedback.feedback import ENDINGS, write_feedback, written
from sources.feedback.files import COLUMNS, as_csv

MONTH = date(2025, 9, 1)
KNOWN = datetime(2025, 10, 5, 6, tzinfo=UTC)
ZONE = "Europe/Berlin"
CONTRACTS = {contract.source: contract for contract in load_contracts()}
TABLES = {t.name: t for c in CONTRACTS.values() for t in staging_tables(c).values()}
OFFICE = CONTRACTS["immigration_office"]
PERSONS = "immigration_office_persons"
OTHERS = sorted(set(CONTRACTS) - {OFFICE.source})


def key(number: int) -> str:
    return f"00000000-0000-0000-0000-{number:012d}"


@pytest.fixture
def connection(warehouse_settings: Settings) -> Iterator[sa.Connection]:
    engine = owner_engine(warehouse_settings)
    provision(engine, list(TABLES.values()), reference_codes(), {"05158004": "Erkrath"})
    with engine.connect() as opened:
        yield opened
    engine.dispose()


def deliver(connection: sa.Connection, source: str, sequence: int = 1, **facts: Any) -> int:
    number = connection.scalar(sa.select(sa.func.count()).select_from(quality.delivery)) or 0
    moment = KNOWN + timedelta(days=number)
    entry = {
        "delivery_id": number + 1,
        "source": source,
        "month": MONTH,
        "sequence": sequence,
        "received_at": KNOWN,
        "known_at": moment,
        "status": "accepted",
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
    return number + 1


def row(connection: sa.Connection, table: str, number: int, **values: Any) -> None:
    found = [c.name for c in TABLES[table].columns if c.name.startswith("finding_")]
    connection.execute(
        TABLES[table]
        .insert()
        .values(
            {
                "row_key": key(number),
                "record_pseudonym": key(number),
                "valid_from": MONTH,
                "valid_to": FOREVER_DATE,
                "known_from": KNOWN,
                "known_to": FOREVER,
                "asserted_by": 1,
                **dict.fromkeys(found, False),
                **values,
            }
        )
    )


def resident(connection: sa.Connection, number: int, **values: Any) -> None:
    row(connection, PERSONS, number, file="A", **values)


def reject(
    connection: sa.Connection, delivery: int, reason: str, *rows: int, town: str = ""
) -> None:
    connection.execute(
        quality.rejection.insert().values(
            delivery_id=delivery,
            position=1,
            table_name="persons",
            column_name="file",
            reason=reason,
            town_ags=town,
            rows_rejected=len(rows),
            row_numbers=list(rows),
        )
    )


def feedback(connection: sa.Connection, folder: Path) -> dict[str, bytes]:
    made = write_feedback(connection, OFFICE, MONTH, folder, ZONE)
    return {e: made.path.with_name(made.path.name + e).read_bytes() for e in ENDINGS}


def lines(files: dict[str, bytes]) -> list[dict[str, str]]:
    text = files[".csv"].decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


def test_findings_name_record_rule_field_and_severity(
    connection: sa.Connection, tmp_path: Path
) -> None:
    deliver(connection, OFFICE.source)
    resident(connection, 1, finding_azr_number_plausible=True)
    resident(connection, 2, finding_birth_date_is_1_january=True)
    resident(connection, 3)
    found = lines(feedback(connection, tmp_path))
    assert [(r["record_pseudonym"], r["rule"], r["field"], r["severity"]) for r in found] == [
        (key(1), "azr_number_plausible", "AZR_NR", "Prüfen"),
        (key(2), "birth_date_is_1_january", "GEBURTSDATUM", "Hinweis"),
    ]
    assert found[0]["text"] == "AZR-Nummer nicht plausibel"


def test_refused_rows_are_told_by_number_and_reason(
    connection: sa.Connection, tmp_path: Path
) -> None:
    reject(connection, deliver(connection, OFFICE.source), "required value missing", 7, 12)
    found = lines(feedback(connection, tmp_path))
    assert [(r["file"], r["row"], r["field"], r["severity"]) for r in found] == [
        ("persons.csv", "7", "AKTE", "Fehler"),
        ("persons.csv", "12", "AKTE", "Fehler"),
    ]
    assert {r["text"] for r in found} == {"Pflichtangabe fehlt"}
    assert {r["record_pseudonym"] for r in found} == {""}


def test_a_refused_row_names_the_town_whose_file_it_is_in(
    connection: sa.Connection, tmp_path: Path
) -> None:
    number = deliver(connection, OFFICE.source)
    reject(connection, number, "required value missing", 7, town="05158024")
    (found,) = lines(feedback(connection, tmp_path))
    assert (found["file"], found["row"]) == ("05158024: persons.csv", "7")


def test_only_the_newest_delivery_of_the_month_counts(
    connection: sa.Connection, tmp_path: Path
) -> None:
    reject(connection, deliver(connection, OFFICE.source), "required value missing", 7)
    deliver(connection, OFFICE.source, sequence=2)
    resident(connection, 1, finding_azr_number_plausible=True, known_to=KNOWN + timedelta(days=1))
    resident(connection, 2, finding_azr_number_plausible=True, valid_to=date(2025, 8, 1),
             valid_from=date(2025, 7, 1))  # fmt: skip
    assert lines(feedback(connection, tmp_path)) == []


def test_a_record_carries_the_newest_sealed_number(
    connection: sa.Connection, tmp_path: Path
) -> None:
    deliver(connection, OFFICE.source)
    resident(connection, 1, finding_azr_number_plausible=True)
    for days, sealed in ((0, "kim1:old"), (1, "kim1:new")):
        connection.execute(
            register.recontact.insert().values(
                source=OFFICE.source,
                record_pseudonym=key(1),
                kid=f"k{days}",
                sealed=sealed,
                known_from=KNOWN + timedelta(days=days),
            )
        )
    assert [r["contact"] for r in lines(feedback(connection, tmp_path))] == ["kim1:new"]


def test_files_are_closed_to_others_and_hold_texts_only(
    connection: sa.Connection, tmp_path: Path
) -> None:
    deliver(connection, OFFICE.source)
    resident(connection, 1, finding_azr_number_plausible=True)
    files = feedback(connection, tmp_path)
    folder = tmp_path / OFFICE.source
    assert {p.stat().st_mode & 0o777 for p in folder.iterdir()} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700
    told = json.loads(files[".json"])
    assert {type(v) for finding in told["findings"] for v in finding.values()} == {str}
    assert [entry["month"] for entry in written(tmp_path)] == ["2025-09"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_cell_is_a_formula(start: str) -> None:
    text = as_csv([dict.fromkeys(COLUMNS, f"{start}cmd()")])
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";"))
    assert {cell[0] for cell in rows[1]} == {"'"}


def test_the_scorecard_says_how_late_a_delivery_came(
    connection: sa.Connection, tmp_path: Path
) -> None:
    deliver(connection, OFFICE.source, status="refused", received_at=KNOWN - timedelta(days=2))
    late = datetime(2025, 10, 5, 23, tzinfo=UTC)  # the 6th in Berlin
    deliver(connection, OFFICE.source, sequence=2, received_at=late, rows_rejected=3)
    page = feedback(connection, tmp_path)[".html"].decode()
    card = connection.execute(sa.select(quality.scorecard)).mappings().one()
    assert (card["due_on"], card["grace_ends_on"]) == (date(2025, 10, 3), date(2025, 10, 5))
    assert (card["received_on"], card["days_late"]) == (date(2025, 10, 6), 1)
    assert (card["deliveries"], card["rows_rejected"]) == (2, 3)
    assert "1 Tage nach Ablauf der Nachfrist" in page


def test_the_scorecard_follows_a_rule_over_the_months(
    connection: sa.Connection, tmp_path: Path
) -> None:
    deliver(connection, OFFICE.source)
    earlier = date(2025, 8, 1)
    for month, wrong in ((earlier, 4), (MONTH, 1)):
        connection.execute(
            quality.check_result.insert().values(
                month=month, asset="immigration_office_incoming", rule="persons_sex_known",
                source=OFFICE.source, description_de="Das Geschlecht ist bekannt.", passed=False,
                blocking=False, checked=200, unexpected=wrong, known_at=KNOWN,
            )
        )  # fmt: skip
    write_feedback(connection, OFFICE, earlier, tmp_path, ZONE)
    page = feedback(connection, tmp_path)[".html"].decode()
    assert '2,00</td><td class="n">0,50' in page
    assert "August 2025" in page


def test_a_month_without_delivery_is_told_as_such(
    connection: sa.Connection, tmp_path: Path
) -> None:
    files = feedback(connection, tmp_path)
    assert "keine angenommene Lieferung" in files[".html"].decode()
    assert lines(files) == []


def _disturb(connection: sa.Connection, number: int, source: str, facts: dict[str, bool]) -> None:
    """Let another source deliver, be linked to the same people, and have findings of its own."""
    deliver(connection, source, sequence=number % 30_000 + 2, known_at=KNOWN + timedelta(number))
    contract = CONTRACTS[source]
    table = contract.person_table
    assert table is not None
    staged = TABLES[contract.staging_name(table)]
    found = {c.name: facts["finding"] for c in staged.columns if c.name.startswith("finding_")}
    row(connection, staged.name, number, record_pseudonym=key(1 + number), **found)
    person = key(900 + number % 2)
    connection.execute(
        register.link.insert().values(
            source=source,
            record_pseudonym=key(1 + number),
            person_id=person,
            known_from=KNOWN + timedelta(number),
        )
    )
    connection.execute(
        core.benefit_spell.insert().values(
            person_id=key(number),
            benefit="ASYLBLG" if facts["asylum"] else "SGB2",
            valid_from=MONTH,
            known_from=KNOWN,
        )
    )
    connection.execute(
        quality.check_result.insert().values(
            month=MONTH, asset=f"{source}_{number}", rule="one_benefit_system",
            source=source if facts["sourced"] else None, description_de="Nur ein System.",
            passed=False, blocking=False, checked=9, unexpected=3, known_at=KNOWN,
        )
    )  # fmt: skip
    connection.execute(
        register.recontact.insert().values(
            source=source, record_pseudonym=key(1), kid=f"k{number}", sealed="kim1:theirs",
            known_from=KNOWN + timedelta(number),
        )
    )  # fmt: skip


DISTURBANCES = st.lists(
    st.tuples(
        st.integers(0, 20_000),
        st.sampled_from(OTHERS),
        st.fixed_dictionaries(dict.fromkeys(("finding", "asylum", "sourced"), st.booleans())),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda disturbance: disturbance[0],
)


@examples(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(disturbances=DISTURBANCES)
def test_whatever_other_sources_deliver_the_feedback_stays_the_same(
    connection: sa.Connection,
    tmp_path: Path,
    disturbances: list[tuple[int, str, dict[str, bool]]],
) -> None:
    with connection.begin_nested() as trial:
        number = deliver(connection, OFFICE.source)
        reject(connection, number, "primary key delivered before", 3)
        resident(connection, 1, finding_azr_number_plausible=True)
        resident(connection, 2, finding_birth_before_arrival=True)
        alone = feedback(connection, tmp_path)
        for disturbance in disturbances:
            _disturb(connection, *disturbance)
        assert feedback(connection, tmp_path) == alone
        trial.rollback()
