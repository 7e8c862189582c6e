"""Code lists as the authorities publish them: Genericode and CSV, into our own form.

Our form has the columns code, name, valid_from, valid_to, then the columns asked for.
All else stays outside: a file may be more than a list, and the folder of lists is passed on.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from kim_pipeline.errors import ContractError
from sources.authoring.vocabulary import meaning_of, plain
from sources.contracts.list_files import ListFacts

Row = dict[str, str]

OWN_COLUMNS = ("code", "name", "valid_from", "valid_to")
# How official lists call what we call so; written small and without signs.
CALLED = {
    "code": ("code", "schluessel", "schlussel", "schlüssel", "wert", "key", "destatiscode"),
    "name": (
        "name", "bezeichnung", "beschreibung", "kurzbezeichnung", "kurzbeschreibung", "staat",
        "state", "meaning", "description", "label", "langbezeichnung",
    ),
    "valid_from": (
        "validfrom", "gueltigab", "gültigab", "gueltigvon", "gültigvon", "beginn",
        "reportablefrom", "gueltigkeitab",
    ),
    "valid_to": (
        "validto", "gueltigbis", "gültigbis", "ende", "reportableto", "gueltigkeitbis",
    ),
}  # fmt: skip
PERSON = "direct-identifier"
PERSON_NAMES = ("birth_date",)
"""Fields of the vocabulary that tell who somebody is, though it classes them milder."""
DAYS = ("%Y-%m-%d", "%d.%m.%Y", "%Y%m%d")


@dataclass(frozen=True)
class OfficialList:
    """A list as delivered: its rows by column name, the column that is its key, what it is."""

    rows: tuple[Row, ...]
    columns: tuple[str, ...]
    key: str | None
    version: str
    facts: ListFacts


@dataclass(frozen=True)
class Columns:
    """What the importer says of the columns: codes, names, and `COLUMN=VALUE` of the rows to take.

    None where the file's own key and the usual names decide. `keep` names further columns to take.
    """

    code: str | None = None
    name: str | None = None
    only: str | None = None
    keep: tuple[str, ...] = ()


@dataclass(frozen=True)
class ImportedList:
    """A list in our own form: `rows` have the columns of `columns`, dates in ISO form.

    `left_out` counts the columns of the file that were not taken.
    """

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    version: str
    facts: ListFacts
    left_out: int = 0


def to_own_form(official: OfficialList, file: Path, told: Columns) -> ImportedList:
    """Name the columns as we do, by key, by known names, or as told.

    Raises ContractError when no column holds the codes, a column to take is called as what tells
    who somebody is, a code is missing or occurs twice, or a date cannot be read. Code lists are
    public: messages may quote them, once no column speaks of people.
    """
    taken = _only(official, file, told.only)
    chosen = _choose(official, file, told)
    rest = [c for c in official.columns if c in told.keep and c not in chosen.values()]
    _check_no_person(official, {**chosen, **{column: column for column in rest}}, file)
    renamed = dict(zip(rest, _plain_names(rest), strict=True))
    rows = tuple(_own_row(row, chosen, renamed, file) for row in taken)
    _check_codes([row["code"] for row in rows], file)
    columns = (*OWN_COLUMNS, *renamed.values())
    left_out = len(set(official.columns) - {*chosen.values(), *rest})
    return ImportedList(columns, rows, official.version, official.facts, left_out)


def _only(official: OfficialList, file: Path, only: str | None) -> tuple[Row, ...]:
    if not only:
        return official.rows
    column, _, value = only.partition("=")
    _check_column(official, file, column)
    return tuple(row for row in official.rows if row[column] == value)


def _check_column(official: OfficialList, file: Path, column: str | None) -> None:
    if column and column not in official.columns:
        known = ", ".join(official.columns)
        raise ContractError(f"{file.name}: no column {column}; it has {known}.")


def _check_no_person(official: OfficialList, chosen: Mapping[str, str], file: Path) -> None:
    """Refuse columns called as what tells who somebody is.

    The usual words of lists, such as `name`, are none, unless another column speaks of people.
    """
    of_people = {column for column in official.columns if _tells_who(column)}
    for own, column in chosen.items():
        usual = plain(column) in {plain(word) for word in CALLED.get(own, ())}
        if column in of_people and not (usual and of_people == {column}):
            place = f"column of the {own}s" if own in ("code", "name") else "column to keep"
            raise ContractError(
                f"{file.name}: the {place} is called like an identifier of a person; a code list "
                "holds none. Take another column, or rename it if it holds none."
            )


def _tells_who(column: str) -> bool:
    meaning = meaning_of(column)
    return meaning is not None and (
        meaning.classification == PERSON or meaning.name in PERSON_NAMES
    )


def _choose(official: OfficialList, file: Path, told: Columns) -> dict[str, str]:
    wanted = {"code": told.code or official.key, "name": told.name}
    for column in (*wanted.values(), *told.keep):
        _check_column(official, file, column)
    chosen = {own: column for own, column in wanted.items() if column}
    for own in OWN_COLUMNS:
        found = None if own in chosen else _called(own, official.columns, chosen.values())
        if found:
            chosen[own] = found
    if "code" not in chosen:
        raise ContractError(
            f"{file.name}: which column holds the codes? Say --code-column; it has "
            f"{', '.join(official.columns)}."
        )
    return chosen


def _called(own: str, columns: Sequence[str], taken: Iterable[str]) -> str | None:
    free = {re.sub(r"[^a-zäöüß]", "", c.lower()): c for c in columns if c not in set(taken)}
    return next((free[name] for name in CALLED[own] if name in free), None)


def _plain_names(columns: Sequence[str]) -> list[str]:
    """Write names so that they can be columns of ours, each once."""
    umlauts = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
    names: list[str] = []
    for number, column in enumerate(columns):
        plain = re.sub(r"[^a-z0-9]+", "_", column.lower().translate(umlauts)).strip("_")
        taken = not plain or plain in names or plain in OWN_COLUMNS
        names.append(f"{plain or 'column'}_{number + 1}" if taken else plain)
    return names


def _own_row(row: Row, chosen: dict[str, str], renamed: dict[str, str], file: Path) -> Row:
    own = {name: row.get(chosen.get(name, ""), "").strip() for name in OWN_COLUMNS}
    own |= {name: _day(own[name], file) for name in ("valid_from", "valid_to")}
    rest = {ours: row.get(theirs, "").strip() for theirs, ours in renamed.items()}
    return {**own, "name": own["name"] or own["code"], **rest}


def _day(text: str, file: Path) -> str:
    if not text:
        return ""
    for form in DAYS:
        try:
            return _date(text[:10], form).isoformat()
        except ValueError:
            continue
    raise ContractError(f"{file.name}: {text} is no date; write it as 2026-01-31 or 31.01.2026.")


def _date(text: str, form: str) -> date:
    return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no time zone


def _check_codes(codes: Sequence[str], file: Path) -> None:
    empty = [number for number, code in enumerate(codes, 1) if not code]
    if empty:
        raise ContractError(f"{file.name}: row {empty[0]} has no code; mend the list.")
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise ContractError(
            f"{file.name}: code {twice[0]} occurs more than once ({len(twice)} such codes); a list "
            "has each code once. Say --code-column if another column holds the codes, or --only "
            "COLUMN=VALUE if the file holds several lists."
        )
    if not codes:
        raise ContractError(f"{file.name}: holds no code; is it another file?")
