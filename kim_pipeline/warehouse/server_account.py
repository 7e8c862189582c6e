"""The account the embedded server runs as: PostgreSQL refuses root, so root gives it its own."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kim_pipeline.errors import WarehouseError

NAME = "kim-pipeline"


@dataclass(frozen=True)
class Account:
    """An account of this machine."""

    name: str
    uid: int
    gid: int


def current_account() -> Account:
    """Name the account this process runs as.

    Raises WarehouseError when the user id has no name, because PostgreSQL refuses to start then.
    """
    try:
        entry = pwd.getpwuid(os.geteuid())
    except KeyError:
        raise WarehouseError(
            f"The user id {os.geteuid()} has no account name, and PostgreSQL needs one: add it to"
            " /etc/passwd, or set KIM_WAREHOUSE_URL."
        ) from None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def server_account() -> Account:
    """Give the account the server shall run as: this one, or for root a system account.

    Creates the system account `kim-pipeline` when it is missing. Callers hold a lock.
    Raises WarehouseError when it cannot be created.
    """
    account = current_account()
    if account.uid != 0:
        return account
    system = _system_account() or _create_system_account()
    if system.uid == 0:
        raise WarehouseError(f"The account {NAME} has the user id 0: give it one of its own.")
    return system


def run_as(
    account: Account,
    command: Sequence[str | Path],
    folder: Path,
    *,
    text: str = "",
    keep: tuple[int, ...] = (),
) -> subprocess.CompletedProcess[str]:
    """Run a program as an account in a folder, without this process's environment.

    `text` goes to its standard input, the file descriptors in `keep` stay open in it. A foreign
    PGPORT, PGOPTIONS or locale must not decide how our server runs, hence the bare environment.
    """
    other = account.uid != os.geteuid()
    try:
        return subprocess.run(
            command,
            cwd=folder,
            input=text,
            env={"LC_ALL": "C", "PATH": os.defpath},
            capture_output=True,
            text=True,
            check=False,
            start_new_session=True,
            umask=0o077,
            pass_fds=keep,
            user=account.uid if other else None,
            group=account.gid if other else None,
            extra_groups=() if other else None,
        )
    except OSError as error:
        raise WarehouseError(
            f"{Path(command[0]).name} could not be run as the account {account.name}:"
            f" {error.strerror}. Set KIM_WAREHOUSE_URL to use another server."
        ) from None


def _system_account() -> Account | None:
    try:
        entry = pwd.getpwnam(NAME)
    except KeyError:
        return None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _create_system_account() -> Account:
    useradd = shutil.which("useradd", path=f"{os.defpath}:/usr/sbin:/sbin")
    if useradd is None:
        raise WarehouseError(
            f"PostgreSQL does not run as root, and useradd is missing: create the account {NAME},"
            " or run as an ordinary user, or set KIM_WAREHOUSE_URL."
        )
    options = ["--system", "--no-create-home", "--home-dir", "/nonexistent", "--user-group"]
    shell = ["--shell", "/usr/sbin/nologin"]
    made = subprocess.run([useradd, *options, *shell, NAME], capture_output=True, check=False)
    account = _system_account()
    if account is None:
        raise WarehouseError(
            f"The account {NAME} could not be created (useradd ended with {made.returncode}):"
            " create it, or run as an ordinary user, or set KIM_WAREHOUSE_URL."
        )
    return account
