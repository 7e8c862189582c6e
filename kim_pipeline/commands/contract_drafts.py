"""`kim contract new`: a draft from a delivery, and what is still to be done about it."""

import re
from pathlib import Path
from typing import Annotated

import typer

from kim_pipeline.commands.output import say
from kim_pipeline.errors import ContractError, DeliveryError
from sources.authoring.draft_contract import Draft, draft_contract
from sources.authoring.drafting import DraftTable
from sources.contracts.gaps import ASKED

NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
REASONS = {
    "pseudonymised": "pseudonymised",
    "linked": "for linking only, or also staged by code",
    "coarsened": "coarsened to the year",
    "open": "staged as they are",
    "code_list": "staged, by code list",
    "codes_missing": "dropped: few values; give enum or codeList if they are needed",
    "date_form": "dropped: dates of an unknown form; write the form, and a rule if needed",
    "identifier": "dropped: may tell who somebody is; pseudonymise or link if they are needed",
    "free_text": "dropped: free text",
    "not_needed": "dropped: only part of the key",
    "empty": "dropped: empty in this delivery",
}

NO_PERSONS = (
    "No field was found that numbers persons: nobody is linked. If there is one, its privacy is\n"
    "  {rule: pseudonymise, domain: person, column: record_pseudonym}, "
    "that of names {rule: link, role: …}."
)


def new(
    file: Annotated[Path, typer.Option("--from", metavar="FILE", help="A delivery.")],
    source: Annotated[str, typer.Option(help="Id of the new source.")] = "new_source",
    out: Annotated[Path | None, typer.Option(help="File to write; else print.")] = None,
    table: Annotated[str | None, typer.Option(help="Name of the (first) table.")] = None,
    header_row: Annotated[int | None, typer.Option(min=1, help="Row of the header.")] = None,
) -> None:
    """Draft a contract from a delivery; the draft holds no value of it."""
    for name in filter(None, (source, table)):
        if not NAME.fullmatch(name):
            raise ContractError(
                "Names of sources and tables: small letters, digits and _, first a letter."
            )
    if not file.is_file():
        raise DeliveryError("--from: there is no such file.")
    if out is not None and out.exists():
        raise ContractError(f"{out} is already there; remove it, or give another --out.")
    draft = draft_contract(file, source, table, header_row)
    if out is None:
        print(draft.text, end="")
        return
    out.write_text(draft.text, encoding="utf-8")
    for drafted in draft.tables:
        _tell(draft, drafted)
    if "domain: person," not in draft.text:
        say(NO_PERSONS)
    say(f"{draft.text.count(ASKED) - 1} places say {ASKED}. Then: kim contract check {out}")


def _tell(draft: Draft, table: DraftTable) -> None:
    marked = [field for field in table.fields if field.key_position]
    keys = [field.name for field in sorted(marked, key=lambda field: field.key_position or 0)]
    key = ", ".join(keys) or "none found; mark one with primaryKey"
    say(f"{table.name}: {table.rows} rows, {len(table.fields)} fields, key: {key}")
    for reason, names in draft.reasons(table).items():
        say(f"  {REASONS[reason]} ({len(names)}): {', '.join(names)}")
