"""No person without consent is taken in and linked, wherever the delivery was made (R15)."""

from dataclasses import replace
from datetime import date

import pyarrow as pa
import pytest
from pyarrow import parquet

from quality_checks.consents import consent_frame, consent_rules, consents_loaded
from quality_checks.hub import Hub
from quality_checks.validation import validate_frame
from sources.contracts.contract import load_contracts

CONTRACTS = {contract.source: contract for contract in load_contracts()}
CLIENTS = CONTRACTS["case_management"]
MONTH = date(2026, 10, 1)
GIVEN = {"scope": "VERKNUEPFUNG", "given_on": date(2026, 10, 31), "revoked_on": None}


def _uncovered(hub: Hub, *changes: dict[str, object]) -> int | None:
    """Deliver one person per consent, and count those that no consent covers."""
    folder = hub.settings.incoming / "case_management" / "2026-10"
    folder.mkdir(parents=True, exist_ok=True)
    persons = [f"person-{number}" for number, _ in enumerate(changes)]
    consents = [
        {**GIVEN, **change, "record_pseudonym": person}
        for person, change in zip(persons, changes, strict=True)
    ]
    dates = {name: pa.date32() for name in ("given_on", "revoked_on")}
    names = {name: dates.get(name, pa.string()) for name in consents[0]}
    parquet.write_table(
        pa.Table.from_pylist(consents, pa.schema(list(names.items()))), folder / "consents.parquet"
    )
    parquet.write_table(pa.table({"record_pseudonym": persons}), folder / "clients.parquet")
    (outcome,) = validate_frame(consent_frame(CLIENTS)(MONTH, hub), consent_rules(CLIENTS))
    assert (outcome.error, outcome.rule.blocking) == (None, True)
    return outcome.unexpected


@pytest.mark.parametrize(
    "change",
    [
        {"given_on": date(2026, 11, 1)},
        {"given_on": None},
        {"revoked_on": date(2026, 10, 31)},
        {"scope": "FALLKONFERENZ"},
    ],
    ids=["given later", "never given", "taken back", "for something else"],
)
def test_a_person_without_consent_is_found(hub: Hub, change: dict[str, object]) -> None:
    assert _uncovered(hub, {}, {"revoked_on": date(2026, 11, 1)}) == 0
    assert _uncovered(hub, {}, change) == 1


def test_nothing_is_told_where_the_approval_keeps_consents_from_being_loaded() -> None:
    assert CLIENTS.consent is not None
    consents = CLIENTS.table("consents")
    hidden = replace(consents.field("revoked_on"), approved=False)
    kept = tuple(f for f in consents.fields if f.name != "revoked_on")
    for table in (replace(consents, approved=False), replace(consents, fields=(*kept, hidden))):
        others = tuple(t for t in CLIENTS.tables if t.name != "consents")
        assert not consents_loaded(replace(CLIENTS, tables=(*others, table)), CLIENTS.consent)
    assert consents_loaded(CLIENTS, CLIENTS.consent)


def test_only_contracts_that_ask_for_consent_have_the_rule() -> None:
    assert [source for source, c in CONTRACTS.items() if consent_rules(c)] == ["case_management"]
