"""Which files a delivery consists of, and where they are expected to lie."""

import posixpath
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kim_pipeline.kreis import read_kreis
from kim_pipeline.settings import Settings
from sources.contracts.contract import Contract
from sources.readers.reading import WHOLE, roles
from sources.receiving.announcement import FILE_NAME
from sources.transports.opening import path_at_place

TOWN = "{town}"
MARK = "@"


@dataclass(frozen=True)
class Expected:
    """One file: `role` says what it holds (`persons`, `delivery`, or either with `@<AGS>`)."""

    role: str
    path: str
    town: str | None = None


@dataclass(frozen=True)
class Expectation:
    """All files of a delivery, and the path of its manifest; a live database has none."""

    files: tuple[Expected, ...]
    manifest: str | None


def expect(contract: Contract, settings: Settings, month: date) -> Expectation:
    """Say which files to expect where; of every town of the Kreis where each delivers its own."""
    location = contract.location
    if location.format == "sql":
        # Only who delivers from a database needs SQLAlchemy.
        from sources.readers.sql_reader import database_file  # noqa: PLC0415

        database = database_file(contract, settings, month)
        return _database(database) if database else Expectation((), None)
    template = path_at_place(location, location.resolve(settings, month))
    towns: Sequence[str | None] = (None,)
    if TOWN in template:
        towns = [town.ags for town in read_kreis(settings.config).towns]
    files = tuple(file for town in towns for file in _files(contract, template, town))
    return Expectation(files, posixpath.join(_manifest_folder(contract, template), FILE_NAME))


def by_town(files: Sequence[str]) -> dict[str, dict[str, str]]:
    """Group the roles of a delivery by town: per town (empty without), each plain role's full one.

    What `expect` wrote together is taken apart here.
    """
    grouped: dict[str, dict[str, str]] = {}
    for full in files:
        role, _, town = full.partition(MARK)
        grouped.setdefault(town, {})[role] = full
    return grouped


def _database(file: Path) -> Expectation:
    return Expectation((Expected(WHOLE, str(file)),), str(file.with_name(FILE_NAME)))


def _files(contract: Contract, template: str, town: str | None) -> list[Expected]:
    place = template.replace(TOWN, town or "")
    suffix = f"{MARK}{town}" if town else ""
    return [
        Expected(f"{role}{suffix}", _path(contract, place, role), town) for role in roles(contract)
    ]


def _path(contract: Contract, place: str, role: str) -> str:
    """Give the file itself, or the table's file in the folder that the contract names."""
    return place if role == WHOLE else posixpath.join(place, contract.table(role).delivered)


def _manifest_folder(contract: Contract, template: str) -> str:
    """Give the folder around all files of a month: the deepest without a town in its name."""
    folder = template if WHOLE not in roles(contract) else posixpath.dirname(template)
    while TOWN in folder:
        folder = posixpath.dirname(folder)
    return folder
