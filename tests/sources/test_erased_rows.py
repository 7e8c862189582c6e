"""A record that was erased stays away, however often it is delivered again."""

import sqlite3
from pathlib import Path

import pyarrow as pa
from small_deliveries import CASES, MONTH, case_delivery

from kim_pipeline.privacy.keyring import Keyring
from kim_pipeline.privacy.pseudonyms import pseudonyms
from kim_pipeline.settings import Settings
from kim_pipeline.warehouse.erased import ERASED_RECORDS, Erased, mark
from sources.contracts.leading import PERSON
from sources.incoming.erased_rows import tokens_without_erased
from sources.incoming.pseudonymise import pseudonymise, read_incoming
from sources.incoming.ready import TOKENS, delivered_tokens
from sources.receiving.intake import pull

OWN = (
    ("clients", {"client_id": "C2"}),
    ("cases", {"case_id": "K2", "client_id": "C2"}),
    ("goals", {"goal_id": "G2", "case_id": "K2"}),
    ("consents", {"consent_id": "E2", "client_id": "C2"}),
)


def second_client(folder: Path) -> None:
    """Add a client with a case, a goal and a consent; both clients agreed to be linked."""
    with sqlite3.connect(folder / "case_management.sqlite") as connection:
        given = ("E1", "C1", "VERKNUEPFUNG", "2026-02-01", None)
        connection.execute("INSERT INTO consents VALUES (?, ?, ?, ?, ?)", given)
        for table, own in OWN:
            read = connection.execute(f"SELECT * FROM {table}")
            first = dict(zip([name for name, *_ in read.description], read.fetchone(), strict=True))
            row = list((first | own).values())
            connection.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)
    connection.close()


def test_an_erased_record_leaves_every_table_and_the_tokens(
    settings: Settings, keyring: Keyring
) -> None:
    second_client(case_delivery(settings))
    pulled = pull(CASES, MONTH, settings, keyring)
    key = keyring.pseudonym_key(CASES.source)
    (gone,) = pseudonyms(pa.array(["C2"]), key, PERSON).to_pylist()
    marks = keyring.hub_key(ERASED_RECORDS)
    erased = Erased(CASES.source, frozenset({mark(marks, CASES.source, gone)}), marks)
    before = pseudonymise(CASES, pulled, settings, keyring)
    tables = [*(name for name, _ in OWN), TOKENS]
    assert [_rows(settings, name) for name in tables] == [2, 2, 2, 2, 2]
    made = pseudonymise(CASES, pulled, settings, keyring, erased=erased)
    assert [_rows(settings, name) for name in tables] == [1, 1, 1, 1, 1]
    assert made.rows_accepted == before.rows_accepted - len(OWN)
    assert made.rows_withheld == before.rows_withheld + len(OWN)
    assert made.rows_rejected == before.rows_rejected
    assert not any(gone in str(_read(settings, name).to_pydict()) for name in tables)
    anew = tokens_without_erased(delivered_tokens(CASES, pulled, keyring, MONTH), erased)
    assert anew["record_pseudonym"].to_pylist() != [gone]
    assert anew.num_rows == 1


def test_a_mark_knows_its_record_in_its_source_and_under_its_key_alone(keyring: Keyring) -> None:
    key, other = keyring.hub_key(ERASED_RECORDS), keyring.hub_key("other")
    names = ["00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002"]
    erased = Erased("job_centre", frozenset({mark(key, "job_centre", names[0])}), key)
    assert erased.among(names) == {names[0]}
    assert Erased("immigration_office", erased.marks, key).among(names) == frozenset()
    assert Erased("job_centre", erased.marks, other).among(names) == frozenset()


def _read(settings: Settings, table: str) -> pa.Table:
    return read_incoming(settings, CASES.source, MONTH, table)


def _rows(settings: Settings, table: str) -> int:
    return _read(settings, table).num_rows
