"""Whether files may be taken: nothing that is still being written, nothing without its mark.

What the contract promises (`complete`): `at_once`, `stable` (unchanged over a short wait),
`ok_file` (`<file>.ok`, or `.ok` in its folder) or `checksum` (`<file>.sha256`, as sha256sum writes
it).
"""

import posixpath
import re
import time
from collections.abc import Mapping, Sequence

from kim_pipeline.errors import DeliveryError
from sources.transports.place import Place, Seen, read_small

SETTLE_SECONDS = 2.0
OK, SHA256 = ".ok", ".sha256"
_CHECKSUM_BYTES = 4096
_CHECKSUM = re.compile(r"\s*\\?([0-9A-Fa-f]{64})(?:\s|$)")


def check_complete(
    place: Place, complete: str, files: Mapping[str, Seen], settle: float = SETTLE_SECONDS
) -> dict[str, str]:
    """Refuse files that are not complete; give the checksums that lie beside them, by path.

    Raises DeliveryError by rule `unfinished`.
    """
    if complete == "stable":
        _check_settled(place, files, settle)
    if complete == "ok_file":
        _check_marked(place, list(files))
    if complete == "checksum":
        return {path: _checksum(place, path) for path in files}
    return {}


def marks_beside(complete: str, path: str) -> tuple[str, ...]:
    """List the files that only say that a file is complete."""
    if complete == "ok_file":
        return path + OK, posixpath.join(posixpath.dirname(path), OK)
    return (path + SHA256,) if complete == "checksum" else ()


def _check_settled(place: Place, files: Mapping[str, Seen], settle: float) -> None:
    time.sleep(settle)
    for path, before in files.items():
        if place.look(path) != before:
            raise unfinished(path, "is still being written")


def _check_marked(place: Place, paths: Sequence[str]) -> None:
    for path in paths:
        if not any(place.look(mark) for mark in marks_beside("ok_file", path)):
            raise unfinished(path, "has no .ok beside it")


def _checksum(place: Place, path: str) -> str:
    beside = path + SHA256
    if place.look(beside) is None:
        raise unfinished(path, "has no .sha256 beside it")
    text = read_small(place, beside, _CHECKSUM_BYTES).decode("ascii", "replace")
    match = _CHECKSUM.match(text)
    if match is None:
        raise unfinished(path, "has a .sha256 beside it that holds no checksum")
    return match[1].lower()


def unfinished(path: str, why: str) -> DeliveryError:
    """Say that a file may not be taken yet."""
    return DeliveryError(
        f"{path} {why}; wait for the authority to finish, or ask it to deliver again.", "unfinished"
    )
