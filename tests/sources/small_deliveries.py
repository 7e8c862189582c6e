"""Tiny invented deliveries of the three sources, written as the authorities would."""

import json
import sqlite3
from datetime import date
from pathlib import Path

from kim_pipeline.settings import Settings
from sources.contracts.contract import load_contracts

MONTH = date(2026, 10, 1)
FOLDER = "2026-10"
CONTRACTS = {contract.source: contract for contract in load_contracts()}
OFFICE = CONTRACTS["immigration_office"]
JOBS = CONTRACTS["job_centre"]
CASES = CONTRACTS["case_management"]
SOURCES = tuple(CONTRACTS)

PERSON = {
    "AKTENZEICHEN": "A10000001",
    "AZR_NR": "150301123456",
    "FAMILIENNAME": "Öztürk-Canary",
    "GEBURTSNAME": "Kılıç",
    "VORNAMEN": "Şule",
    "FRUEHERE_NAMEN": "Aydın|Demir",
    "ALIASNAMEN": "Celik, Sule|Çelik, Şule",
    "GEBURTSDATUM": "17.05.1985",
    "GEBURTSORT": "Trabzon",
    "GESCHLECHT": "w",
    "STAATSANGEHOERIGKEIT": "163",
    "FAMILIENSTAND": "VH",
    "STRASSE": "Lindenstraße",
    "HAUSNUMMER": "7a",
    "PLZ": "40822",
    "AGS": "05158024",
    "EINREISE_DEUTSCHLAND": "01.03.2015",
    "ZUZUG_KREIS": "01.06.2016",
    "AKTE": "A",
    "ABGABEGRUND": "",
    "ABGABEDATUM": "",
    "VERWEIS_AUF": "A10000002",
    "NICHT_IDENTISCH_MIT": "",
    "BEMERKUNG": "Spricht mit Frau Secretname;\nruft zurück",
}
TITLE = {
    "AKTENZEICHEN": "A10000001",
    "LFD_NR": "1",
    "LISTE": "niederlassungserlaubnis",
    "SCHLUESSEL": "01",
    "ERTEILT_AM": "01.03.2020",
    "GUELTIG_BIS": "",
    "BEENDET_AM": "",
}
COURSE = {
    "AKTENZEICHEN": "A10000001",
    "LFD_NR": "1",
    "KURSART": "01",
    "BERECHTIGT_AM": "01.04.2015",
    "BEGINN": "01.06.2015",
    "ENDE": "01.03.2016",
    "ERGEBNIS": "B1",
}
PROCEDURE = {
    "ANTRAGSNR": "E2026-1",
    "AKTENZEICHEN": "A10000001",
    **dict.fromkeys(
        (
            "TERMINANFRAGE_AM",
            "ANTRAG_AM",
            "VOLLSTAENDIG_AM",
            "SICHERHEITSANFRAGE_AM",
            "SICHERHEITSANTWORT_AM",
            "ENTSCHEIDUNG_AM",
            "URKUNDE_AM",
        ),
        "",
    ),
    "ERGEBNIS": "OFFEN",
    "GRUNDLAGE": "P10",
    "AUFNAHMEWEG": "ONLINE",
    "AGS": "05158024",
}
XML = """<?xml version="1.0" encoding="windows-1252"?>
<XSozial Berichtsmonat="2026-10">
<Person><Kundennummer>123A456789</Kundennummer><Familienname>Öztürk</Familienname>
<Vorname>Sule</Vorname><Geburtsname/><Geburtsdatum>1985-05-17</Geburtsdatum>
<Geburtsort>Trabzon</Geburtsort><Geschlecht>2</Geschlecht>
<Staatsangehoerigkeit>163</Staatsangehoerigkeit><Familienstand>VH</Familienstand>
<Strasse>Lindenstraße</Strasse><Hausnummer>7a</Hausnummer><PLZ>40822</PLZ><AGS>05158024</AGS>
<Aufenthaltsstatus>NIEDERLASSUNGSERLAUBNIS</Aufenthaltsstatus><BGNummer>BG1</BGNummer>
<Rolle>HV</Rolle>
<Leistung><LfdNr>1</LfdNr><Art>SGB2</Art><Beginn>2025-01-01</Beginn><Ende/>
<Betrag>1.079,29</Betrag></Leistung>
<Leistung><LfdNr>2</LfdNr><Art>SGB2</Art><Beginn>2024-01-01</Beginn><Ende>2024-12-31</Ende>
<Betrag>563</Betrag></Leistung></Person>
<Bedarfsgemeinschaft><BGNummer>BG1</BGNummer><Groesse>3</Groesse><AGS>05158024</AGS>
<Antragsdatum>2024-01-01</Antragsdatum></Bedarfsgemeinschaft>
</XSozial>
"""


