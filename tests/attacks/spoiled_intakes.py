"""Spoils the deliveries of one month in many ways and runs their intake jobs, in a process apart.

Every spoiled value holds a canary's identifiers, so that each message that quotes one is found.
Prints one JSON object: how each job ended.
"""

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from canaries import CANARIES

from assets.jobs import intake_job_name
from kim_pipeline.commands.instance import open_instance
from kim_pipeline.commands.jobs import RunFailedError, runner
from kim_pipeline.periods import parse_month
from kim_pipeline.settings import read_settings

MONTH = "2025-08"
OFFICE, JOBS, CASES = "immigration_office", "job_centre", "case_management"
DATABASE, XML = "case_management.sqlite", "xsozial.xml"
FIRST, SECOND = CANARIES[0], CANARIES[3]


def _lines(folder: Path, change: Callable[[list[str]], list[str]]) -> None:
    path = folder / "persons.csv"
    lines = path.read_text("utf-8").split("\n")
    path.write_text("\n".join(change(lines)), "utf-8", newline="")


def _in_column(number: int, value: str) -> Callable[[Path], None]:
    def spoil(line: str) -> str:
        cells = line.split(";")
        return ";".join([*cells[:number], value, *cells[number + 1 :]]) if line else line

    return lambda folder: _lines(folder, lambda lines: [lines[0], *map(spoil, lines[1:])])


def _xml(change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    return lambda folder: (folder / XML).write_bytes(change((folder / XML).read_bytes())) and None


def _statements(*statements: str) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        with closing(sqlite3.connect(folder / DATABASE)) as database, database:
            for statement in statements:
                database.execute(statement)

    return spoil


def _manifest(**entries: object) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        path = folder / "manifest.json"
        path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **entries}), "utf-8")

    return spoil


def _cut(name: str) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        whole = (folder / name).read_bytes()
        (folder / name).write_bytes(whole[: len(whole) * 2 // 3])

    return spoil


def _headless(lines: list[str]) -> list[str]:
    return [line for line in reversed(lines[1:]) if line]


NAME, DATE = FIRST.family, f"31.02.{FIRST.given}"
DOCTYPE = f'<!DOCTYPE x [<!ENTITY e "{SECOND.family}">]><XSozial'.encode("cp1252", "replace")

SPOILS: dict[str, tuple[str, Callable[[Path], None]]] = {
    "duplicate person numbers": (OFFICE, _in_column(0, FIRST.file_number)),
    "impossible dates": (OFFICE, _in_column(7, DATE)),
    "names in place of codes": (OFFICE, _in_column(9, NAME)),
    "names in place of towns": (OFFICE, _in_column(15, NAME)),
    "names in every column": (OFFICE, lambda f: _lines(f, lambda ls: [ls[0], *[NAME] * 700])),
    "no header": (OFFICE, lambda f: _lines(f, _headless)),
    "a quote too many": (OFFICE, lambda f: _lines(f, lambda ls: [*ls[:9], '"' + ls[9], *ls[10:]])),
    "another encoding": (
        OFFICE,
        lambda f: (f / "persons.csv").write_text(NAME * 99, "utf-16") and None,
    ),
    "a cut file": (OFFICE, _cut("persons.csv")),
    "a name as period": (OFFICE, _manifest(period=NAME)),
    "a name as number": (OFFICE, _manifest(sequence=NAME)),
    "a name as time": (OFFICE, _manifest(created=NAME)),
    "a name as tables": (OFFICE, _manifest(tables=[NAME])),
    "a name as rows": (OFFICE, _manifest(tables={"persons": {"rows": NAME}})),
    "cut XML": (JOBS, _cut(XML)),
    "an entity": (JOBS, _xml(lambda b: b.replace(b"<XSozial", DOCTYPE, 1))),
    "a name as month": (JOBS, _xml(lambda b: b.replace(b"2025-08", b"Mustervogelschrei", 1))),
    "a name as root": (JOBS, _xml(lambda b: b.replace(b"XSozial", SECOND.former[3:].encode()))),
    "a name as element": (JOBS, _xml(lambda b: b.replace(b"Kundennummer", b"Mustervogelschrei"))),
    "names as amounts": (JOBS, _xml(lambda b: b.replace(b"<Betrag>", b"<Betrag>Kreszenzwaldine"))),
    "a cut database": (CASES, _cut(DATABASE)),
    "no database": (CASES, lambda f: (f / DATABASE).write_text(NAME * 999, "utf-8") and None),
    "a table named by a person": (CASES, _statements(f'ALTER TABLE cases RENAME TO "{NAME}"')),
    "a column named by a person": (
        CASES,
        _statements(f'ALTER TABLE clients RENAME COLUMN sex TO "{NAME}"'),
    ),
    "names as dates": (CASES, _statements(f"UPDATE cases SET intake_date = '{NAME}'")),
    "names as numbers": (CASES, _statements(f"UPDATE contacts SET minutes = '{NAME}'")),
    "names in open columns": (
        CASES,
        _statements(
            f"UPDATE cases SET lead_body = '{NAME}', close_reason = '{NAME}'",
            f"UPDATE referrals SET to_body = '{NAME}', outcome = '{NAME}'",
            f"UPDATE contacts SET channel = '{NAME}', interpreter_language = '{NAME}'",
            f"UPDATE conferences SET bodies = '{NAME}'",
        ),
    ),
    "names as bytes": (CASES, _statements("UPDATE clients SET notes = x'C3', sex = x'51E4DF'")),
}  # fmt: skip


def main() -> None:
    """Spoil, run, mend, and go on with the next."""
    settings, ends = read_settings(), {}
    with open_instance(settings) as instance:
        jobs = runner(instance)
        for kind, (source, spoil) in SPOILS.items():
            folder = settings.inbox / source / MONTH
            kept = settings.inbox.parent / "inbox-kept"
            shutil.copytree(folder, kept)
            spoil(folder)
            try:
                jobs.run(intake_job_name(source), parse_month(MONTH))
                ends[kind] = ""
            except RunFailedError as error:
                ends[kind] = str(error)
            shutil.rmtree(folder)
            kept.rename(folder)
    print(json.dumps(ends))
