"""A watermark tells that a database was not changed since its last pull, and nothing else."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
import yaml
from psycopg import sql
from small_deliveries import CASES, MONTH, announce, case_delivery

from kim_pipeline.errors import DeliveryError
from kim_pipeline.periods import next_month
from kim_pipeline.privacy.keyring import Keyring
from kim_pipeline.settings import Settings
from sources.contracts.contract import Contract, inspect_contract
from sources.contracts.location import Watermark
from sources.readers import sql_reader
from sources.readers.sql_reader import read_sql
from sources.receiving import database
from sources.receiving.database import read_database
from sources.receiving.intake import pull, read_pulled_tables
from sources.receiving.landing import landed

MARKED = replace(
    CASES, location=replace(CASES.location, watermark=(Watermark("loads", "finished_at"),))
)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """List every table that is read."""
    read: list[str] = []
    stream = sql_reader.stream_sql

    def counted(contract: Contract, *more: object) -> object:
        read.append(contract.source)
        return stream(contract, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(database, "stream_sql", counted)
    return read


def marked(settings: Settings) -> Callable[[str], None]:
    """Lay a database with a watermark; what is returned runs a statement on it."""
    path = case_delivery(settings) / "case_management.sqlite"

    def run(statement: str) -> None:
        with sqlite3.connect(path) as connection:
            connection.execute(statement)
        connection.close()

    run("CREATE TABLE loads (finished_at TEXT)")
    run("INSERT INTO loads VALUES ('2026-11-01T02:00:00')")
    return run


def test_an_unchanged_watermark_reads_nothing(
    settings: Settings, keyring: Keyring, reads: list[str]
) -> None:
    run = marked(settings)
    first = pull(MARKED, MONTH, settings, keyring)
    run("UPDATE clients SET given_name = 'Erika'")
    assert pull(MARKED, MONTH, settings, keyring) == first
    assert len(reads) == 1


def test_a_moved_watermark_reads_the_whole(
    settings: Settings, keyring: Keyring, reads: list[str]
) -> None:
    run = marked(settings)
    first = pull(MARKED, MONTH, settings, keyring)
    run("UPDATE clients SET given_name = 'Erika'")
    run("INSERT INTO loads VALUES ('2026-11-02T02:00:00')")
    announce(settings.inbox / CASES.source / "2026-10", CASES.source, sequence=2)
    second = pull(MARKED, MONTH, settings, keyring)
    assert second.content_mac != first.content_mac
    rows = read_pulled_tables(MARKED, second, keyring)["clients"].rows
    assert rows["given_names"].to_pylist() == ["Erika"]
    assert pull(MARKED, MONTH, settings, keyring) == second
    assert len(reads) == 2


def test_a_moved_watermark_over_the_same_content_is_read_once_more_only(
    settings: Settings, keyring: Keyring, reads: list[str]
) -> None:
    run = marked(settings)
    first = pull(MARKED, MONTH, settings, keyring)
    run("INSERT INTO loads VALUES ('2026-11-02T02:00:00')")
    for _ in range(2):
        assert pull(MARKED, MONTH, settings, keyring).content_mac == first.content_mac
    assert len(reads) == 2
    assert len(landed(settings.landing, CASES.source, MONTH)) == 1


def test_another_contract_or_an_empty_watermark_reads_the_whole(
    settings: Settings, keyring: Keyring, reads: list[str]
) -> None:
    run = marked(settings)
    pull(MARKED, MONTH, settings, keyring)
    pull(replace(MARKED, version="9.9.9"), MONTH, settings, keyring)
    assert len(reads) == 2
    run("DELETE FROM loads")
    for _ in range(2):
        pull(MARKED, MONTH, settings, keyring)
    assert len(reads) == 4


def test_a_watermark_holds_for_its_month_alone(
    settings: Settings, keyring: Keyring, reads: list[str]
) -> None:
    marked(settings)
    there = settings.inbox / CASES.source
    pull(MARKED, MONTH, settings, keyring)
    (there / "2026-10").rename(there / "2026-11")
    announce(there / "2026-11", CASES.source, period="2026-11", created="2026-12-01T06:00:00Z")
    pull(MARKED, next_month(MONTH), settings, keyring)
    assert len(reads) == 2


def test_a_watermark_that_is_not_there_is_refused(settings: Settings, keyring: Keyring) -> None:
    case_delivery(settings)
    with pytest.raises(DeliveryError, match=r"watermark.*\[changed_header\]"):
        pull(MARKED, MONTH, settings, keyring)


def test_only_a_database_has_a_watermark(tmp_path: Path) -> None:
    document = yaml.safe_load(Path("sources/immigration_office.odcs.yaml").read_text("utf-8"))
    mark = {"property": "watermark", "value": [{"table": "t", "column": "c"}]}
    document["servers"][0]["customProperties"].append(mark)
    path = tmp_path / "office.odcs.yaml"
    path.write_text(yaml.safe_dump(document), "utf-8")
    _, problems = inspect_contract(path)
    assert [problem.kind for problem in problems] == ["watermark"]


def test_a_table_is_sealed_batch_by_batch(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = marked(settings)
    monkeypatch.setattr(sql_reader, "BATCH", 2)
    for number in range(9):
        run(f"INSERT INTO contacts (contact_id) VALUES ('X{number}')")
    sizes = {
        name: [len(part) for part in parts] for name, parts in read_database(CASES, settings, MONTH)
    }
    assert len(sizes["contacts"]) == 5 + 1
    assert len(sizes["goals"]) == 1 + 1


def connect(settings: Settings) -> psycopg.Connection:
    url = sa.make_url(settings.warehouse_url or "").set(drivername="postgresql")
    return psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)


def on_server(settings: Settings) -> Contract:
    """Let a server give the contacts alone, from a view that says how it is read."""
    table = CASES.table("contacts")
    named = [replace(f, required=False) for f in table.fields]
    location = replace(MARKED.location, template=settings.warehouse_url or "")
    return replace(MARKED, location=location, tables=(replace(table, fields=tuple(named)),))


def test_a_server_is_read_in_one_state_without_writing(
    warehouse_settings: Settings, keyring: Keyring, reads: list[str]
) -> None:
    contract, keyring = on_server(warehouse_settings), replace(keyring, demo=False)
    names = [field.delivered for field in contract.tables[0].fields]
    told = ["current_setting('transaction_isolation')", "current_setting('transaction_read_only')"]
    columns = sql.SQL(", ").join(
        sql.SQL("{}::text AS {}").format(sql.SQL(what), sql.Identifier(name))
        for name, what in zip(names, [*told, *["'x'"] * (len(names) - 2)], strict=True)
    )
    with connect(warehouse_settings) as connection:
        view = sql.SQL("CREATE VIEW {} AS SELECT {}")
        connection.execute(view.format(sql.Identifier(contract.tables[0].delivered), columns))
        connection.execute("CREATE TABLE loads AS SELECT timestamp '2026-11-01 02:00' finished_at")
        first = pull(contract, MONTH, warehouse_settings, keyring)
        assert pull(contract, MONTH, warehouse_settings, keyring) == first
        assert len(reads) == 1
        connection.execute("INSERT INTO loads VALUES ('2026-11-02 02:00')")
        pull(contract, MONTH, warehouse_settings, keyring)
    assert len(reads) == 2
    row = read_sql(contract, warehouse_settings, MONTH)["contacts"].rows.to_pylist()[0]
    assert list(row.values())[:2] == ["repeatable read", "on"]
