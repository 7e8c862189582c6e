"""Writing code lists into the folder of lists, and comparing two versions of one."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import yaml

from kim_pipeline.errors import ContractError
from sources.authoring.genericode import read_genericode
from sources.authoring.list_import import Columns, ImportedList, OfficialList, to_own_form
from sources.contracts.code_lists import OPEN_END, OPEN_START, ListedCode, listed
from sources.contracts.list_files import ListFacts, ListVersion, read_list

ENCODINGS = ("utf-8-sig", "cp1252")


@dataclass(frozen=True)
class ListChange:
    """One difference between two versions: new, dropped, expired, renamed or validity."""

    kind: str
    code: str
    before: str = ""
    after: str = ""


def read_official(path: Path, chosen: Columns) -> ImportedList:
    """Read a code list file, Genericode by `.xml` or `.gc`, else CSV.

    Raises ContractError when it is none.
    """
    if not path.is_file():
        raise ContractError(f"{path} does not exist.")
    genericode = path.suffix.lower() in (".xml", ".gc", ".xgc")
    official = read_genericode(path) if genericode else _read_csv(path)
    return to_own_form(official, path, chosen)


def write_list(imported: ImportedList, entry: ListVersion, folder: Path) -> Path:
    """Write a version beside the others, with what its file said of itself.

    Raises ContractError when another list already stands under that name and version.
    """
    target = folder / f"{entry.title}.csv"
    content = _as_csv(imported)
    if target.exists() and target.read_bytes() != content:
        raise ContractError(
            f"{target.name} is already there and says something else; give --version, or remove it."
        )
    folder.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    facts = _as_facts(imported.facts)
    if facts:
        text = yaml.safe_dump(facts, allow_unicode=True, sort_keys=False)
        target.with_suffix(".yaml").write_text(text, "utf-8")
    return target


def compare_lists(before: pa.Table, after: pa.Table) -> tuple[ListChange, ...]:
    """List what changed between two lists in our own form, by code.

    `expired` is a code whose last valid day is new or earlier, `dropped` one that is gone.
    """
    old, new = listed(before), listed(after)
    found = [ListChange("dropped", code, old[code].name) for code in old.keys() - new.keys()]
    found += [ListChange("new", code, "", new[code].name) for code in new.keys() - old.keys()]
    for code in old.keys() & new.keys():
        one, other = old[code], new[code]
        if one.name != other.name:
            found.append(ListChange("renamed", code, one.name, other.name))
        if other.valid_to < one.valid_to:
            found.append(ListChange("expired", code, other.name, str(other.valid_to)))
        elif (one.valid_from, one.valid_to) != (other.valid_from, other.valid_to):
            found.append(ListChange("validity", code, _span(one), _span(other)))
    return tuple(sorted(found, key=lambda change: (change.kind, change.code)))


def _span(entry: ListedCode) -> str:
    start = "" if entry.valid_from == OPEN_START else entry.valid_from.isoformat()
    end = "" if entry.valid_to == OPEN_END else entry.valid_to.isoformat()
    return f"{start}–{end}"


def _read_csv(path: Path) -> OfficialList:
    text = _decode(path)
    first = text.split("\n", 1)[0]
    delimiter = max(";,\t|", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        raise ContractError(f"{path.name}: not readable as CSV; save it anew.") from None
    if not rows or len(set(rows[0])) < len(rows[0]):
        raise ContractError(f"{path.name}: no code list; its first row does not name the columns.")
    header = tuple(name.strip() for name in rows[0])
    uneven = next((n for n, row in enumerate(rows, 1) if row and len(row) != len(header)), None)
    if uneven:
        raise ContractError(f"{path.name}: row {uneven} has another number of values; mend it.")
    body = tuple(dict(zip(header, row, strict=True)) for row in rows[1:] if any(row))
    return OfficialList(body, header, None, "", ListFacts())


def _decode(path: Path) -> str:
    content = path.read_bytes()
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ContractError(f"{path.name}: neither UTF-8 nor Windows-1252; save it as UTF-8.")


def _as_csv(imported: ImportedList) -> bytes:
    sink = io.StringIO(newline="")
    writer = csv.DictWriter(sink, imported.columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(imported.rows)
    content = sink.getvalue().encode("utf-8")
    read_list(content)  # what is written must be readable again
    return content


def _as_facts(facts: ListFacts) -> dict[str, str]:
    start = facts.valid_from.isoformat() if facts.valid_from else ""
    given = {"title": facts.title, "uri": facts.uri, "agency": facts.agency, "valid_from": start}
    return {name: value for name, value in given.items() if value}
