"""Readers hand over strings as delivered, or refuse in one sentence that holds no value."""

import io
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_deliveries import (
    CASES,
    JOBS,
    MONTH,
    OFFICE,
    PERSON,
    TITLE,
    XML,
    case_delivery,
    csv_bytes,
)

from kim_pipeline.errors import DeliveryError
from kim_pipeline.settings import Settings
from sources.readers import sql_reader
from sources.readers.csv_reader import read_csv
from sources.readers.delivered import Delivered
from sources.readers.sql_reader import read_sql
from sources.readers.xml_reader import read_xml

PERSONS = OFFICE.table("persons")
TITLES = OFFICE.table("residence_titles")
WESTERN = PERSON | dict.fromkeys(("GEBURTSNAME", "ALIASNAMEN", "FRUEHERE_NAMEN"), "")
WESTERN["VORNAMEN"] = "Änne"
VALUES = ("Canary", "Öztürk", "Oeztuerk", "A10000001", "Secretname", "150301123456", "17.05.1985")


def office(content: bytes) -> Delivered:
    return read_csv(io.BytesIO(content), PERSONS, OFFICE.location, "office")


def jobs(content: bytes) -> dict[str, Delivered]:
    return read_xml(io.BytesIO(content), JOBS, MONTH, "jobs")


def refusal(read: Callable[[bytes], object], content: bytes) -> str:
    with pytest.raises(DeliveryError) as caught:
        read(content)
    text = str(caught.value)
    assert not any(value in text for value in VALUES)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return text


def test_csv_keeps_quoted_line_breaks_and_reads_empty_cells_as_null() -> None:
    rows = office(csv_bytes([PERSON, PERSON | {"BEMERKUNG": ""}])).rows
    assert rows["remark"].to_pylist() == [PERSON["BEMERKUNG"], None]
    assert rows["family_name"].to_pylist() == ["Öztürk-Canary"] * 2
    assert rows.column_names == [field.name for field in PERSONS.fields]


def test_csv_columns_may_stand_in_any_order() -> None:
    turned = dict(reversed(PERSON.items()))
    assert office(csv_bytes([turned])).rows.equals(office(csv_bytes([PERSON])).rows)


def test_a_missing_column_is_named() -> None:
    short = {name: value for name, value in PERSON.items() if name != "GEBURTSDATUM"}
    assert "GEBURTSDATUM is missing" in refusal(office, csv_bytes([short]))


def test_a_file_without_a_header_is_refused_without_its_values() -> None:
    headless = csv_bytes([PERSON]).split(b"\r\n", 1)[1]
    assert "AKTENZEICHEN is missing" in refusal(office, headless)


@pytest.mark.parametrize("policy", ["reject", "warn", "ignore"])
def test_an_unknown_column_follows_the_contract_and_is_never_named(policy: str) -> None:
    table = replace(PERSONS, unknown_columns=policy)
    content = csv_bytes([PERSON | {'Canary"; drop table x --': "1"}])

    def read(content: bytes) -> Delivered:
        return read_csv(io.BytesIO(content), table, OFFICE.location, "office")

    if policy == "reject":
        assert "1 columns are not in the contract" in refusal(read, content)
    else:
        assert read(content).unknown == 1
        assert read(content).rows.column_names == [field.name for field in PERSONS.fields]


def test_a_line_with_too_few_values_is_counted_by_its_number() -> None:
    content = csv_bytes([PERSON]) + b"A2;Canary\r\n" + csv_bytes([PERSON]).split(b"\r\n", 1)[1]
    delivered = office(content)
    assert delivered.count == 3
    assert len(delivered.malformed) == 1


@pytest.mark.parametrize(
    "content",
    [
        csv_bytes([WESTERN], "cp1252"),
        csv_bytes([PERSON]).decode("utf-8-sig").encode("utf-16"),
        b"",
        b"\xff\xfe\x00Canary",
    ],
    ids=["cp1252", "utf-16", "empty", "binary"],
)
def test_another_encoding_is_refused(content: bytes) -> None:
    refusal(office, content)


def test_utf8_delivered_as_cp1252_is_refused() -> None:
    location = replace(OFFICE.location, encoding="cp1252")

    def read(content: bytes) -> Delivered:
        return read_csv(io.BytesIO(content), PERSONS, location, "office")

    assert "not cp1252" in refusal(read, csv_bytes([PERSON]))
    assert read(csv_bytes([WESTERN], "cp1252")).rows["given_names"].to_pylist() == ["Änne"]


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters='\r\0"'), max_size=20)))
def test_csv_gives_back_every_text(texts: list[str]) -> None:
    rows = [TITLE | {"SCHLUESSEL": f'"{text}"'} for text in texts] or [TITLE]
    lines = [";".join(rows[0]), *(";".join(row.values()) for row in rows)]
    content = "\r\n".join(lines).encode("utf-8-sig")
    read = read_csv(io.BytesIO(content), TITLES, OFFICE.location, "office")
    assert read.rows["title_code"].to_pylist() == ([text or None for text in texts] or ["01"])


