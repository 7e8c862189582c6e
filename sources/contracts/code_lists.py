"""The code lists beside the contracts: official codes with their validity, read once.

A code that a newer version dropped stays readable: registers still hold it. It is then expired,
which the finding rule `code_expired` tells.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache

import pyarrow as pa

from kim_pipeline.errors import ContractError
from sources.contracts.list_files import (
    ListVersion,
    folder,
    installed,
    read_facts,
    read_list,
    version_order,
)

OPEN_START, OPEN_END = date.min, date.max


@dataclass(frozen=True)
class ListedCode:
    """One code: its name and its first and last valid day; open ends are those of the calendar.

    `name_en` is empty where the list gives no English name.
    """

    code: str
    name: str
    valid_from: date = OPEN_START
    valid_to: date = OPEN_END
    name_en: str = ""


@cache
def code_list(name: str, version: str = "") -> pa.Table:
    """Read one list: all columns strings, dates as ISO text, empty cells null.

    Raises ContractError when there is no such list.
    """
    title = ListVersion(name, version).title
    resource = folder().joinpath(f"{title}.csv")
    if not resource.is_file():
        raise ContractError(
            f"There is no code list {title}; put {title}.csv into sources/codelists."
        )
    return read_list(resource.read_bytes())


@cache
def listed_codes(name: str, version: str | None = None) -> dict[str, ListedCode]:
    """Give the codes of a list as of a version (None: the newest), those dropped before included.

    A code dropped by a version ended the day before that version began; where it says nothing of
    its beginning, long ago. Raises ContractError when list or version are missing.
    """
    return merged(
        (listed(code_list(name, each)), read_facts(ListVersion(name, each), folder()).valid_from)
        for each in _up_to(name, version)
    )


def merged(stages: Iterable[tuple[dict[str, ListedCode], date | None]]) -> dict[str, ListedCode]:
    """Lay versions of a list over each other, oldest first, each with the day it began."""
    known: dict[str, ListedCode] = {}
    for codes_of_version, began in stages:
        last_day = began - timedelta(days=1) if began else OPEN_START
        current = dict(codes_of_version)
        for code, entry in known.items():
            ended = min(entry.valid_to, last_day)
            current.setdefault(code, replace(entry, valid_to=ended))
        known = current
    return known


def codes(name: str, version: str | None = None) -> frozenset[str]:
    """List the codes of one list, whatever their validity."""
    return frozenset(listed_codes(name, version))


def versions(name: str) -> tuple[str, ...]:
    """List the versions of one list, oldest first; empty when there is no such list."""
    return tuple(entry.version for entry in _in_the_box() if entry.name == name)


def exists(name: str, version: str | None = None) -> bool:
    """Tell whether a list, and the version asked for, is there."""
    there = versions(name)
    return bool(there) if version is None else version in there


def listed(rows: pa.Table) -> dict[str, ListedCode]:
    """Read codes with their names and validity from a list in our own form."""
    return {entry.code: entry for entry in map(_listed, rows.to_pylist())}


def list_names() -> tuple[str, ...]:
    """Name all lists in the box."""
    return tuple(sorted({entry.name for entry in _in_the_box()}))


@cache
def nationality_groups() -> dict[str, str]:
    """Map the nationality code to the group used in reports."""
    rows = code_list("nationalities").to_pylist()
    return {row["code"]: row["nationality_group"] for row in rows}


@cache
def titles() -> dict[tuple[str, str], dict[str, str | None]]:
    """Map (list, code) of residence titles to the row of the list."""
    return {(row["list"], row["code"]): row for row in code_list("residence_titles").to_pylist()}


def _up_to(name: str, version: str | None) -> tuple[str, ...]:
    if not exists(name, version):
        title = ListVersion(name, version or "").title
        raise ContractError(
            f"There is no code list {title}; import it: kim codelist import FILE --name {name}"
        )
    last = version if version is not None else versions(name)[-1]
    return tuple(v for v in versions(name) if version_order(v) <= version_order(last))


def _listed(row: dict[str, str | None]) -> ListedCode:
    start, end = row.get("valid_from"), row.get("valid_to")
    return ListedCode(
        code=str(row["code"]),
        name=row.get("name") or row.get("meaning") or str(row["code"]),
        valid_from=date.fromisoformat(start) if start else OPEN_START,
        valid_to=date.fromisoformat(end) if end else OPEN_END,
        name_en=row.get("name_en") or "",
    )


@cache
def _in_the_box() -> tuple[ListVersion, ...]:
    return installed()
