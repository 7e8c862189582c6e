"""Folders with an owner, made or checked but never opened further, and a lock among processes."""

import fcntl
import os
import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kim_pipeline.errors import WarehouseError
from kim_pipeline.warehouse.server_account import Account


@contextmanager
def locked(path: Path) -> Iterator[int]:
    """Hold an exclusive lock on a file; the kernel frees it when the holder dies."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield handle
    finally:
        os.close(handle)


def private_folder(path: Path) -> None:
    """Make a folder that only this account can enter; one that exists is left as it is."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir(mode=0o700, exist_ok=True)


def readable_folder(path: Path) -> Path:
    """Make a folder that every account can read, or check that an existing one is our own."""
    if not path.exists():
        path.mkdir(exist_ok=True)
        path.chmod(0o755)
    check_owner(path)
    return path


def account_folder(account: Account, path: Path) -> Path:
    """Make an account's private folder, or check one that exists.

    Raises WarehouseError when others own it or may enter it: its mode is never changed, because
    then somebody else made it or meant it.
    """
    if not path.exists():
        path.mkdir(mode=0o700)
        if account.uid != os.geteuid():
            os.chown(path, account.uid, account.gid)
    state = path.lstat()
    private = stat.S_ISDIR(state.st_mode) and stat.S_IMODE(state.st_mode) == 0o700
    if state.st_uid != account.uid or not private:
        raise WarehouseError(f"{path} is not a private folder of {account.name}: remove it.")
    return path


def check_owner(path: Path) -> None:
    """Refuse a folder that belongs to another account, or is a link to somewhere."""
    state = path.lstat()
    if not stat.S_ISDIR(state.st_mode) or state.st_uid != os.geteuid():
        raise WarehouseError(
            f"{path} is not a folder of this account (owner: user id {state.st_uid}): run as that"
            " account, or choose another KIM_HOME."
        )


def path_mark(path: Path, start: int = 0) -> str:
    """Give eight hexadecimal digits that stand for a path, continuing a checksum."""
    return f"{zlib.crc32(os.fsencode(path.absolute()), start):08x}"
