"""Code lists come from Genericode and CSV, keep their validity, and are compared by code."""

from pathlib import Path

import pytest

from kim_pipeline.errors import ContractError
from sources.authoring.code_list_files import compare_lists, read_official, write_list
from sources.authoring.list_import import Columns, ImportedList
from sources.contracts.list_files import ListVersion, installed, read_facts, read_list

PLAIN = Columns()
ROW = (
    "<Row><Value ColumnRef='S'><SimpleValue>{}</SimpleValue></Value>"
    "<Value><SimpleValue>{}</SimpleValue></Value><Value><SimpleValue>{}</SimpleValue></Value></Row>"
)


def genericode(tmp_path: Path, *rows: tuple[str, str, str], version: str = "9") -> Path:
    path = tmp_path / f"list_{version}.xml"
    body = "".join(ROW.format(*row) for row in rows)
    path.write_text(
        f"""<?xml version="1.0" encoding="UTF-8"?>
<gc:CodeList xmlns:gc="http://docs.oasis-open.org/codelist/ns/genericode/1.0/"
 xmlns:x="urn:profile">
<Annotation><AppInfo><x:datumGueltigkeitAb>2026-02-01</x:datumGueltigkeitAb></AppInfo></Annotation>
<Identification><ShortName>kurz</ShortName><LongName>Erfundene Liste</LongName>
<Version>{version}</Version><CanonicalUri>urn:invented</CanonicalUri>
<CanonicalVersionUri>urn:invented_{version}</CanonicalVersionUri>
<Agency><LongName>Erfundenes Amt</LongName></Agency></Identification>
<ColumnSet><Column Id="S"><ShortName>Schlüssel</ShortName></Column>
<Column Id="B"><ShortName>Beschreibung</ShortName></Column>
<Column Id="E"><ShortName>gültig bis</ShortName></Column>
<Key Id="K"><ShortName>k</ShortName><ColumnRef Ref="S"/></Key></ColumnSet>
<SimpleCodeList>{body}</SimpleCodeList></gc:CodeList>""",
        "utf-8",
    )
    return path


def stored(imported: ImportedList, folder: Path, name: str = "few") -> Path:
    return write_list(imported, ListVersion(name, imported.version or "1"), folder)


def test_genericode_is_read_with_key_validity_and_source(tmp_path: Path) -> None:
    path = genericode(tmp_path, ("01", "Ä, eins", ""), ("02", "zwei", "2025-12-31"))
    imported = read_official(path, PLAIN)
    target = stored(imported, tmp_path / "lists")
    assert target.name == "few@9.csv"
    assert read_list(target.read_bytes()).to_pylist() == [
        {"code": "01", "name": "Ä, eins", "valid_from": None, "valid_to": None},
        {"code": "02", "name": "zwei", "valid_from": None, "valid_to": "2025-12-31"},
    ]
    facts = read_facts(ListVersion("few", "9"), tmp_path / "lists")
    assert (facts.uri, facts.agency) == ("urn:invented_9", "Erfundenes Amt")
    assert str(facts.valid_from) == "2026-02-01"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("mark", [";", ",", "\t"])
def test_csv_is_read_by_the_usual_names(tmp_path: Path, encoding: str, mark: str) -> None:
    path = tmp_path / "list.csv"
    lines = ["Schlüssel|Bezeichnung|gültig ab|Länder Kürzel", "007|Grün|01.02.2020|D"]
    path.write_bytes("\n".join(lines).replace("|", mark).encode(encoding))
    imported = read_official(path, Columns(keep=("Länder Kürzel",)))
    assert imported.rows[0] == {
        "code": "007", "name": "Grün", "valid_from": "2020-02-01", "valid_to": "",
        "laender_kuerzel": "D",
    }  # fmt: skip


