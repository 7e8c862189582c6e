"""Plain readers of the three delivery formats."""

import csv
import sqlite3
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree as ET


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
