"""`kim codelist`: import official code lists, see which are there, compare two versions."""

import re
from collections import Counter
from pathlib import Path
from typing import Annotated

import pyarrow as pa
import typer

from kim_pipeline.commands.output import AsJson, say, tell, tell_rows
from kim_pipeline.errors import ContractError
from sources.authoring.code_list_files import compare_lists, read_official, write_list
from sources.authoring.list_import import Columns
from sources.contracts.code_lists import code_list
from sources.contracts.contract import IN_THE_BOX
from sources.contracts.list_files import ListVersion, installed, parse_title, read_facts, read_list

NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
VERSION = re.compile(r"[A-Za-z0-9._-]+")
BOX = IN_THE_BOX / "codelists"

codelist_app = typer.Typer(help="Code lists.", no_args_is_help=True)
Folder = Annotated[Path, typer.Option("--folder", help="Folder of the lists.")]


@codelist_app.callback()
def codelists() -> None:
    """Work with the official code lists that contracts name."""


@codelist_app.command(name="import")
def import_list(  # noqa: PLR0913, PLR0917 - each is an option of the command
    file: Annotated[Path, typer.Argument(help="Genericode (.xml) or CSV.")],
    name: Annotated[str, typer.Option(help="Name under which contracts use it.")],
    version: Annotated[str | None, typer.Option(help="Version, if the file has none.")] = None,
    code_column: Annotated[str | None, typer.Option(help="Column of the codes.")] = None,
    name_column: Annotated[str | None, typer.Option(help="Column of the names.")] = None,
    only: Annotated[
        str | None, typer.Option(metavar="COLUMN=VALUE", help="Rows to take of several lists.")
    ] = None,
    keep: Annotated[
        list[str] | None, typer.Option(metavar="COLUMN", help="Group column to keep; repeatable.")
    ] = None,
    folder: Folder = BOX,
    as_json: AsJson = False,
) -> None:
    """Take a code list into the folder of lists: codes, names, validity, and what --keep names."""
    imported = read_official(file, Columns(code_column, name_column, only, tuple(keep or ())))
    entry = _entry(name, version or imported.version)
    before = [other for other in installed(folder) if other.name == name] if folder.exists() else []
    target = write_list(imported, entry, folder)
    facts = {
        "list": entry.title,
        "codes": len(imported.rows),
        "valid from": imported.facts.valid_from or "-",
        "columns": ", ".join(imported.columns),
        "columns left out": imported.left_out,
        "file": target,
    }
    earlier = [other for other in before if other != entry]
    if earlier:
        facts |= {f"since {earlier[-1].title}": _summary(earlier[-1], entry, folder)}
    tell(facts, as_json)


@codelist_app.command(name="list")
def list_lists(folder: Folder = BOX, as_json: AsJson = False) -> None:
    """Show which lists are there, in which versions."""
    rows = []
    for entry in installed(folder):
        facts = read_facts(entry, folder)
        rows.append(
            {
                "list": entry.name,
                "version": entry.version or "-",
                "codes": _read(entry, folder).num_rows,
                "valid_from": str(facts.valid_from or "-"),
                "source": facts.uri or "see LICENCE.md",
            }
        )
    head = [] if as_json or not rows else [{name: name.replace("_", " ") for name in rows[0]}]
    tell_rows([*head, *rows], as_json)


@codelist_app.command()
def diff(
    before: Annotated[str, typer.Argument(metavar="A", help="name@version, or a file.")],
    after: Annotated[str, typer.Argument(metavar="B", help="name@version, or a file.")],
    folder: Folder = BOX,
    as_json: AsJson = False,
) -> None:
    """Compare two versions of a list: new, dropped, expired, renamed codes."""
    changes = compare_lists(_either(before, folder), _either(after, folder))
    rows = [
        {"change": c.kind, "code": c.code, "before": c.before, "after": c.after} for c in changes
    ]
    tell_rows(rows, as_json)
    if not as_json:
        counts = Counter(change.kind for change in changes)
        say(", ".join(f"{count} {kind}" for kind, count in counts.items()) or "no difference")


def _entry(name: str, version: str) -> ListVersion:
    if not NAME.fullmatch(name):
        raise ContractError("--name: small letters, digits and _ only, beginning with a letter.")
    if not VERSION.fullmatch(version):
        raise ContractError("--version: the file has none; give letters, digits, dot or dash.")
    return ListVersion(name, version)


def _summary(one: ListVersion, other: ListVersion, folder: Path) -> str:
    changes = compare_lists(_read(one, folder), _read(other, folder))
    counts = Counter(change.kind for change in changes)
    return ", ".join(f"{count} {kind}" for kind, count in counts.items()) or "no difference"


def _either(text: str, folder: Path) -> pa.Table:
    """Read a list by title, or a file that is not yet imported."""
    if Path(text).is_file():
        imported = read_official(Path(text), Columns())
        columns = {name: [row[name] or None for row in imported.rows] for name in imported.columns}
        return pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})
    entry = parse_title(text)
    if not entry.version:
        entry = next((e for e in reversed(installed(folder)) if e.name == entry.name), entry)
    return _read(entry, folder)


def _read(entry: ListVersion, folder: Path) -> pa.Table:
    if folder == BOX:
        return code_list(entry.name, entry.version)
    path = folder / f"{entry.title}.csv"
    if not path.is_file():
        raise ContractError(f"There is no code list {entry.title}; see: kim codelist list")
    return read_list(path.read_bytes())