def test_only_codes_names_validity_and_what_is_asked_for_are_taken(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("code,name,gruppe,Umfang\n1,One,G,Mustermann\n", "utf-8")
    imported = read_official(path, PLAIN)
    assert (imported.columns, imported.left_out) == (("code", "name", "valid_from", "valid_to"), 2)
    target = stored(imported, tmp_path / "lists")
    assert b"Mustermann" not in target.read_bytes()
    kept = read_official(path, Columns(keep=("gruppe",)))
    assert (kept.columns[4:], kept.left_out) == (("gruppe",), 1)
    with pytest.raises(ContractError, match="no column group"):
        read_official(path, Columns(keep=("group",)))


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        ("AZR-Nr;Bezeichnung", Columns(code="AZR-Nr")),
        ("Kundennummer;Status", Columns(code="Kundennummer", name="Status")),
        ("Schlüssel;Familienname", Columns(name="Familienname")),
        ("Schlüssel;Geb.-Datum", Columns(name="Geb.-Datum")),
        ("Gruppe;Name;Kundennummer", Columns(code="Gruppe")),
        ("Name;Status", Columns(code="Name", name="Status")),
        ("Schlüssel;Telefon", Columns(keep=("Telefon",))),
    ],
)
def test_a_column_that_names_people_is_refused_without_its_values(
    tmp_path: Path, header: str, columns: Columns
) -> None:
    path = tmp_path / "list.csv"
    row = ";".join(f"Canary{n}" for n in range(len(header.split(";"))))
    path.write_text(f"{header}\n{row}\n{row}\n", "utf-8")
    with pytest.raises(ContractError, match="identifier of a person") as caught:
        read_official(path, columns)
    assert "Canary" not in str(caught.value)


def test_one_list_is_taken_from_a_file_of_several(tmp_path: Path) -> None:
    path = tmp_path / "lists.csv"
    path.write_text("list,code,meaning\na,1,One\nb,1,Eins\nb,2,Zwei\n", "utf-8")
    with pytest.raises(ContractError, match="--only"):
        read_official(path, PLAIN)
    imported = read_official(path, Columns(only="list=b"))
    assert [(row["code"], row["name"]) for row in imported.rows] == [("1", "Eins"), ("2", "Zwei")]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a,b\n1,2\n", "--code-column"),
        ("code,name\n,x\n", "row 1 has no code"),
        ("code,name\n1,x\n1,y\n", "code 1 occurs more than once"),
        ("code,name,valid_to\n1,x,soon\n", "soon is no date"),
        ("code,name\n1,x,y\n", "row 2 has another number"),
        ("code,code\n1,x\n", "first row does not name"),
        ("", "first row does not name"),
        ("code,name\n", "holds no code"),
        ('code,name\n1,"x\n', "not readable as CSV"),
    ],
)
def test_what_is_no_code_list_is_refused(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(ContractError, match=told):
        read_official(path, PLAIN)


@pytest.mark.parametrize(
    "text",
    [
        "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/hostname'>]><CodeList>&x;</CodeList>",
        "<!DOCTYPE a [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;&a;'>]><CodeList>&b;</CodeList>",
        "<CodeList><Row>",
        "<Other/>",
    ],
)
def test_hostile_and_broken_xml_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "list.xml"
    path.write_text(text, "utf-8")
    with pytest.raises(ContractError, match=r"DTD|well formed|root is not"):
        read_official(path, PLAIN)


def test_two_versions_differ_by_new_dropped_expired_and_renamed_codes(tmp_path: Path) -> None:
    old = genericode(tmp_path, ("01", "a", ""), ("02", "b", ""), ("03", "c", ""))
    new = genericode(
        tmp_path, ("02", "b", "2026-01-31"), ("03", "C", ""), ("04", "d", ""), version="10"
    )
    before, after = (
        read_list(stored(read_official(path, PLAIN), tmp_path / "lists").read_bytes())
        for path in (old, new)
    )
    found = {(change.kind, change.code) for change in compare_lists(before, after)}
    assert found == {("dropped", "01"), ("expired", "02"), ("renamed", "03"), ("new", "04")}
    assert [v.title for v in installed(tmp_path / "lists")] == ["few@9", "few@10"]


def test_a_version_is_not_overwritten_by_another_content(tmp_path: Path) -> None:
    folder = tmp_path / "lists"
    first = read_official(genericode(tmp_path, ("01", "a", "")), PLAIN)
    stored(first, folder)
    stored(first, folder)
    with pytest.raises(ContractError, match="says something else"):
        stored(read_official(genericode(tmp_path, ("01", "b", "")), PLAIN), folder)
