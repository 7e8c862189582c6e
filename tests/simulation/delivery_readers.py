"""Plain readers of the delivery formats."""

import csv
import sqlite3
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree as ET

import python_calamine


def csv_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def plain_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def xml_root(path: Path) -> ET.Element:
    return ET.parse(path).getroot()


def sqlite_rows(path: Path, table: str) -> list[dict[str, object]]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(f"SELECT * FROM {table}")]


def workbook_rows(path: Path) -> list[dict[str, object]]:
    sheet = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0)
    _, header, *rows = sheet.to_python(skip_empty_area=False)
    return [dict(zip(map(str, header), row, strict=True)) for row in rows]
