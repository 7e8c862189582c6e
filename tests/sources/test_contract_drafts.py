"""A draft contract is good at once, keeps nothing it does not understand, and holds no value."""

import io
from pathlib import Path

import pytest
import xlsxwriter
import yaml
from hypothesis import given
from hypothesis import settings as tried
from hypothesis import strategies as st
from small_deliveries import CASES, case_delivery, office_delivery

from kim_pipeline.errors import DeliveryError
from kim_pipeline.settings import Settings
from sources.authoring.draft_contract import Draft, draft_contract
from sources.authoring.vocabulary import is_known_word, meaning_of
from sources.contracts.contract import Contract, inspect_contract
from sources.contracts.tables import Table

HEADER = (
    "Aktenzeichen;Familienname;Vorname;Geburtsdatum;Staatsangehörigkeit;Betrag;Status;Bemerkung"
)
ROWS = (
    "X-001;Mustermann;Erika;17.05.1985;163;1.234,50;OFFEN;Spricht mit Frau Canary über alles",
    "X-002;Kanarienvogel;Ömer;00.00.1990;475;987,00;ZU;",
    "X-003;Musterfrau;Zoë;01.12.1971;166;12,30;OFFEN;Ein langer Vermerk über Nachbarn und Kinder",
)  # fmt: skip
SECRETS = [
    cell for row in ROWS for cell in row.split(";") if len(cell) > 3 and cell not in ("OFFEN",)
]


def drafted(path: Path, **options: object) -> tuple[Draft, Contract]:
    draft = draft_contract(path, "new_office", options.get("table"), options.get("header_row"))  # type: ignore[arg-type]
    target = path.with_name("draft.odcs.yaml")
    target.write_text(draft.text, "utf-8")
    contract, problems = inspect_contract(target)
    assert problems == ()
    assert contract is not None
    return draft, contract


