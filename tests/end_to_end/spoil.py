"""Deliveries spoiled as authorities, networks and people spoil them."""

import csv
import io
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

Rows = list[dict[str, str]]


def read_rows(path: Path) -> Rows:
    """Read a CSV file of the immigration office."""
    text = path.read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


def write_rows(path: Path, rows: Rows) -> None:
    """Write a CSV file as the immigration office does."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]), delimiter=";", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(out.getvalue().encode("utf-8-sig"))


def edit_rows(folder: Path, table: str, edit: Callable[[Rows], Rows]) -> None:
    """Change the rows of one CSV file and the count in its manifest."""
    rows = edit(read_rows(folder / f"{table}.csv"))
    write_rows(folder / f"{table}.csv", rows)
    edit_manifest(folder, lambda manifest: manifest["tables"][table].update(rows=len(rows)))


def edit_manifest(folder: Path, edit: Callable[[dict], object]) -> None:
    """Change the manifest of a delivery."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    edit(manifest)
    path.write_text(json.dumps(manifest), "utf-8")


def replace_bytes(path: Path, old: bytes, new: bytes) -> None:
    """Change one passage of a file."""
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new, 1))


def cut(path: Path, share: float) -> None:
    """Keep only the first part of a file."""
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])


def run_sql(path: Path, statement: str) -> None:
    """Change the case management database."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement)


@contextmanager
def put_back(folder: Path) -> Iterator[None]:
    """Bring a folder back to what it was, whatever was done to it."""
    kept = folder.with_name(f"{folder.name}.kept")
    shutil.copytree(folder, kept, copy_function=shutil.copy2)
    try:
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        kept.rename(folder)
