"""Files that nobody else may read: opened only where place, owner and mode are strict."""

import os
import stat
from collections.abc import Sequence
from pathlib import Path

from kim_pipeline.errors import KeyFileError

FORBIDDEN_BITS = 0o077
CREDENTIALS = Path("/run/credentials")
MAX_BYTES = 1 << 16
REPOSITORY_MARKS = ("pyproject.toml", ".git")


def read_private(path: Path) -> bytes:
    """Read a small file after checking the opened descriptor, not the name.

    Raises KeyFileError for a missing file, a symlink, a foreign owner, a second hard link,
    or any permission of group and others. A systemd service credential may belong to root and
    show its access list as group read.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as error:
        raise KeyFileError(_unopened(path, error)) from None
    try:
        _check_status(path, os.fstat(descriptor))
        return os.read(descriptor, MAX_BYTES)
    finally:
        os.close(descriptor)


def check_folder(folder: Path) -> None:
    """Refuse a key folder that others could list or change.

    Raises KeyFileError for a missing folder, a symlink, a foreign owner, permissions wider than
    0700, or a parent that everybody may write to without the sticky bit.
    """
    try:
        status = os.lstat(folder)
    except OSError as error:
        raise KeyFileError(_unopened(folder, error)) from None
    if not stat.S_ISDIR(status.st_mode):
        raise KeyFileError(f"{folder} is not a folder of its own; name the real folder.")
    if status.st_uid != os.geteuid():
        raise KeyFileError(f"{folder} belongs to another user; chown it to the service user.")
    if status.st_mode & FORBIDDEN_BITS:
        raise KeyFileError(f"{folder} is open to others; run: chmod 0700 {folder}")
    check_parents(folder)


def check_parents(path: Path) -> None:
    """Refuse a path below a folder that everybody may write to, unless that folder is sticky."""
    for parent in path.resolve().parents:
        mode = parent.stat().st_mode
        if mode & stat.S_IWOTH and not mode & stat.S_ISVTX:
            raise KeyFileError(f"Everybody may write to {parent}; move {path} elsewhere.")


def check_outside(path: Path, folders: Sequence[Path]) -> None:
    """Refuse a path inside one of these folders or inside a source repository."""
    place = path.resolve()
    for folder in folders:
        if place.is_relative_to(folder.resolve()):
            raise KeyFileError(f"{path} lies below {folder}; keep keys apart from data.")
    for parent in place.parents:
        if any((parent / mark).exists() for mark in REPOSITORY_MARKS):
            raise KeyFileError(f"{path} lies in the repository {parent}; move it outside.")


def _check_status(path: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise KeyFileError(f"{path} is not a regular file.")
    credential = path.resolve().is_relative_to(CREDENTIALS)
    if status.st_uid not in ({os.geteuid(), 0} if credential else {os.geteuid()}):
        raise KeyFileError(f"{path} belongs to another user; chown it to the service user.")
    if status.st_mode & (FORBIDDEN_BITS & ~stat.S_IRGRP if credential else FORBIDDEN_BITS):
        raise KeyFileError(f"{path} is open to group or others; run: chmod 0400 {path}")
    if status.st_nlink != 1:
        raise KeyFileError(f"{path} has {status.st_nlink} hard links; keep exactly one.")
    if status.st_size > MAX_BYTES:
        raise KeyFileError(f"{path} is too large for what it should hold.")


def _unopened(path: Path, error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return (
            f"{path} is missing; restore it, or, for a new source, run: "
            "kim keys init --add-missing (in a demo: kim keys init --demo)"
        )
    if path.is_symlink():
        return f"{path} is a symbolic link; put the file itself there."
    return f"{path} cannot be opened: {error.strerror}."
