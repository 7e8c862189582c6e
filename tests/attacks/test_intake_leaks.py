"""Two ways past the contract: text nobody expected, and a sort that spills to disk (T33, T1)."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kim_pipeline.errors import ContractError
from sources.contracts.contract import Contract, load_contract, load_contracts
from sources.contracts.fields import Field

SPILLING = """
import sqlite3
connection = sqlite3.connect(sys.argv[1])
connection.execute("SELECT * FROM clients ORDER BY client_id").fetchall()
"""
READING = """
from dataclasses import replace
from datetime import date
from pathlib import Path
from kim_pipeline.settings import read_settings
from sources.contracts.contract import load_contracts
from sources.readers.sql_reader import read_sql
contract = next(c for c in load_contracts() if c.source == "case_management")
place = replace(contract.location, template=f"sqlite:///{sys.argv[1]}")
contract = replace(contract, location=place, tables=contract.tables[:1])
assert read_sql(contract, read_settings({}), date(2025, 8, 1))["clients"].count == 60_000
"""


def _open_texts() -> Iterator[tuple[Contract, Field]]:
    for contract in load_contracts():
        for field in (field for table in contract.tables for field in table.fields):
            if field.kind == "string" and field.rules_named("open"):
                yield contract, field


def test_no_staged_text_is_free() -> None:
    found = [*_open_texts()]
    assert len(found) > 20
    free = [f"{c.source} {f.name}" for c, f in found if not (f.codes or f.code_list or f.pattern)]
    assert free == []


def test_every_pattern_covers_the_whole_text_and_takes_no_name() -> None:
    for contract, field in _open_texts():
        if field.pattern and not (field.codes or field.code_list):
            assert field.pattern[0] + field.pattern[-1] == "^$", f"{contract.source} {field.name}"
            assert ".*" not in field.pattern, f"{contract.source} {field.name}"


def test_a_contract_with_a_free_text_left_open_is_refused(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "sources" / "immigration_office.odcs.yaml").read_text(
        "utf-8"
    )
    drop = "privacy, value: [{rule: drop}]"
    assert drop in text
    opened = tmp_path / "immigration_office.odcs.yaml"
    opened.write_text(text.replace(drop, "privacy, value: [{rule: open}]"), "utf-8")
    with pytest.raises(ContractError):
        load_contract(opened)


@pytest.fixture(scope="module")
def unsorted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database whose clients have no index, so that reading them in order needs a sort."""
    path = tmp_path_factory.mktemp("database") / "case_management.sqlite"
    names = [
        "client_id", "given_name", "family_name", "birth_name", "birth_date", "birth_place", "sex",
        "nationality", "street", "house_number", "postcode", "town_ags", "azr_number", "notes",
    ]  # fmt: skip
    rows = ((f"{n * 7919 % 60_000:08}", *["Erfundenername"] * 13) for n in range(60_000))
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(f"CREATE TABLE clients ({', '.join(names)})")
        database.executemany(f"INSERT INTO clients VALUES ({', '.join('?' * 14)})", rows)
    return path


@pytest.mark.parametrize(("program", "spills"), [(SPILLING, True), (READING, False)])
def test_reading_a_database_puts_no_name_into_a_temporary_file(
    program: str, spills: bool, unsorted: Path, tmp_path: Path
) -> None:
    """SQLite deletes such files as soon as it has opened them: only the folder's time tells."""
    before = tmp_path.stat().st_mtime_ns
    subprocess.run(
        [sys.executable, "-c", f"import sys\n{program}", unsorted],
        env={"SQLITE_TMPDIR": str(tmp_path)},
        check=True,
    )
    assert (tmp_path.stat().st_mtime_ns != before) is spills
