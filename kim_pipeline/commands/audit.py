"""`kim audit`: what was done to deliveries and files, and whether the log of it holds."""

from typing import Annotated

import typer

from assets.resources import Hub
from kim_pipeline.commands.output import AsJson, say, tell_rows
from kim_pipeline.disclosure.release_anchor import check_release
from kim_pipeline.disclosure.release_chain import verify_releases
from kim_pipeline.periods import format_month
from kim_pipeline.warehouse import audit_log
from kim_pipeline.warehouse.audit_log import Logged
from kim_pipeline.warehouse.export_log import verify_exports

audit_app = typer.Typer(help="The audit log.", no_args_is_help=True)


@audit_app.command(name="list")
def list_events(
    limit: Annotated[int, typer.Option(min=1, help="At most so many, the newest.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Show what was done to deliveries and files, by whom and why."""
    with Hub().transaction("Reading the audit log") as connection:
        found = audit_log.events(connection, limit)
    tell_rows([_shown(entry) for entry in found], as_json)


@audit_app.command()
def verify() -> None:
    """Recompute the chains of the audit log, the exports and the released cells.

    Refused when an entry was altered or taken out, or the warehouse was rolled back.
    """
    hub = Hub()
    key = hub.keyring.audit_key.secret
    with hub.transaction("Reading the audit log") as connection:
        entries = audit_log.verify(connection, key)
        verify_exports(connection, key)
        verify_releases(connection, key)
        check_release(connection, hub.settings.home)
    say(f"{entries} entries hold")


def _shown(entry: Logged) -> dict[str, object]:
    return {
        "position": entry.position,
        "at": f"{entry.at:%Y-%m-%d %H:%M}",
        "account": entry.account,
        "action": entry.action,
        "source": entry.source or "",
        "month": format_month(entry.month) if entry.month else "",
        "counts": ", ".join(f"{name} {count}" for name, count in entry.counts.items()),
        "reason": entry.reason,
    }
