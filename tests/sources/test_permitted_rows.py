"""Whose consent does not hold leaves every table; what is not approved is never loaded."""

import sqlite3
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from small_deliveries import CASES, JOBS, MONTH, case_delivery, job_delivery

from kim_pipeline.errors import DeliveryError
from kim_pipeline.privacy.keyring import Keyring
from kim_pipeline.privacy.legal_gate import Approval
from kim_pipeline.settings import Settings
from sources.contracts.approval import within
from sources.contracts.contract import Contract
from sources.incoming.pseudonymise import Incoming, pseudonymise, read_incoming
from sources.incoming.ready import TOKENS, delivered_tokens
from sources.receiving.intake import pull

LINKING, CONFERENCE = "VERKNUEPFUNG", "FALLKONFERENZ"
HOLDS = ("2026-02-01", None)


def consents(folder: Path, *rows: tuple[str, str, str | None, str | None]) -> None:
    """Write consents (client, scope, given, revoked) into a delivered database."""
    with sqlite3.connect(folder / "case_management.sqlite") as connection:
        for number, row in enumerate(rows):
            connection.execute("INSERT INTO consents VALUES (?, ?, ?, ?, ?)", (f"E{number}", *row))
    connection.close()


def second_client(folder: Path) -> None:
    """Add a client with a case and a goal of his own."""
    with sqlite3.connect(folder / "case_management.sqlite") as connection:
        for table, own in (
            ("clients", {"client_id": "C2"}),
            ("cases", {"case_id": "K2", "client_id": "C2"}),
            ("goals", {"goal_id": "G2", "case_id": "K2"}),
        ):
            read = connection.execute(f"SELECT * FROM {table}")
            first = dict(zip([name for name, *_ in read.description], read.fetchone(), strict=True))
            row = list((first | own).values())
            connection.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)
    connection.close()


def taken(contract: Contract, settings: Settings, keyring: Keyring) -> Incoming:
    pulled = pull(contract, MONTH, settings, keyring)
    return pseudonymise(contract, pulled, settings, keyring)


def rows(settings: Settings, table: str, source: str = CASES.source) -> int:
    return read_incoming(settings, source, MONTH, table).num_rows


def test_only_who_consents_is_loaded_from_any_table_and_gets_tokens(
    settings: Settings, keyring: Keyring
) -> None:
    folder = case_delivery(settings)
    second_client(folder)
    consents(folder, ("C1", LINKING, *HOLDS), ("C2", CONFERENCE, *HOLDS))
    made = taken(CASES, settings, keyring)
    found = {name: rows(settings, name) for name in ("clients", "cases", "goals", TOKENS)}
    assert found == {"clients": 1, "cases": 1, "goals": 1, TOKENS: 1}
    assert (made.rows_read, made.rows_accepted) == (8, 4)
    assert (made.rows_withheld, made.rows_rejected) == (4, 0)
    pulled = pull(CASES, MONTH, settings, keyring)
    assert delivered_tokens(CASES, pulled, keyring, MONTH).num_rows == 1


@pytest.mark.parametrize(
    ("given", "revoked", "loaded"),
    [
        ("2026-10-31", None, 1),
        ("2026-11-01", None, 0),
        ("2026-02-01", "2026-10-31", 0),
        ("2026-02-01", "2026-11-01", 0),  # ended before the delivery came
        ("2026-02-01", "2099-01-01", 1),
        (None, None, 0),
    ],
)
def test_a_consent_counts_from_the_day_it_is_given_until_the_day_it_ends(
    settings: Settings, keyring: Keyring, given: str | None, revoked: str | None, loaded: int
) -> None:
    folder = case_delivery(settings)
    consents(folder, ("C1", LINKING, given, revoked))
    taken(CASES, settings, keyring)
    assert rows(settings, "clients") == rows(settings, "goals") == loaded


@pytest.mark.parametrize("revoked", ["31.10.2026", "2026-10-31T09:00:00", "widerrufen"])
def test_a_consent_whose_end_cannot_be_read_does_not_count(
    settings: Settings, keyring: Keyring, revoked: str
) -> None:
    folder = case_delivery(settings)
    consents(folder, ("C1", LINKING, "2026-02-01", revoked))
    consents_table = replace(CASES.table("consents"), max_rejected_percent=100.0)
    tables = tuple(consents_table if t.name == "consents" else t for t in CASES.tables)
    taken(replace(CASES, tables=tables), settings, keyring)
    assert rows(settings, "clients") == rows(settings, TOKENS) == 0
    with pytest.raises(DeliveryError, match="in revoked_on"):
        taken(CASES, settings, keyring)


def test_a_table_that_leads_to_nobody_is_refused_where_consent_is_needed(
    settings: Settings, keyring: Keyring
) -> None:
    folder = case_delivery(settings)
    consents(folder, ("C1", LINKING, *HOLDS))
    goals = CASES.table("goals")
    fields = tuple(
        replace(field, rules=()) if field.delivered == "case_id" else field
        for field in goals.fields
    )
    lost = replace(goals, fields=fields, feeds=(), findings=())
    tables = tuple(lost if table.name == "goals" else table for table in CASES.tables)
    with pytest.raises(DeliveryError, match="goals lead to no person"):
        taken(replace(CASES, tables=tables), settings, keyring)


def test_columns_and_tables_beyond_the_approval_are_not_loaded(
    settings: Settings, keyring: Keyring
) -> None:
    job_delivery(settings)
    whole = taken(JOBS, settings, keyring)
    before = read_incoming(settings, JOBS.source, MONTH, TOKENS)
    fields = frozenset({"person_number", "sex", "town_ags", "family_name"})
    tables = {"persons": fields, "benefits": None}
    day = date(2027, 12, 31)
    approval = Approval(JOBS.source, "Kreis", "Personen", "Steuerung", day, tables)
    made = taken(within(JOBS, approval), settings, keyring)
    persons = read_incoming(settings, JOBS.source, MONTH, "persons")
    loaded = {n for n in persons.column_names if persons[n].null_count < persons.num_rows}
    findings = {n for n in persons.column_names if n.startswith("finding_")}
    assert loaded - findings == {"row_key", "record_pseudonym", "sex", "town_ags"}
    assert rows(settings, "benefit_communities", JOBS.source) == 0
    assert rows(settings, "benefits", JOBS.source) == 2
    assert made.rows_withheld == whole.rows_accepted - made.rows_accepted == 1
    after = read_incoming(settings, JOBS.source, MONTH, TOKENS)
    assert after.num_rows == before.num_rows
    assert not after.equals(before)