def announce(folder: Path, sender: str, **changes: object) -> None:
    """Write the authority's manifest."""
    manifest = {
        "source": sender,
        "period": FOLDER,
        "sequence": 1,
        "created": "2026-11-03T06:00:00Z",
        "invented": True,
        "tables": {},
        **changes,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")


def csv_bytes(rows: list[dict[str, str]], encoding: str = "utf-8-sig") -> bytes:
    """Write rows as the immigration office does: `;`, CRLF, quotes where needed."""
    lines = [rows[0].keys(), *(row.values() for row in rows)]
    text = "".join(";".join(map(_quoted, line)) + "\r\n" for line in lines)
    return text.encode(encoding)


def _quoted(text: str) -> str:
    escaped = text.replace('"', '""')
    return f'"{escaped}"' if {";", "\n", '"'} & set(text) else text


def office_delivery(
    settings: Settings,
    persons: list[dict[str, str]] | None = None,
    titles: list[dict[str, str]] | None = None,
    **manifest: object,
) -> Path:
    """Lay a delivery of the immigration office into the inbox."""
    folder = settings.inbox / OFFICE.source / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "persons.csv").write_bytes(csv_bytes(persons or [PERSON]))
    (folder / "residence_titles.csv").write_bytes(csv_bytes(titles or [TITLE]))
    (folder / "integration_courses.csv").write_bytes(csv_bytes([COURSE]))
    (folder / "naturalisations.csv").write_bytes(csv_bytes([PROCEDURE]))
    announce(folder, OFFICE.source, **manifest)
    return folder


def job_delivery(settings: Settings, text: str = XML, **manifest: object) -> Path:
    """Lay a delivery of the job centre into the inbox."""
    folder = settings.inbox / JOBS.source / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "xsozial.xml").write_bytes(text.encode("cp1252"))
    announce(folder, JOBS.source, **manifest)
    return folder


def case_delivery(settings: Settings, **manifest: object) -> Path:
    """Lay a case management database into the inbox, with one client, case and goal."""
    folder = settings.inbox / CASES.source / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    database = folder / "case_management.sqlite"
    database.unlink(missing_ok=True)
    with sqlite3.connect(database) as connection:
        for table in CASES.tables:
            columns = ", ".join(field.delivered for field in table.fields)
            connection.execute(f"CREATE TABLE {table.delivered} ({columns})")
        client = (
            *("C1", "Sule", "Öztürk", None, "1985-00-00", "Trabzon", "w", "163", "Lindenstraße"),
            *("7a", "40822", "05158024", None, "Bruder heißt Secretname"),
        )
        connection.execute(f"INSERT INTO clients VALUES ({', '.join('?' * len(client))})", client)
        case = (
            *("K1", "C1", "KREIS", "05158024", "ABH", "2026-01-10", "2026-02-01", "2026-03-01"),
            *("2026-02-15", None, None, None, 50, None),
        )
        connection.execute(f"INSERT INTO cases VALUES ({', '.join('?' * len(case))})", case)
        goal = ("G1", "K1", "SPRACHE", "2026-03-01", "2026-12-01", "OFFEN")
        connection.execute("INSERT INTO goals VALUES (?, ?, ?, ?, ?, ?)", goal)
    connection.close()
    announce(folder, CASES.source, **manifest)
    return folder
