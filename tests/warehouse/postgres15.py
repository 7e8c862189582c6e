"""A server of PostgreSQL 15, the oldest that is supported, for the tests that must hold on it."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

PROGRAMS = Path("/usr/lib/postgresql/15/bin")
REMEDY = "PostgreSQL 15 is missing (Debian: apt install postgresql-15)"
OPTIONS = "-c listen_addresses='' -c fsync=off -c timezone=UTC"


def is_installed() -> bool:
    return (PROGRAMS / "initdb").exists()


@contextmanager
def started() -> Iterator[sa.URL]:
    """Start a new cluster that only this account reaches, and remove it in the end."""
    folder = Path(tempfile.mkdtemp(prefix="kim15"))
    account = _account()
    if account:
        shutil.chown(folder, account)
    data, options = folder / "data", f"{OPTIONS} -k {folder}"
    _run(account, "initdb", "-D", data, "-U", "kim", "-A", "trust", "-E", "UTF8", "--locale=C")
    _run(account, "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
    try:
        yield sa.URL.create(
            "postgresql+psycopg", "kim", database="postgres", query={"host": str(folder)}
        )
    finally:
        _run(account, "pg_ctl", "-D", data, "-w", "-m", "fast", "stop")
        shutil.rmtree(folder)


def _account() -> str | None:
    """Name the account that runs it: a server refuses to be run by root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _run(account: str | None, program: str, *arguments: str | Path) -> None:
    subprocess.run(
        [PROGRAMS / program, *arguments],
        check=True,
        user=account,
        cwd="/",
        stdout=subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
        timeout=120,
    )
