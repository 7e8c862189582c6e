"""No identifier lies in any byte that an installation leaves, sealed deliveries apart (T1)."""

import json

import psycopg
import pyarrow as pa
import pytest
from byte_search import ByteSearch, Hit
from canaries import CANARIES, Canary
from needles import needles_of
from small_kreis import MONTHS, SmallKreis
from traces import found_in, owner_url, sealed_files

from kim_pipeline.privacy.keyring import Keyring, load_keyring
from kim_pipeline.privacy.pseudonyms import pseudonyms
from kim_pipeline.privacy.sealed_file import read_sealed
from kim_pipeline.warehouse.server_place import data_folder
from sources.contracts.contract import load_contracts

NUMBERS = {
    "immigration_office": [canary.file_number for canary in CANARIES],
    "job_centre": [canary.customer for canary in CANARIES],
    "case_management": [canary.client for canary in CANARIES],
}


@pytest.fixture(scope="module")
def keyring(small_kreis: SmallKreis) -> Keyring:
    sources = [contract.source for contract in load_contracts()]
    return load_keyring(small_kreis.settings, sources, demo_allowed=True)


def test_no_identifier_is_left_anywhere(small_kreis: SmallKreis, search: ByteSearch) -> None:
    assert found_in(small_kreis, search) == set()


def test_a_leak_beside_the_real_files_is_found(small_kreis: SmallKreis, search: ByteSearch) -> None:
    leak = small_kreis.settings.dagster / "history" / "leak.log"
    leak.write_text(json.dumps({"message": CANARIES[1].note}), "utf-8")
    try:
        assert {hit.place for hit in found_in(small_kreis, search)} == {str(leak)}
    finally:
        leak.unlink()


def test_a_leak_in_the_warehouse_is_found(small_kreis: SmallKreis, search: ByteSearch) -> None:
    with psycopg.connect(owner_url(small_kreis)) as connection:
        connection.execute("CREATE TABLE staging.leak (born date, story text)")
        story = CANARIES[0].note * 900  # long enough to be compressed
        connection.execute("INSERT INTO staging.leak VALUES (%s, %s)", ("1924-11-27", story))
        rows = connection.execute("SELECT t::text FROM staging.leak t").fetchone()
        connection.rollback()
    assert rows is not None
    assert len(search.in_bytes(rows[0].encode())) > 1


@pytest.mark.parametrize("canary", CANARIES[:2], ids=[c.file_number for c in CANARIES[:2]])
def test_a_committed_leak_is_found_in_the_files_of_the_server(
    canary: Canary, empty_kreis: SmallKreis, search: ByteSearch
) -> None:
    with psycopg.connect(owner_url(empty_kreis)) as connection:
        connection.execute("CREATE TABLE leak AS SELECT repeat('nobody ', 200) AS story")
    assert found_in(empty_kreis, search) == set()
    # After that checkpoint the row reaches the WAL only in an image of its page, which packs well.
    with psycopg.connect(owner_url(empty_kreis)) as connection:
        connection.execute("INSERT INTO leak VALUES (%s)", (canary.note,))
    whole_note = needles_of(canary)[canary.note.encode()]
    hits = {hit for hit in found_in(empty_kreis, search) if hit.needle == whole_note}
    assert Hit("table public.leak", whole_note) in hits
    for folder in ("base", "pg_wal"):
        below = f"{data_folder(empty_kreis.settings) / folder}/"
        assert any(hit.place.startswith(below) for hit in hits), folder


@pytest.mark.parametrize("canary", CANARIES, ids=[c.file_number for c in CANARIES])
def test_every_canary_lies_in_the_sealed_deliveries(
    canary: Canary, small_kreis: SmallKreis, keyring: Keyring
) -> None:
    opened = [read_sealed(path, keyring.landing_key).read() for path in sealed_files(small_kreis)]
    for number in (canary.file_number, canary.customer, canary.client):
        assert sum(number.encode() in content for content in opened) >= len(MONTHS)
    assert any(canary.note.encode() in content for content in opened)


@pytest.mark.parametrize("source", NUMBERS)
def test_every_canary_came_through_as_a_pseudonym(
    source: str, small_kreis: SmallKreis, keyring: Keyring
) -> None:
    made = pseudonyms(
        pa.array(NUMBERS[source]), keyring.pseudonym_key(source), "person"
    ).to_pylist()
    query = (
        "SELECT count(DISTINCT record_pseudonym) FROM register.link"
        " WHERE source = %s AND record_pseudonym = ANY(%s)"
    )
    with psycopg.connect(owner_url(small_kreis)) as connection:
        found = connection.execute(query, (source, made))
        assert found.fetchone() == (len(CANARIES),)


def test_the_free_text_of_case_workers_has_no_column(small_kreis: SmallKreis) -> None:
    query = "SELECT count(*) FROM information_schema.columns WHERE column_name = ANY(%s)"
    names = ["notes", "note", "remark", "bemerkung", "name", "birth_date", "street", "azr_number"]
    with psycopg.connect(owner_url(small_kreis)) as connection:
        where = " AND table_schema IN ('staging', 'register', 'core', 'quality')"
        assert connection.execute(query + where, (names,)).fetchone() == (0,)
