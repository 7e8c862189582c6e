"""A stream that can only go forward, opened anew when a reader winds it back to its start."""

import io
from collections.abc import Callable
from typing import Any, BinaryIO, cast


class Rewindable(io.RawIOBase):
    """A file for parsers over an opener, so that two passes need no copy in memory."""

    def __init__(self, opener: Callable[[], io.RawIOBase | BinaryIO]) -> None:
        self._opener = opener
        self._stream = opener()
        self._place = 0

    def readable(self) -> bool:
        """Say that this file can be read."""
        return True

    def seekable(self) -> bool:
        """Say that this file can be wound back."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer with what comes next; 0 bytes mean the end."""
        view = memoryview(buffer).cast("B")
        content = self._stream.read(len(view)) or b""
        view[: len(content)] = content
        self._place += len(content)
        return len(content)

    def tell(self) -> int:
        """Give the place in bytes from the start."""
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Wind back to the start, or stay.

        Raises io.UnsupportedOperation for any other place.
        """
        target = self._place + offset if whence == io.SEEK_CUR else offset
        if whence == io.SEEK_END or target not in (0, self._place):
            raise io.UnsupportedOperation("This stream can only be wound back to its start.")
        if target != self._place:
            self._stream.close()
            self._stream, self._place = self._opener(), 0
        return self._place

    def close(self) -> None:
        """Close what is open beneath."""
        if not self.closed:
            self._stream.close()
        super().close()


def rewindable(opener: Callable[[], io.RawIOBase | BinaryIO]) -> BinaryIO:
    """Give a buffered stream that `seek(0)` opens anew."""
    return cast(BinaryIO, io.BufferedReader(Rewindable(opener), 1 << 20))
