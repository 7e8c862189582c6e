"""How a good delivery is made a bad one: small changes of files, rows and manifests."""

import csv
import io
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sources.contracts.contract import Contract

Spoil = Callable[[Path], object]
Rows = list[dict[str, str]]


@dataclass(frozen=True)
class Bad:
    """One bad delivery and how it must end.

    `result` is `accepted`, a delivery rule, or the quality check that stops it; `warns` is what an
    accepted one is told for; `threat` numbers an attack. With `again` the good delivery of the
    month was taken before.
    """

    name: str
    contract: Contract
    spoil: Spoil
    result: str
    threat: str = ""
    warns: str = ""
    rows_rejected: int = 0
    again: bool = False


def both(*spoils: Spoil) -> Spoil:
    """Do one after the other."""

    def spoil(folder: Path) -> None:
        for one in spoils:
            one(folder)

    return spoil


def manifest(**entries: object) -> Spoil:
    """Set entries of the manifest; None takes one away."""

    def spoil(folder: Path) -> None:
        path = folder / "manifest.json"
        changed = {**json.loads(path.read_text("utf-8")), **entries}
        path.write_text(json.dumps({k: v for k, v in changed.items() if v is not None}), "utf-8")

    return spoil


def manifest_text(text: str) -> Spoil:
    return lambda folder: (folder / "manifest.json").write_text(text, "utf-8")


def content(name: str, change: Callable[[bytes], bytes]) -> Spoil:
    """Change the bytes of one file."""

    def spoil(folder: Path) -> None:
        path = folder / name
        path.write_bytes(change(path.read_bytes()))

    return spoil


def swap(name: str, old: bytes, new: bytes) -> Spoil:
    """Replace one passage of a file everywhere."""

    def change(whole: bytes) -> bytes:
        assert old in whole
        return whole.replace(old, new)

    return content(name, change)


def lines(change: Callable[[list[bytes]], list[bytes]]) -> Spoil:
    """Change the lines of persons.csv, header and mark of UTF-8 included."""

    def changed(whole: bytes) -> bytes:
        return b"".join(line + b"\r\n" for line in change(whole.split(b"\r\n")[:-1]))

    return content("persons.csv", changed)


def rows(change: Callable[[Rows], Rows], name: str = "persons", *, told: bool = True) -> Spoil:
    """Change the rows of one CSV file, and its count in the manifest when `told`."""

    def spoil(folder: Path) -> None:
        path = folder / f"{name}.csv"
        text = io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")
        changed = change(list(csv.DictReader(text, delimiter=";")))
        out = io.StringIO(newline="")
        writer = csv.DictWriter(out, list(changed[0]), delimiter=";", lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(changed)
        path.write_bytes(out.getvalue().encode("utf-8-sig"))
        if told:
            counted(**{name: len(changed)})(folder)

    return spoil


def counted(**counts: int) -> Spoil:
    """Announce other numbers of rows."""

    def spoil(folder: Path) -> None:
        told: dict[str, Any] = json.loads((folder / "manifest.json").read_text("utf-8"))["tables"]
        told |= {name: {"rows": rows} for name, rows in counts.items()}
        manifest(tables=told)(folder)

    return spoil


def in_column(column: str, value: str) -> Spoil:
    """Write one value into every row of a column."""
    return rows(lambda all_rows: [row | {column: value} for row in all_rows])


def sqlite(*statements: str) -> Spoil:
    """Change the case management database."""

    def spoil(folder: Path) -> None:
        with closing(sqlite3.connect(folder / "case_management.sqlite")) as database, database:
            for statement in statements:
                database.execute(statement)

    return spoil
