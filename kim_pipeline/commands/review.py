"""`kim review`: what linkage doubts, what the trust office decides, and whom it may ask."""

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import sqlalchemy as sa
import typer

from assets.resources import Hub
from kim_pipeline.commands.output import AsJson, say, tell_rows
from kim_pipeline.commands.review_files import (
    read_decisions,
    rows_for_authority,
    rows_for_trust_office,
    write_rows,
)
from kim_pipeline.errors import ConfigError
from kim_pipeline.periods import format_month
from kim_pipeline.warehouse import review_decisions, review_queue
from kim_pipeline.warehouse.review_decisions import Decision
from kim_pipeline.warehouse.review_queue import Item

review_app = typer.Typer(help="Pairs of records that need a decision.", no_args_is_help=True)


class Kind(StrEnum):
    """Why a pair is asked about; see `linkage.review`."""

    CONTRADICTION = "contradiction"
    CONFLICT = "conflict"
    DOUBTFUL = "doubtful"
    DUPLICATE = "duplicate"


class Answer(StrEnum):
    """Whether two records are one person."""

    SAME = "same"
    DIFFERENT = "different"


@review_app.command(name="list")
def list_items(
    source: Annotated[str | None, typer.Option(help="Only pairs with a record of it.")] = None,
    kind: Annotated[Kind | None, typer.Option(help="Only pairs of this kind.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Show what waits: sources and how far each field agrees, never a value or a pseudonym."""
    hub = Hub()
    where = [review_queue.is_open()]
    where += [review_queue.concerns(_source(hub, source))] if source else []
    where += [review_queue.of_kind(kind.value)] if kind else []
    with hub.transaction("Reading the review queue") as connection:
        items = review_queue.read_items(connection, *where)
    tell_rows([_shown(item) for item in items[:limit]], as_json)
    if not as_json and len(items) > limit:
        say(f"{len(items) - limit} more; say --limit")


@review_app.command()
def decide(
    item: Annotated[str, typer.Argument(help="Name of the item, see: kim review list")],
    answer: Annotated[Answer, typer.Argument(help="One person or two.")],
    by: Annotated[str, typer.Option(help="Who decided: a name or an office.")],
    reason: Annotated[str, typer.Option(help=", ".join(review_decisions.REASONS))],
) -> None:
    """Decide about an item; it holds for all later runs, and the newest month is linked anew."""
    hub, now = Hub(), datetime.now(UTC)
    decision = Decision(item, answer is Answer.SAME, by, now, reason)
    with hub.transaction("Entering a decision") as connection:
        review_decisions.decide(connection, decision, now, hub.keyring.audit_key.secret)
    say(f"{item}  {answer.value}; the next run links by it")


@review_app.command()
def export(
    out: Annotated[Path, typer.Option(help="File to write: .csv or .json.")],
    authority: Annotated[
        str | None, typer.Option(help="For this source: its own records, chosen by them alone.")
    ] = None,
) -> None:
    """Write what waits for the trust office or, with --authority, what one source may be asked."""
    hub = Hub()
    mine = review_queue.may_be_asked(_source(hub, authority)) if authority else sa.true()
    with hub.transaction("Reading the review queue") as connection:
        items = review_queue.read_items(connection, review_queue.is_open(), mine)
    rows = rows_for_authority(items) if authority else rows_for_trust_office(items)
    write_rows(out, rows, for_authority=authority is not None)
    say(f"{len(rows)} items in {out}")


@review_app.command(name="import")
def import_decisions(
    file: Annotated[Path, typer.Argument(help="CSV (, or ;): item, decision, decided_by, reason.")],
) -> None:
    """Take decisions back in, all of them or none."""
    hub, now = Hub(), datetime.now(UTC)
    found = read_decisions(file, now)
    with hub.transaction("Entering decisions") as connection:
        for decision in found:
            review_decisions.decide(connection, decision, now, hub.keyring.audit_key.secret)
    say(f"{len(found)} decisions entered; the next run links by them")


@review_app.command()
def verify() -> None:
    """Recompute the chain of the audit log; refused when an entry was altered or taken out."""
    hub = Hub()
    with hub.transaction("Reading the audit log") as connection:
        entries = review_decisions.verify_log(connection, hub.keyring.audit_key.secret)
    say(f"{entries} entries hold")


def _source(hub: Hub, name: str) -> str:
    known = [contract.source for contract in hub.contracts]
    if name not in known:
        raise ConfigError(f"There is no such source; choose of {', '.join(known)}.")
    return name


def _shown(item: Item) -> dict[str, object]:
    agreement = ", ".join(f"{field} {word}" for field, word in item.levels.items())
    chance = "" if item.probability is None else f"{item.probability:.2f}"
    return {
        "item": item.item,
        "kind": item.kind + (f" ({item.reason.replace('_', ' ')})" if item.reason else ""),
        "sources": f"{item.source_l} + {item.source_r}",
        "probability": chance,
        "month": format_month(item.month),
        "agreement": agreement,
    }
