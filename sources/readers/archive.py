"""Zip archives: what is inside is told and opened only within limits, and nothing is unpacked.

Refused before a byte is decompressed: too many or too large members, path names, links, encryption,
overlapping members, unusual compression. Refused while reading: sizes that lie, archives inside.
"""

import io
import stat
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePosixPath
from typing import IO, Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from kim_pipeline.errors import DeliveryError
from sources.readers.rewindable import rewindable

ENCRYPTED = 0x1
LOCAL_HEADER = struct.Struct("<4s22xHH")
STARTS = (
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"7z\xbc\xaf",
    b"Rar!",
    b"\xfd7zX",
    b"BZh",
    b"\x28\xb5\x2f\xfd",
)


@dataclass(frozen=True)
class Limits:
    """What an archive may hold: members, bytes of one and of all, bytes per compressed byte.

    Small members may be denser than `ratio`, which counts from `dense_bytes` on.
    """

    members: int = 200
    member_bytes: int = 4 << 30
    total_bytes: int = 8 << 30
    ratio: int = 200
    dense_bytes: int = 1 << 20


LIMITS = Limits()


class Archive:
    """A zip archive whose directory has been checked.

    Raises DeliveryError, by rule `half` when it is cut off or no zip, else `unsafe`.
    """

    def __init__(self, stream: BinaryIO, where: str, limits: Limits = LIMITS) -> None:
        self._where = where
        try:
            self._zip = ZipFile(stream)
            members = [info for info in self._zip.infolist() if not _is_folder(info)]
            problem = next(_problems(stream, members, self._zip.start_dir, limits), None)
        except (BadZipFile, NotImplementedError, OSError, ValueError, struct.error):
            raise self._cut_off() from None
        if problem:
            raise self._unsafe(problem)
        self._members = {info.filename: info for info in members}

    @property
    def names(self) -> tuple[str, ...]:
        """List the members' names; they can be values and belong in no message."""
        return tuple(self._members)

    @property
    def size(self) -> int:
        """Give the bytes of all members as the directory tells them."""
        return sum(info.file_size for info in self._members.values())

    def open(self, name: str, nested: bool = False) -> BinaryIO:
        """Open one member as a stream that can be wound back to its start.

        `nested` allows what is itself a zip, as workbooks are. Raises DeliveryError, at once or
        while reading; KeyError when there is no such member.
        """
        info = self._members[name]
        stream = rewindable(lambda: _Member(self._opened(info), info.file_size, self))
        start = stream.read(8)
        stream.seek(0)
        if not nested and start.startswith(STARTS):
            raise self._unsafe("an archive inside the archive")
        return stream

    def _opened(self, info: ZipInfo) -> IO[bytes]:
        try:
            return self._zip.open(info)
        except (BadZipFile, NotImplementedError, RuntimeError, OSError):
            raise self._cut_off() from None

    def _cut_off(self) -> DeliveryError:
        return DeliveryError(
            f"{self._where}: no zip archive, cut off or damaged; ask for it again.", rule="half"
        )

    def _unsafe(self, problem: str) -> DeliveryError:
        return DeliveryError(
            f"{self._where}: the zip archive is refused for {problem}; ask for one that holds the "
            "agreed files and nothing else.",
            rule="unsafe",
        )


class _Member(io.RawIOBase):
    """The content of one member; what zipfile finds while reading becomes a refusal."""

    def __init__(self, stream: IO[bytes], size: int, archive: Archive) -> None:
        self._stream = stream
        self._left = size
        self._archive = archive

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer).cast("B")
        try:
            content = self._stream.read(len(view))
        except (BadZipFile, EOFError, OSError, zlib.error):
            raise self._archive._cut_off() from None
        self._left -= len(content)
        if not content and self._left:
            raise self._archive._cut_off()
        view[: len(content)] = content
        return len(content)

    def close(self) -> None:
        self._stream.close()
        super().close()


def _problems(stream: BinaryIO, members: list[ZipInfo], end: int, limits: Limits) -> Iterator[str]:
    """Yield what a directory has that no delivery needs; no name, which can be a value."""
    if len(members) > limits.members:
        yield f"more than {limits.members} members"
    names = [info.filename.casefold() for info in members]
    if len(set(names)) < len(names):
        yield "two members of one name"
    for info in members:
        yield from _member_problems(info, limits)
    if sum(info.file_size for info in members) > limits.total_bytes:
        yield f"more than {limits.total_bytes >> 20} MiB in all"
    if _overlap(stream, members, end):
        yield "members that overlap"


def _member_problems(info: ZipInfo, limits: Limits) -> Iterator[str]:
    if not _is_plain(info):
        yield "a path name that leads elsewhere"
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        yield "a member that is no file"
    if info.flag_bits & ENCRYPTED:
        yield "an encrypted member"
    if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        yield "an unusual compression"
    if info.file_size > limits.member_bytes:
        yield f"a member of more than {limits.member_bytes >> 20} MiB"
    dense = info.file_size > limits.ratio * max(info.compress_size, 1)
    if dense and info.file_size > limits.dense_bytes:
        yield f"a member compressed more than {limits.ratio} to 1"


def _is_folder(info: ZipInfo) -> bool:
    return info.is_dir() and info.file_size == 0 and _is_plain(info)


def _is_plain(info: ZipInfo) -> bool:
    """Tell whether a name stays below the archive on every system."""
    name = info.orig_filename
    parts = PurePosixPath(name).parts
    bad = any(mark in name for mark in ("\\", "\0", ":")) or any(ord(c) < 32 for c in name)
    return bool(name) and not bad and not name.startswith("/") and ".." not in parts


def _overlap(stream: BinaryIO, members: list[ZipInfo], end: int) -> bool:
    """Compare where each member really ends with where the next one, or the directory, starts."""
    starts = sorted(members, key=lambda info: info.header_offset)
    spans = [(info.header_offset, _end(stream, info)) for info in starts]
    spans.append((end, end))
    return any(ends > following for (_, ends), (following, _) in pairwise(spans))


def _end(stream: BinaryIO, info: ZipInfo) -> int:
    stream.seek(info.header_offset)
    _, name, extra = LOCAL_HEADER.unpack(stream.read(LOCAL_HEADER.size))
    return int(info.header_offset + LOCAL_HEADER.size + name + extra + info.compress_size)
