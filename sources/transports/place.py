"""A place where deliveries lie, whatever way leads there: what can be seen and done at it."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from kim_pipeline.errors import DeliveryError


class Stream(Protocol):
    """Bytes that can be read once, from the first to the last."""

    def read(self, size: int, /) -> bytes:
        """Give at most so many bytes; none at the end."""


@dataclass(frozen=True)
class Seen:
    """What a file looked like: its bytes, and when it was last changed, in the place's own time."""

    size: int
    modified: float


class Place(Protocol):
    """Somewhere an authority lays files; paths are absolute and come from the contract alone.

    Every call raises DeliveryError by rule `transport` when the place cannot be reached, and by
    rule `unsafe` for what is no ordinary file.
    """

    def look(self, path: str) -> Seen | None:
        """Look at one file without opening it; None when nothing lies there."""

    def open(self, path: str) -> AbstractContextManager[Stream]:
        """Open one file for reading; nothing else is written anywhere."""

    def names(self, folder: str) -> Sequence[str]:
        """List what lies in a folder; nothing when there is no folder."""

    def remove(self, path: str) -> None:
        """Delete a file that was taken; nothing happens when it is gone already."""


def no_ordinary_file(path: str) -> DeliveryError:
    """Say that something else than a file lies where one is expected."""
    return DeliveryError(
        f"{path} is no ordinary file or lies behind a symbolic link, which is refused; ask for the "
        "file itself.",
        "unsafe",
    )


def read_small(place: Place, path: str, limit: int) -> bytes:
    """Read a small file whole.

    Raises DeliveryError when it is larger than anything of its kind may be.
    """
    with place.open(path) as stream:
        content = b""
        while part := stream.read(limit + 1 - len(content)):
            content += part
    if len(content) > limit:
        raise DeliveryError(f"{path} is larger than {limit} bytes; ask for a right one.", "unsafe")
    return content
