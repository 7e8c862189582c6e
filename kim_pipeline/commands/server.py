"""`kim warehouse`, `kim sql`, `kim ui`: the servers of an installation."""

import os
import shutil
import sys
from pathlib import Path
from typing import Annotated

import sqlalchemy as sa
import typer

from kim_pipeline.commands.instance import instance_home
from kim_pipeline.commands.output import AsJson, say, tell
from kim_pipeline.errors import ConfigError
from kim_pipeline.settings import read_settings
from kim_pipeline.warehouse.engine import role_url
from kim_pipeline.warehouse.server import ensure_server, server_status, stop_server
from kim_pipeline.warehouse.server_binaries import wheel_binaries

warehouse_app = typer.Typer(help="The embedded PostgreSQL server.", no_args_is_help=True)
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@warehouse_app.command()
def start(as_json: AsJson = False) -> None:
    """Start the server, or say that it runs."""
    tell(vars(ensure_server(read_settings())), as_json)


@warehouse_app.command()
def stop() -> None:
    """Stop the server cleanly."""
    say("stopped" if stop_server(read_settings()) else "was not running")


@warehouse_app.command()
def status(as_json: AsJson = False) -> None:
    """Say whether the server runs, and where."""
    tell(vars(server_status(read_settings())), as_json)


def sql(
    role: Annotated[str, typer.Option(help="Role to connect as.")] = "kim_analyst",
    url: Annotated[bool, typer.Option("--url", help="Print the URL instead.")] = False,
) -> None:
    """Open psql on the warehouse as an analyst, or print the URL for other tools."""
    target = sa.make_url(role_url(read_settings(), role)).set(drivername="postgresql")
    text = target.render_as_string(hide_password=False)
    if url:
        say(text)
        return
    # Without one of its own the machine has that of the embedded server.
    psql = shutil.which("psql") or str(wheel_binaries() / "bin" / "psql")
    os.execv(psql, [psql, text])  # noqa: S606 - takes the place of this process


def ui(
    host: Annotated[str, typer.Option(help="Address; Dagster has no login.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port.")] = 3000,
) -> None:
    """Serve the Dagster UI on this machine, with schedules and the warehouse running."""
    if host not in LOOPBACK:
        raise ConfigError(
            "The Dagster UI has no login; serve it on 127.0.0.1 and put a proxy with one before it."
        )
    if not Path("workspace.yaml").exists():
        raise ConfigError("Start the Dagster UI in the folder that holds workspace.yaml.")
    settings = read_settings()
    ensure_server(settings)
    environment = {
        **os.environ,
        "DAGSTER_HOME": instance_home(settings),
        "DAGSTER_DISABLE_TELEMETRY": "1",
        "KIM_HOME": str(settings.home),
        "KIM_CONFIG": str(settings.config),
    }
    command = Path(sys.executable).with_name("dg")
    say(f"Dagster UI on http://{host}:{port}")
    arguments = ["dg", "dev", "--host", host, "--port", str(port)]
    os.execve(command, arguments, environment)  # noqa: S606 - takes its place
