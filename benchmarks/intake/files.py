"""Invented deliveries of one table in every format, as large as asked for."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import xlsxwriter

from sources.contracts.contract import Contract, load_contracts

SHEET = "Personen"
FORMATS = {"csv": 1_000_000, "xml": 200_000, "xlsx": 100_000, "sql": 1_000_000}
ROOT = "Bestand"
SPARED = ("ALIASNAMEN", "VERWEIS_AUF", "NICHT_IDENTISCH_MIT", "FRUEHERE_NAMEN")


@cache
def contract_for(form: str) -> Contract:
    """Give the persons of the immigration office with 20 columns, delivered in one format."""
    office = next(c for c in load_contracts() if c.source == "immigration_office")
    persons = office.table("persons")
    fields = tuple(field for field in persons.fields if field.delivered not in SPARED)
    places = {"xml": "Person", "xlsx": SHEET, "sql": "persons", "csv": "persons.csv"}
    table = replace(persons, delivered=places[form], fields=fields, findings=(), feeds=())
    xml = replace(office.location.xml, root_element=ROOT)
    location = replace(office.location, format=form, xml=xml)
    if form == "sql":
        location = replace(location, template="sqlite:///${KIM_INBOX}/delivery.sql")
    return replace(office, location=location, tables=(table,))


def rows(count: int) -> Iterator[list[str]]:
    """Invent rows; names repeat as names do, numbers do not."""
    columns = names()
    for n in range(count):
        day = f"{n % 28 + 1:02}.{n % 12 + 1:02}.{1950 + n % 60}"
        filled = {
            "AKTENZEICHEN": f"A{n:08}",
            "AZR_NR": f"15{n % 12 + 1:02}{n % 28 + 1:02}{n % 1_000_000:06}",
            "FAMILIENNAME": f"Mustermann{n % 20_000}",
            "VORNAMEN": f"Erika{n % 5_000}",
            "GEBURTSDATUM": day,
            "GEBURTSORT": f"Musterstadt{n % 900}",
            "GESCHLECHT": "mw"[n % 2],
            "STAATSANGEHOERIGKEIT": "163",
            "FAMILIENSTAND": "VH",
            "STRASSE": f"Musterstraße {n % 3_000}",
            "HAUSNUMMER": str(n % 150 + 1),
            "PLZ": f"408{n % 40:02}",
            "AGS": "05158024",
            "EINREISE_DEUTSCHLAND": f"01.03.{2000 + n % 25}",
            "AKTE": "A",
            "BEMERKUNG": "Invented; 1\nline" if n % 50 == 0 else "",
        }
        yield [filled.get(name, "") for name in columns]


def names() -> list[str]:
    """List the delivered columns."""
    return [field.delivered for field in contract_for("csv").tables[0].fields]


def write(form: str, path: Path, count: int) -> None:
    """Write one delivery."""
    {"csv": _csv, "xml": _xml, "xlsx": _xlsx, "sql": _sql}[form](path, count)


def _csv(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        file.write(";".join(names()) + "\r\n")
        for row in rows(count):
            quoted = [f'"{cell}"' if ";" in cell else cell for cell in row]
            file.write(";".join(quoted) + "\r\n")


def _xml(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(f'<?xml version="1.0" encoding="UTF-8"?>\n<{ROOT}>\n')
        for row in rows(count):
            pairs = zip(names(), row, strict=True)
            cells = "".join(f"<{name}>{cell}</{name}>" for name, cell in pairs)
            file.write(f"<Person>{cells}</Person>\n")
        file.write(f"</{ROOT}>\n")


def _xlsx(path: Path, count: int) -> None:
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    page = book.add_worksheet(SHEET)
    for number, row in enumerate([names(), *rows(count)]):
        for place, cell in enumerate(row):
            if cell:
                page.write_string(number, place, cell)
    book.close()


def _sql(path: Path, count: int) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute(f"CREATE TABLE persons ({', '.join(names())})")
        marks = ", ".join("?" * len(names()))
        connection.executemany(f"INSERT INTO persons VALUES ({marks})", rows(count))  # noqa: S608
    connection.close()
