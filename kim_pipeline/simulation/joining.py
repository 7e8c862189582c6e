"""One delivery out of two: the rows of a Kreis are appended to those of the Kreise before it."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from shutil import copyfileobj
from string import Template

from kim_pipeline.simulation.case_management import COLUMNS
from kim_pipeline.simulation.manifest import MANIFEST, write_manifest_text

_XML_END = b"</XSozial>\n"
_INSERT = Template("INSERT INTO main.$table SELECT * FROM part.$table ORDER BY rowid")
_HEADER_LINES = {".csv": 1, ".xml": 2}


def join(part: Path, out: Path) -> None:
    """Append all files of `part` to those of the same names below `out`."""
    for path in sorted(part.rglob("*")):
        if path.is_dir():
            continue
        whole = out / path.relative_to(part)
        if path.name == MANIFEST:
            _join_manifests(path, whole)
        elif path.suffix == ".xlsx":
            path.replace(whole)  # a file per town, and no two Kreise share a town
        elif path.suffix == ".sqlite":
            _join_databases(path, whole)
        else:
            _join_texts(path, whole)


def _join_texts(path: Path, whole: Path) -> None:
    """Append the lines after the header; the end of an XML file moves to the new end."""
    with path.open("rb") as source, whole.open("r+b") as target:
        for _ in range(_HEADER_LINES[path.suffix]):
            source.readline()
        if path.suffix == ".xml":
            target.seek(-len(_XML_END), 2)
        else:
            target.seek(0, 2)
        copyfileobj(source, target, 1 << 20)


def _join_databases(path: Path, whole: Path) -> None:
    """Insert the rows of all tables in the order of the part."""
    with closing(sqlite3.connect(whole, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("ATTACH ? AS part", (str(path),))
        connection.execute("BEGIN")
        for table in COLUMNS:
            connection.execute(_INSERT.substitute(table=table))
        connection.execute("COMMIT")


def _join_manifests(path: Path, whole: Path) -> None:
    """Add the numbers of rows."""
    part, found = (json.loads(p.read_text(encoding="utf-8")) for p in (path, whole))
    for name, table in part["tables"].items():
        found["tables"][name]["rows"] += table["rows"]
    write_manifest_text(whole, found)
