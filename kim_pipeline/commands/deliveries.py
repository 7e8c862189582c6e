"""`kim delivery`: which deliveries came, and taking a bad one back that was found late."""

from datetime import UTC, date, datetime
from operator import itemgetter
from typing import Annotated, Any

import typer

from assets.resources import Hub
from kim_pipeline.commands.options import read_month
from kim_pipeline.commands.output import AsJson, say, tell_rows
from kim_pipeline.errors import ConfigError
from kim_pipeline.periods import format_month
from kim_pipeline.warehouse import audit_log, refusals
from kim_pipeline.warehouse.delivery_book import Entry, read_entries
from kim_pipeline.warehouse.history import Difference
from kim_pipeline.warehouse.withdrawals import Order, Withdrawal
from kim_pipeline.warehouse.withdrawals import withdraw as take_back
from sources.accepting.staging import staging_tables
from sources.contracts.contract import Contract
from sources.receiving.landing import landed

delivery_app = typer.Typer(help="Deliveries: what came, what was taken back.", no_args_is_help=True)

_MONTH: dict[str, Any] = {"parser": read_month, "metavar": "YYYY-MM"}


@delivery_app.command(name="list")
def list_deliveries(
    source: Annotated[str | None, typer.Option(help="Only those of this source.")] = None,
    month: Annotated[date | None, typer.Option(**_MONTH, help="Only those for it.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show every delivery in the order in which it was learnt, refused and withdrawn ones too."""
    hub = Hub()
    wanted = _contract(hub, source).source if source else None
    with hub.transaction("Reading deliveries") as connection:
        found = [
            (entry.known_at, _shown(entry)) for entry in read_entries(connection, wanted, month)
        ]
        found += [(event.at, _unread(event)) for event in refusals.read(connection, wanted, month)]
    tell_rows([row for _, row in sorted(found, key=itemgetter(0))], as_json, headed=True)


@delivery_app.command()
def withdraw(
    source: Annotated[str, typer.Option(help="Source that delivered it.")],
    month: Annotated[date, typer.Option(**_MONTH, help="Month it describes.")],
    because: Annotated[str, typer.Option(help="Why; without personal data.")],
    sequence: Annotated[
        int | None, typer.Option(min=1, help="Its sequence in the list; default the newest.")
    ] = None,
) -> None:
    """Take an accepted delivery back; its past stays readable, and later runs restate."""
    hub, now = Hub(), datetime.now(UTC)
    contract = _contract(hub, source)
    order = Order(contract.source, month, because, now, sequence)
    with hub.transaction("Withdrawing a delivery") as connection:
        done = take_back(connection, staging_tables(contract), order)
        audit_log.log(connection, _event(order, done), hub.keyring.audit_key.secret)
    for line in _told(hub, contract, month, done):
        say(line)


def changed_rows(name: str, change: Difference) -> str:
    """Say in few words what happened to one table."""
    return f"  {name}: {change.changed} rows changed, {change.new} new, {change.gone} gone"


def _contract(hub: Hub, source: str) -> Contract:
    known = {contract.source: contract for contract in hub.contracts}
    if source not in known:
        raise ConfigError(f"There is no such source; choose of {', '.join(known)}.")
    return known[source]


def _event(order: Order, done: Withdrawal) -> audit_log.Event:
    counts = {
        "sequence": done.sequence,
        "rows_opened": sum(change.opened for change in done.changes.values()),
        "rows_closed": sum(change.closed for change in done.changes.values()),
    }
    because = " ".join(order.because.split())
    what = audit_log.WITHDRAWN
    return audit_log.Event(what, order.at, because, order.source, order.month, counts)


def _told(hub: Hub, contract: Contract, month: date, done: Withdrawal) -> list[str]:
    name = format_month(month)
    lines = [f"{name}  {contract.source} delivery {done.sequence} withdrawn"]
    lines += [changed_rows(table, change) for table, change in done.changes.items()]
    if done.serving is None:
        lines.append(f"  no delivery of {contract.source} serves {name} now")
    else:
        lines.append(f"  its delivery of {format_month(done.serving)} serves instead")
        if not landed(hub.settings.landing, contract.source, done.serving):
            lines.append(
                "  that delivery is no longer sealed here: its records cannot be linked anew; "
                f"ask the authority to deliver {name} once more"
            )
    return [*lines, f"  next: kim run --from {name}"]


def _unread(event: audit_log.Event) -> dict[str, object]:
    """Show a delivery that was refused before its rows were counted."""
    empty = dict.fromkeys(("delivered", "rejected", "opened", "closed", "restates"), "")
    moment = f"{event.at:%Y-%m-%d %H:%M}"
    return {
        "source": event.source,
        "month": format_month(event.month) if event.month else "",
        "sequence": "",
        "status": "refused",
        "received": moment,
        "known": moment,
        **empty,
        "reason": event.reason,
    }


def _shown(entry: Entry) -> dict[str, object]:
    return {
        "source": entry.source,
        "month": format_month(entry.month),
        "sequence": entry.sequence,
        "status": entry.status,
        "received": f"{entry.received_at:%Y-%m-%d %H:%M}",
        "known": f"{entry.known_at:%Y-%m-%d %H:%M}",
        "delivered": entry.rows_delivered,
        "rejected": entry.rows_rejected,
        "opened": entry.rows_opened,
        "closed": entry.rows_closed,
        "restates": "yes" if entry.restates else "",
        "reason": entry.reason or "",
    }
