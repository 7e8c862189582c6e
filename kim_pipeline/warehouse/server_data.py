"""What an embedded server starts from: its data, made whole or not at all, and its settings."""

import os
import shutil
from pathlib import Path

from kim_pipeline.errors import WarehouseError
from kim_pipeline.warehouse.server_account import Account, current_account, run_as
from kim_pipeline.warehouse.server_binaries import MAJOR
from kim_pipeline.warehouse.server_place import Place

OWNER = "kim_pipeline"
DATABASE = "kim"
PORT = 5432

# Large objects are storage that no grant on a table governs; databases made later inherit this.
TEMPLATE = """\
REVOKE EXECUTE ON FUNCTION lo_creat(integer), lo_create(oid), lo_from_bytea(oid, bytea), \
lo_put(oid, bigint, bytea), lowrite(integer, bytea) FROM PUBLIC;
"""

# The superuser has no entry in the identity map: after this, nobody can log in as it.
BOOTSTRAP = """\
CREATE ROLE kim_pipeline LOGIN CREATEROLE CREATEDB;
CREATE DATABASE kim OWNER kim_pipeline;
REVOKE ALL ON DATABASE postgres FROM PUBLIC;
REVOKE ALL ON DATABASE template1 FROM PUBLIC;
"""

# Messages below FATAL are silenced, because they may quote statements and values of records.
# The WAL is not compressed: a leak in a packed page image would hide from a search of the bytes.
SETTINGS = """\
include 'data/postgresql.conf'
hba_file = '../pg_hba.conf'
ident_file = '../pg_ident.conf'
listen_addresses = ''
port = 5432
unix_socket_permissions = 0700
shared_buffers = 256MB
work_mem = 32MB
maintenance_work_mem = 512MB
max_wal_size = 1GB
checkpoint_timeout = 30min
wal_compression = off
random_page_cost = 1.1
jit = off
fsync = on
TimeZone = 'UTC'
log_timezone = 'UTC'
DateStyle = 'ISO, YMD'
default_text_search_config = 'pg_catalog.simple'
log_destination = 'stderr'
logging_collector = off
log_min_messages = fatal
log_min_error_statement = panic
log_error_verbosity = terse
log_statement = 'none'
log_parameter_max_length_on_error = 0
"""

ACCESS = """\
# kind  database  role  method
local   all       all   peer map=kim
"""


def make_data(place: Place, lock: int) -> None:
    """Make the data folder, the owner role and the database, unless they exist.

    Everything happens in a scratch folder that takes its name only when it is complete. `lock`
    stays open in the programs, so that a starter that dies leaves nobody beside its orphan.
    """
    scratch = place.folder / "data.new"
    if scratch.exists():
        shutil.rmtree(scratch)
    if place.data.exists():
        _check_version(place.data)
        return
    scratch.mkdir(mode=0o700)
    if place.account.uid != os.geteuid():
        os.chown(scratch, place.account.uid, place.account.gid)
    programs = place.programs / "bin"
    access = ["--auth-local=peer", "--auth-host=reject", "--username=postgres"]
    texts = ["--encoding=UTF8", "--locale=C", "--lc-messages=C"]
    _run(place.account, [programs / "initdb", *access, *texts, "-D", "."], scratch, "", lock)
    single: list[str | Path] = [programs / "postgres", "--single", "-D", "."]
    single += ["-c", "exit_on_error=on"]
    for database, text in (("template1", TEMPLATE), ("postgres", BOOTSTRAP)):
        _run(place.account, [*single, database], scratch, text, lock)
    scratch.rename(place.data)


def write_settings(place: Place, socket: Path) -> None:
    """Write configuration, access rules and identity map beside the data, afresh at every start."""
    quoted = str(socket).replace('"', '""').replace("'", "''")
    socket_line = f"unix_socket_directories = '\"{quoted}\"'\n"
    names = dict.fromkeys((current_account().name, "root"))
    identities = "".join(f'kim "{name}" "/^kim_[a-z_]+$"\n' for name in names)
    _write(place, "server.conf", SETTINGS + socket_line)
    _write(place, "pg_hba.conf", ACCESS)
    _write(place, "pg_ident.conf", identities)


def data_version(data: Path) -> int:
    """Read the major version of PostgreSQL that made a data folder."""
    return int((data / "PG_VERSION").read_text("utf-8"))


def _check_version(data: Path) -> None:
    found = data_version(data)
    if found != MAJOR:
        raise WarehouseError(
            f"{data} was made by PostgreSQL {found}, installed is {MAJOR}: dump it with the old"
            " version and restore it into an empty warehouse."
        )


def _write(place: Place, name: str, text: str) -> None:
    path = place.folder / name
    scratch = place.folder / f"{name}.new"
    scratch.write_text(text, "utf-8")
    os.chown(scratch, os.geteuid(), place.account.gid)
    scratch.chmod(0o640 if place.account.uid != os.geteuid() else 0o600)
    scratch.replace(path)


def _run(account: Account, command: list[str | Path], folder: Path, text: str, lock: int) -> None:
    done = run_as(account, command, folder, text=text, keep=(lock,))
    if done.returncode != 0:
        lines = [line for line in done.stderr.splitlines() if "FATAL" in line or "error" in line]
        reason = lines[-1] if lines else f"exit code {done.returncode}"
        raise WarehouseError(f"{Path(command[0]).name} could not make {folder}: {reason}")
