"""A folder of this machine or a mounted share: ordinary files only, behind no symbolic link."""

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from kim_pipeline.errors import DeliveryError
from sources.transports.place import Seen, no_ordinary_file


class Folder:
    """Files below a root; links among the folders below it would lead to another's delivery."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def look(self, path: str) -> Seen | None:
        """Look at one file without following links."""
        try:
            status = os.lstat(path)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise _unreachable(path, error) from None
        if not stat.S_ISREG(status.st_mode) or self._is_led_astray(path):
            raise no_ordinary_file(path)
        return Seen(status.st_size, status.st_mtime)

    @contextmanager
    def open(self, path: str) -> Iterator[BinaryIO]:
        """Open one file; a pipe or device laid there in the meantime does not hang the reader."""
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
        try:
            descriptor = os.open(path, flags)
        except OSError as error:
            raise _unreachable(path, error) from None
        with os.fdopen(descriptor, "rb") as stream:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise no_ordinary_file(path)
            yield stream

    def names(self, folder: str) -> Sequence[str]:
        """List a folder."""
        try:
            return sorted(entry.name for entry in Path(folder).iterdir())
        except (FileNotFoundError, NotADirectoryError):
            return ()
        except OSError as error:
            raise _unreachable(folder, error) from None

    def remove(self, path: str) -> None:
        """Delete a file."""
        Path(path).unlink(missing_ok=True)

    def _is_led_astray(self, path: str) -> bool:
        """Tell whether a folder between the root and the file is a symbolic link."""
        parents = Path(path).parents
        below = [p for p in parents if self._root in p.parents]
        return any(folder.is_symlink() for folder in below)


def _unreachable(path: str, error: OSError) -> DeliveryError:
    return DeliveryError(
        f"{path} cannot be read: {error.strerror}; mend the share or its permissions.", "transport"
    )