def test_xml_gives_one_table_per_record_path() -> None:
    tables = {name: delivered.rows for name, delivered in jobs(XML.encode("cp1252")).items()}
    assert tables["persons"]["family_name"].to_pylist() == ["Öztürk"]
    assert tables["persons"]["birth_name"].to_pylist() == [None]
    assert tables["benefits"]["sequence"].to_pylist() == ["1", "2"]
    assert tables["benefits"]["person_number"].to_pylist() == ["123A456789"] * 2
    assert tables["benefits"]["amount"].to_pylist() == ["1.079,29", "563"]
    assert tables["benefit_communities"]["size"].to_pylist() == ["3"]
    assert tables["employment"].num_rows == 0


def test_xml_reads_as_many_records_as_there_are() -> None:
    person = XML[XML.index("<Person>") : XML.index("<Bedarfsgemeinschaft>")]
    text = XML.replace(person, person * 3000)
    tables = jobs(text.encode("cp1252"))
    assert (tables["persons"].count, tables["benefits"].count) == (3000, 6000)


@pytest.mark.parametrize("cut", [0.2, 0.5, 0.99])
def test_truncated_xml_is_refused_with_its_line(cut: float) -> None:
    content = XML.encode("cp1252")
    assert "cut off at line" in refusal(jobs, content[: int(len(content) * cut)])


HOSTILE = {
    "entity": '<!DOCTYPE XSozial [<!ENTITY a "Canary">]>',
    "external entity": '<!DOCTYPE XSozial [<!ENTITY a SYSTEM "file://{file}">]>',
    "external DTD": '<!DOCTYPE XSozial SYSTEM "http://127.0.0.1:9/x.dtd">',
    "bomb": "<!DOCTYPE XSozial ["
    + '<!ENTITY a0 "Canary">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    + '<!ENTITY a "&a9;">]>',
}


@pytest.mark.parametrize("doctype", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_xml_is_refused(doctype: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("Secretname", "utf-8")
    text = XML.replace("<XSozial", doctype.replace("{file}", str(secret)) + "\n<XSozial", 1)
    text = text.replace("<Vorname>Sule", "<Vorname>&a;")
    assert "DTD" in refusal(jobs, text.encode("cp1252"))


def test_an_undefined_entity_is_refused() -> None:
    refusal(jobs, XML.replace("Sule", "&undefined;").encode("cp1252"))


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("windows-1252", "UTF-8", "encoding"),
        ("XSozial", "Andere", "root element"),
        ("2026-10", "2026-09", "this month"),
    ],
)
def test_another_xml_file_is_refused(old: str, new: str, reason: str) -> None:
    assert reason in refusal(jobs, XML.replace(old, new).encode("cp1252"))


def test_sql_reads_the_columns_of_the_contract_as_text(settings: Settings) -> None:
    case_delivery(settings)
    tables = read_sql(CASES, settings, MONTH)
    assert tables["clients"].rows["birth_date"].to_pylist() == ["1985-00-00"]
    assert tables["clients"].rows["azr_number"].to_pylist() == [None]
    assert tables["cases"].rows["phase"].to_pylist() == ["50"]
    assert tables["contacts"].count == 0


@pytest.mark.parametrize(
    "statement",
    ["DROP TABLE goals", "ALTER TABLE clients RENAME COLUMN family_name TO x"],
)
def test_a_database_without_a_table_or_column_is_refused(
    settings: Settings, statement: str
) -> None:
    folder = case_delivery(settings)
    with sqlite3.connect(folder / "case_management.sqlite") as connection:
        connection.execute(statement)
    connection.close()
    with pytest.raises(DeliveryError, match=r"table (goals|clients): the table or one of its"):
        read_sql(CASES, settings, MONTH)


def test_a_missing_or_broken_database_is_refused(settings: Settings) -> None:
    with pytest.raises(DeliveryError, match=r"no delivery at .*case_management\.sqlite"):
        read_sql(CASES, settings, MONTH)
    folder = case_delivery(settings)
    (folder / "case_management.sqlite").write_bytes(b"Canary" * 1000)
    with pytest.raises(DeliveryError, match="case_management") as caught:
        read_sql(CASES, settings, MONTH)
    assert "Canary" not in str(caught.value)


def test_a_database_is_opened_for_reading_only(settings: Settings) -> None:
    case_delivery(settings)
    url = sql_reader._url(CASES, settings, MONTH)
    with (
        pytest.raises(DeliveryError, match="cannot be read"),
        sql_reader._snapshot(url, CASES.source) as connection,
    ):
        connection.exec_driver_sql("DROP TABLE goals")


def test_reading_a_database_leaves_it_as_it_was(settings: Settings) -> None:
    folder = case_delivery(settings)
    before = (folder / "case_management.sqlite").read_bytes()
    read_sql(CASES, settings, MONTH)
    assert (folder / "case_management.sqlite").read_bytes() == before
    assert sorted(path.name for path in folder.iterdir()) == [
        "case_management.sqlite",
        "manifest.json",
    ]
