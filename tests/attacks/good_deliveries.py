"""Good deliveries of two months, canaries among them, for tests that spoil one of them."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

from canaries import plant

from sources.contracts.contract import Contract, load_contracts

_CONTRACTS = {contract.source: contract for contract in load_contracts()}
OFFICE = _CONTRACTS["immigration_office"]
JOBS = _CONTRACTS["job_centre"]
CASES = _CONTRACTS["case_management"]
BEFORE, MONTH = date(2026, 9, 1), date(2026, 10, 1)
PERSONS = 120
TOWNS = ("05158024", "05158024", "05158004", "05158036")
COLUMNS = [field.delivered for field in OFFICE.table("persons").fields]
SYLLABLES = ("mü", "ra", "ßo", "len", "ki", "tä", "bor", "sö", "win", "da")


def travelling(contract: Contract, **changes: object) -> Contract:
    """Give a contract whose deliveries travel in another way."""
    transport = replace(contract.location.transport, **changes)
    return replace(contract, location=replace(contract.location, transport=transport))


def name_of(number: int) -> str:
    """Invent a name with letters that encodings spoil."""
    return "".join(SYLLABLES[int(digit)] for digit in f"{number:03}").capitalize()


def person(number: int) -> dict[str, str]:
    return dict.fromkeys(COLUMNS, "") | {
        "AKTENZEICHEN": f"A10{number:06}",
        "FAMILIENNAME": name_of(number),
        "VORNAMEN": name_of(number + 500),
        "GEBURTSDATUM": f"{number % 27 + 1:02}.{number % 11 + 1:02}.{1960 + number % 40}",
        "GEBURTSORT": "Köln",
        "GESCHLECHT": "mw"[number % 2],
        "STAATSANGEHOERIGKEIT": "163",
        "FAMILIENSTAND": "VH",
        "STRASSE": "Lindenstraße",
        "HAUSNUMMER": str(number),
        "PLZ": "40822",
        "AGS": TOWNS[number % 4],
        "EINREISE_DEUTSCHLAND": "01.03.2015",
        "ZUZUG_KREIS": "01.06.2016",
        "AKTE": "A",
    }


def csv_of(rows: list[dict[str, str]]) -> bytes:
    lines = [";".join(rows[0]), *(";".join(row.values()) for row in rows)]
    return ("".join(f"{line}\r\n" for line in lines)).encode("utf-8-sig")


def lay(inbox: Path, month: date, sequence: int = 1) -> None:
    """Lay a good delivery of every source; a later month has one person more."""
    count = PERSONS + month.month
    for source, write in ((OFFICE, _office), (JOBS, _jobs), (CASES, _cases)):
        folder = inbox / source.source / f"{month:%Y-%m}"
        folder.mkdir(parents=True)
        rows = write(folder, month, count)
        manifest = {
            "source": source.source,
            "period": f"{month:%Y-%m}",
            "sequence": sequence,
            "created": f"{month.replace(month=month.month + 1):%Y-%m}-03T06:00:00Z",
            "invented": True,
            "tables": {name: {"rows": number} for name, number in rows.items()},
        }
        (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")


def lay_month(inbox: Path, month: date) -> None:
    """Lay one month with its canaries."""
    fresh = inbox / f".{month}"
    lay(fresh, month)
    plant(fresh)
    for source in fresh.iterdir():
        (inbox / source.name).mkdir(parents=True, exist_ok=True)
        for folder in source.iterdir():
            folder.rename(inbox / source.name / folder.name)
        source.rmdir()
    fresh.rmdir()


def _office(folder: Path, month: date, count: int) -> dict[str, int]:
    persons = [person(n) for n in range(count)]
    numbers = [row["AKTENZEICHEN"] for row in persons]
    titles = [
        {
            "AKTENZEICHEN": n, "LFD_NR": "1", "LISTE": "niederlassungserlaubnis",
            "SCHLUESSEL": "01", "ERTEILT_AM": "01.03.2020", "GUELTIG_BIS": "", "BEENDET_AM": "",
        }
        for n in numbers
    ]  # fmt: skip
    courses = [
        {
            "AKTENZEICHEN": n, "LFD_NR": "1", "KURSART": "01", "BERECHTIGT_AM": "01.04.2015",
            "BEGINN": "01.06.2015", "ENDE": "01.03.2016", "ERGEBNIS": "B1",
        }
        for n in numbers[:30]
    ]  # fmt: skip
    steps = (
        "TERMINANFRAGE_AM", "ANTRAG_AM", "VOLLSTAENDIG_AM", "SICHERHEITSANFRAGE_AM",
        "SICHERHEITSANTWORT_AM", "ENTSCHEIDUNG_AM", "URKUNDE_AM",
    )  # fmt: skip
    procedures = [
        {
            "ANTRAGSNR": f"E2026{n}", "AKTENZEICHEN": n, **dict.fromkeys(steps, ""),
            "ERGEBNIS": "OFFEN", "GRUNDLAGE": "P10", "AUFNAHMEWEG": "KREIS", "AGS": "05158024",
        }
        for n in numbers[:20]
    ]  # fmt: skip
    tables = {
        "persons": persons,
        "residence_titles": titles,
        "integration_courses": courses,
        "naturalisations": procedures,
    }
    for name, rows in tables.items():
        (folder / f"{name}.csv").write_bytes(csv_of(rows))
    return {name: len(rows) for name, rows in tables.items()}


def _jobs(folder: Path, month: date, count: int) -> dict[str, int]:
    persons = "".join(map(_xml_person, range(count)))
    communities = "".join(
        f"<Bedarfsgemeinschaft><BGNummer>BG{n}</BGNummer><Groesse>1</Groesse><AGS>{TOWNS[n % 4]}"
        "</AGS><Antragsdatum>2024-02-01</Antragsdatum></Bedarfsgemeinschaft>\n"
        for n in range(count)
    )
    text = (
        '<?xml version="1.0" encoding="windows-1252"?>\n'
        f'<XSozial Berichtsmonat="{month:%Y-%m}">\n{persons}{communities}</XSozial>\n'
    )
    (folder / "xsozial.xml").write_bytes(text.encode("cp1252"))
    return {"persons": count, "benefit_communities": count, "benefits": count}


def _xml_person(number: int) -> str:
    row = person(number)
    day, month, year = row["GEBURTSDATUM"].split(".")
    return (
        f"<Person><Kundennummer>977A{number:06}</Kundennummer>"
        f"<Familienname>{row['FAMILIENNAME']}</Familienname><Vorname>{row['VORNAMEN']}</Vorname>"
        f"<Geburtsname/><Geburtsdatum>{year}-{month}-{day}</Geburtsdatum>"
        f"<Geburtsort>Köln</Geburtsort><Geschlecht>{number % 2 + 1}</Geschlecht>"
        "<Staatsangehoerigkeit>163</Staatsangehoerigkeit><Familienstand>VH</Familienstand>"
        f"<Strasse>Lindenstraße</Strasse><Hausnummer>{number}</Hausnummer><PLZ>40822</PLZ>"
        f"<AGS>{row['AGS']}</AGS><Aufenthaltsstatus>NIEDERLASSUNGSERLAUBNIS</Aufenthaltsstatus>"
        f"<BGNummer>BG{number}</BGNummer><Rolle>HV</Rolle><Leistung><LfdNr>1</LfdNr><Art>SGB2</Art>"
        "<Beginn>2024-02-01</Beginn><Ende/><Betrag>563,00</Betrag></Leistung></Person>\n"
    )


def _cases(folder: Path, month: date, count: int) -> dict[str, int]:
    clients, cases, consents = [], [], []
    for number in range(count):
        row, client = person(number), f"C{number:05}"
        day, birth_month, year = row["GEBURTSDATUM"].split(".")
        clients.append(
            (client, row["VORNAMEN"], row["FAMILIENNAME"], None, f"{year}-{birth_month}-{day}",
             "Köln", row["GESCHLECHT"], "163", "Lindenstraße", str(number), "40822", row["AGS"],
             None, None)
        )  # fmt: skip
        cases.append(
            (f"{client}-F1", client, "KREIS", row["AGS"], "ABH", "2025-03-03", "2025-03-20",
             "2025-04-01", "2025-04-11", None, None, None, 50, None)
        )  # fmt: skip
        consents.append((f"{client}-E1", client, "VERKNUEPFUNG", "2025-03-04", None))
    rows = {"clients": clients, "cases": cases, "consents": consents}
    path = folder / "case_management.sqlite"
    with closing(sqlite3.connect(path)) as database, database:
        for table in CASES.tables:
            columns = ", ".join(field.delivered for field in table.fields)
            database.execute(f"CREATE TABLE {table.delivered} ({columns})")
        for name, values in rows.items():
            marks = ", ".join("?" * len(values[0]))
            database.executemany(f"INSERT INTO {name} VALUES ({marks})", values)
    return {name: len(values) for name, values in rows.items()}