def csv_file(tmp_path: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "Mustermann_2026.csv"
    path.write_bytes("\r\n".join(lines).encode(encoding))
    return path


def rules(table: Table, name: str) -> list[str]:
    return [rule.name for rule in table.field(name).rules]


def test_a_csv_becomes_a_contract_that_passes_its_check(tmp_path: Path) -> None:
    path = csv_file(tmp_path, HEADER, *ROWS, encoding="cp1252")
    _, contract = drafted(path, table="cases")
    table = contract.table("cases")
    assert (contract.location.encoding, contract.location.text.delimiter) == ("windows-1252", ";")
    assert [field.name for field in table.key_fields] == ["person_number"]
    assert table.field("birth_date").partly_known
    assert table.field("birth_date").date_format == "dd.MM.yyyy"
    assert table.field("nationality").code_list == "nationalities"
    assert table.field("betrag").kind == "number"
    assert rules(table, "person_number") == ["pseudonymise"]
    assert rules(table, "family_name") == rules(table, "given_names") == ["link"]
    assert rules(table, "birth_date") == ["coarsen", "link"]
    assert rules(table, "status") == rules(table, "bemerkung") == ["drop"]
    assert table.field("bemerkung").classification == "free-text"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_no_value_and_no_file_name_is_in_the_draft(tmp_path: Path, encoding: str) -> None:
    draft, _ = drafted(csv_file(tmp_path, HEADER, *ROWS, encoding=encoding))
    for secret in [*SECRETS, "Mustermann_2026"]:
        assert secret not in draft.text


def test_the_delivery_of_an_office_is_understood(settings: Settings) -> None:
    folder = office_delivery(settings)
    _, contract = drafted(folder / "persons.csv", table="persons")
    table = contract.table("persons")
    linked = {rule.role for field in table.fields for rule in field.rules_named("link")}
    assert linked >= {"given", "family", "birth_date", "sex", "nationality", "street", "azr_number"}
    assert table.field("birth_name").rules_named("link")
    _, contract = drafted(folder / "residence_titles.csv")
    assert [f.name for f in contract.tables[0].key_fields] == ["person_number", "sequence"]


@pytest.mark.parametrize(
    "lines",
    [
        ROWS,
        ["Erika;Mustermann;Velbert", "Hans;Musterfrau;Haan"],
        ["Name;Name;Ort", "a;b;c"],
        ["Name;;Ort", "a;b;c"],
        ["Name;Ort;Mustermann, Erika 1985", "a;b;c"],
        [HEADER, ROWS[0], HEADER, ROWS[1]],
        [""],
    ],
)
def test_a_file_without_header_is_refused_without_a_word_of_it(
    tmp_path: Path, lines: list[str]
) -> None:
    with pytest.raises(DeliveryError) as caught:
        draft_contract(csv_file(tmp_path, *lines), "new_office", None, None)
    for cell in ";".join(lines).split(";"):
        assert len(cell) < 4 or cell not in str(caught.value)


def test_a_header_below_a_title_is_found_or_told(tmp_path: Path) -> None:
    path = csv_file(tmp_path, "Auszug vom 01.10.2026;;;;;;;", HEADER, *ROWS)
    _, contract = drafted(path)
    assert contract.location.text.header_row == 2
    _, contract = drafted(path, header_row=2)
    assert contract.location.text.header_row == 2


def test_a_told_header_that_shows_a_value_is_hidden(tmp_path: Path) -> None:
    path = csv_file(tmp_path, "Aktenzeichen;Canary", "A1;x", "A2;Canary")
    draft, _ = drafted(path, header_row=1)
    assert "Canary" not in draft.text
    assert "SPALTE_2" in draft.text


def test_a_workbook_becomes_tables_by_sheet(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name in ("Personen", "Kurse"):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["Liste der Stadt"])
            for number, line in enumerate((HEADER, *ROWS), 1):
                sheet.write_row(number, 0, line.split(";"))
    draft, contract = drafted(path)
    assert [table.name for table in contract.tables] == ["personen", "kurse"]
    assert contract.location.text.header_row == 2
    assert contract.person_table == contract.tables[0]
    assert not contract.tables[1].links_people
    assert all(secret not in draft.text for secret in SECRETS)


def test_xml_becomes_tables_by_path(tmp_path: Path) -> None:
    path = tmp_path / "x.xml"
    records = "".join(
        f"<p:Person><p:Kundennummer>K{n}</p:Kundennummer><p:Nachname>Canary{n}</p:Nachname>"
        f"<p:Leistung><p:LfdNr>1</p:LfdNr><p:Beginn>2026-01-0{n}</p:Beginn></p:Leistung></p:Person>"
        for n in range(1, 5)
    )
    path.write_text(f"<p:Liste xmlns:p='urn:invented'>{records}</p:Liste>", "utf-8")
    draft, contract = drafted(path)
    assert [table.delivered for table in contract.tables] == ["p:Person", "p:Person/p:Leistung"]
    assert contract.location.xml.namespaces == {"p": "urn:invented"}
    assert [f.delivered for f in contract.tables[1].key_fields] == ["../p:Kundennummer", "p:LfdNr"]
    assert "Canary" not in draft.text


def test_a_database_becomes_tables(settings: Settings) -> None:
    path = case_delivery(settings) / "case_management.sqlite"
    draft = draft_contract(path, "new_office", None, None)
    target = path.with_name("draft.odcs.yaml")
    target.write_text(draft.text, "utf-8")
    contract, problems = inspect_contract(target)
    assert contract is not None
    assert {problem.kind for problem in problems} == {"no_key"}  # tables without rows
    assert {table.delivered for table in contract.tables} == {t.delivered for t in CASES.tables}
    assert "Secretname" not in draft.text
    assert "Öztürk" not in draft.text


@pytest.mark.parametrize("name", ["x.csv", "x.xlsx", "x.xml", "x.sqlite", "x.ods", "x.zip", "x"])
@pytest.mark.parametrize("content", [b"", bytes(range(256)), b"PK\x03\x04Canary", b"\xff" * 99])
def test_what_cannot_be_read_is_refused_in_one_line(
    tmp_path: Path, name: str, content: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(DeliveryError) as caught:
        draft_contract(path, "new_office", None, None)
    assert "\n" not in str(caught.value)
    assert "Canary" not in str(caught.value)


def test_elements_and_sheets_that_are_called_like_a_value_are_hidden(tmp_path: Path) -> None:
    path = tmp_path / "x.xml"
    record = "<Canary><Kundennummer>{}</Kundennummer><Vogel>x</Vogel><Art>vogel</Art></Canary>"
    more = "<Person><Kundennummer>3</Kundennummer><Art>canary</Art></Person>"
    path.write_text(f"<L>{record.format(1)}{record.format(2)}{more}</L>", "utf-8")
    draft = draft_contract(path, "new_office", None, None)
    assert "Canary" not in draft.text
    assert "Vogel" not in draft.text
    assert "TABELLE_1" in draft.text


@pytest.mark.parametrize(
    "text", ["<a><b>", "<!DOCTYPE a [<!ENTITY x 'Canary'>]><a><b><c>&x;</c></b></a>", "<a/>"]
)
def test_bad_xml_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.xml"
    path.write_text(text, "utf-8")
    with pytest.raises(DeliveryError) as caught:
        draft_contract(path, "new_office", None, None)
    assert "Canary" not in str(caught.value)


WORDS = st.text(st.characters(codec="cp1252", exclude_characters=';"\r\n\0'), min_size=5)
CELLS = WORDS.map(lambda text: "Q" + text.strip() + "Q")


@tried(max_examples=40, deadline=None)
@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=8))
def test_whatever_the_values_none_is_in_the_draft(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    lines = ["Kundennummer;Nachname;Irgendein Merkmal", *(";".join(row) for row in rows)]
    path = csv_file(tmp_path_factory.mktemp("draft"), *lines)
    draft = draft_contract(path, "new_office", None, None)
    document = yaml.safe_load(io.StringIO(draft.text))
    assert document["id"] == "new_office"
    assert [cell for row in rows for cell in row if cell in draft.text] == []


def test_a_code_that_stands_on_few_rows_is_not_written_down(tmp_path: Path) -> None:
    lines = [f"A{n};{'HAFT' if n == 7 else 'FREI'}" for n in range(60)]
    draft, contract = drafted(csv_file(tmp_path, "Aktenzeichen;Unterbringung Art", *lines))
    assert "HAFT" not in draft.text
    assert not contract.tables[0].fields[1].codes


def test_words_of_headers_are_known_and_names_of_people_are_not() -> None:
    assert all(map(is_known_word, ("GUELTIG_BIS", "Antragsdatum", "AZR-Nr.")))
    assert not any(map(is_known_word, ("Mustermann", "Erika", "Velbert", "Öztürk", "k")))
    assert meaning_of("Antragsdatum") is None
    assert meaning_of("Geb.-Datum").name == "birth_date"  # type: ignore[union-attr]
