"""Dictionary, processing record and impact assessment say what the contracts say, in German."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from lxml import html
from small_deliveries import CONTRACTS, JOBS, OFFICE

from kim_pipeline.kreis import Kreis, read_kreis
from sources.authoring.documents import CLASSES, RULES, write_documents
from sources.contracts.fields import RULES as PRIVACY_RULES
from sources.contracts.privacy_rules import CLASSIFICATIONS


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("papers") / "new"
    write_documents(list(CONTRACTS.values()), target)
    return target


def text(folder: Path, name: str) -> str:
    return (folder / name).read_text("utf-8")


def test_every_field_is_in_both_dictionaries(folder: Path) -> None:
    page = html.fromstring(text(folder, "datenverzeichnis.html").encode("utf-8"))
    markdown = text(folder, "datenverzeichnis.md")
    fields = [f for c in CONTRACTS.values() for t in c.tables for f in t.fields]
    assert len(page.findall(".//tbody/tr")) == len(fields)
    assert markdown.count("\n| `") == len(fields)
    for contract in CONTRACTS.values():
        assert contract.legal_basis in markdown
        assert all(f"staging.{contract.staging_name(t)}" in markdown for t in contract.tables)


def test_the_page_has_language_title_headings_and_headed_tables(folder: Path) -> None:
    page = html.fromstring(text(folder, "datenverzeichnis.html").encode("utf-8"))
    assert page.get("lang") == "de"
    assert page.findtext(".//title") == "Datenverzeichnis"
    assert len(page.findall(".//h1")) == 1
    assert all(table.find("caption") is not None for table in page.iter("table"))
    assert all(cell.get("scope") in ("col", "row") for cell in page.iter("th"))
    targets = {element.get("id") for element in page.iter() if element.get("id")}
    assert {link.get("href", "")[1:] for link in page.iter("a")} <= targets
    assert "http" not in text(folder, "datenverzeichnis.html")


def test_names_are_never_said_to_be_stored(folder: Path) -> None:
    for line in text(folder, "folgenabschaetzung.md").splitlines():
        if "offen gespeichert" in line:
            assert not re.search(r"Familienname|Vornamen|Straße|AZR-Nummer|Notizen", line)
    record = text(folder, "datenverzeichnis.md")
    row = next(line for line in record.splitlines() if line.startswith("| `FAMILIENNAME`"))
    assert "nur zum Abgleich gelesen, nicht gespeichert" in row


def test_the_processing_record_has_what_the_law_asks(folder: Path) -> None:
    record = text(folder, "verarbeitungsverzeichnis.md")
    for letter in "bcdefg":
        assert f"Buchst. {letter}" in record
    for contract in CONTRACTS.values():
        assert f"## Quelle: {contract.name}" in record
        assert f"{contract.cadence.landing_days} Tage nach Eingang" in record


def test_the_impact_assessment_has_its_four_parts(folder: Path) -> None:
    paper = text(folder, "folgenabschaetzung.md")
    assert [f"Buchst. {letter}" in paper for letter in "abcd"] == [True] * 4
    assert "BITTE AUSFÜLLEN" in paper


def test_papers_are_the_same_when_written_again(folder: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    write_documents(list(CONTRACTS.values()), folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_every_rule_and_classification_has_german_words() -> None:
    assert RULES.keys() == set(PRIVACY_RULES)
    assert CLASSES.keys() == set(CLASSIFICATIONS)


def approving(tables: dict[str, frozenset[str] | None]) -> Kreis:
    kreis = read_kreis(Path(__file__).parents[2] / "kreis.yaml")
    given = next(a for a in kreis.approvals if a.source == OFFICE.source)
    ends = replace(given, tables=tables, last_processing_day=date(2031, 3, 31))
    return replace(kreis, approvals=(ends,))


def test_the_papers_say_what_the_kreis_has_approved(tmp_path: Path) -> None:
    needed = {f.name for f in OFFICE.table("persons").fields if f.required or f.key_position}
    kreis = approving({"persons": frozenset(needed | {"sex"}), "naturalisations": None})
    write_documents([OFFICE, JOBS], tmp_path, kreis)
    record, paper = (
        text(tmp_path, f"{name}.md") for name in ("verarbeitungsverzeichnis", "folgenabschaetzung")
    )
    own, other = record.split("## Quelle: ")[1:]
    assert f"| Empfänger (Buchst. d) | {kreis.name} |" in own
    assert "bis einschließlich 31.03.2031" in own
    assert kreis.approvals[0].purpose in own
    assert kreis.approvals[0].persons in own
    assert f"Tabelle {OFFICE.table('residence_titles').label}" in own
    assert OFFICE.table("persons").field("family_name").label in own.partition("Nicht genehmigt")[2]
    assert "keine in der Konfiguration des Kreises; BITTE PRÜFEN" in other
    assert "| Empfänger (Buchst. d) | BITTE AUSFÜLLEN |" in other
    assert "31.03.2031" in paper
    assert "nicht genehmigt, nicht geladen: " in paper
    names = OFFICE.table("persons").field("family_name").label
    linked = next(line for line in paper.splitlines() if "zum Abgleich gelesen" in line)
    assert names not in linked
    dictionary = text(tmp_path, "datenverzeichnis.md")
    row = next(line for line in dictionary.splitlines() if line.startswith("| `FAMILIENNAME`"))
    assert "nicht genehmigt, nicht geladen" in row
