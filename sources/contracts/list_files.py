"""The files of code lists: `<name>.csv`, and `<name>@<version>.csv` for each official version.

Beside a version may lie `<name>@<version>.yaml` with what the official file said of itself.
"""

import io
import re
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable

import pyarrow as pa
import yaml
from pyarrow import csv

MARK = "@"


@dataclass(frozen=True, order=True)
class ListVersion:
    """One file of the folder: list and version; a list of our own has no version."""

    name: str
    version: str = ""

    @property
    def title(self) -> str:
        """Write it as its file is called: `name@version`, or the name alone."""
        return f"{self.name}{MARK}{self.version}" if self.version else self.name


@dataclass(frozen=True)
class ListFacts:
    """What an official file says of itself; empty where it says nothing."""

    title: str = ""
    uri: str = ""
    agency: str = ""
    valid_from: date | None = None


def folder() -> Traversable:
    """Give the folder of the lists in the box."""
    return files("sources").joinpath("codelists")


def installed(place: Traversable | None = None) -> tuple[ListVersion, ...]:
    """List every version of every list, oldest first within a list."""
    names = [entry.name for entry in (place or folder()).iterdir() if entry.name.endswith(".csv")]
    found = [parse_title(name.removesuffix(".csv")) for name in names]
    return tuple(sorted(found, key=lambda entry: (entry.name, version_order(entry.version))))


def parse_title(title: str) -> ListVersion:
    """Read `name@version`, or a name alone."""
    name, _, version = title.partition(MARK)
    return ListVersion(name, version)


def version_order(version: str) -> tuple[tuple[int, str], ...]:
    """Make versions comparable: 10 comes after 9; no version comes first."""
    parts = re.findall(r"[0-9]+|[^0-9]+", version)
    return tuple((int(part), "") if part.isdigit() else (-1, part) for part in parts)


def read_list(content: bytes) -> pa.Table:
    """Read a list in our own form: all columns strings, empty cells null."""
    names = content.decode("utf-8").split("\n", 1)[0].strip("\r").split(",")
    strings = csv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()),
        null_values=[""],
        strings_can_be_null=True,
    )
    parse = csv.ParseOptions(newlines_in_values=True)
    return csv.read_csv(io.BytesIO(content), parse_options=parse, convert_options=strings)


def read_facts(entry: ListVersion, place: Traversable | None = None) -> ListFacts:
    """Read what lies beside a version; nothing known when nothing does."""
    beside = (place or folder()).joinpath(f"{entry.title}.yaml")
    if not beside.is_file():
        return ListFacts()
    raw = yaml.safe_load(beside.read_text("utf-8"))
    start = raw.get("valid_from")
    return ListFacts(
        title=raw.get("title", ""),
        uri=raw.get("uri", ""),
        agency=raw.get("agency", ""),
        valid_from=date.fromisoformat(str(start)) if start else None,
    )
