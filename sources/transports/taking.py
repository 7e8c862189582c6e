"""One file on its way from its place: every byte once, and only if it stays what it was."""

from collections.abc import Iterator
from dataclasses import dataclass

from Crypto.Hash import SHA256

from kim_pipeline.errors import DeliveryError
from sources.transports.completeness import unfinished
from sources.transports.place import Place, Seen

CHUNK = 1 << 18
MOST_BYTES = 1 << 32


@dataclass(frozen=True)
class Offered:
    """One file that lies there: its role, its path, how it looked, the checksum it should have."""

    role: str
    path: str
    seen: Seen
    sha256: str | None = None


def take(place: Place, offered: Offered, where: str) -> Iterator[bytes]:
    """Yield a file's bytes; only the end tells that they are the right ones.

    The checksum is the authority's own, compared and forgotten. Raises DeliveryError by rule `half`
    for other bytes than announced, `unfinished` for a file that changed while it was read, and
    `unsafe` for one without end.
    """
    if offered.seen.size > MOST_BYTES:
        raise DeliveryError(
            f"{where}: {offered.path} is longer than {MOST_BYTES} bytes; ask for parts.", "unsafe"
        )
    digest, size = SHA256.new(), 0
    with place.open(offered.path) as stream:
        # A file that grows as fast as it is read would have no end.
        while size <= offered.seen.size and (chunk := stream.read(CHUNK)):
            size += len(chunk)
            digest.update(chunk)
            yield chunk
    if size != offered.seen.size or place.look(offered.path) != offered.seen:
        raise unfinished(offered.path, "changed while it was read")
    if offered.sha256 is not None and digest.hexdigest() != offered.sha256.lower():
        raise DeliveryError(
            f"{where}: {offered.path} does not have the announced checksum; it was cut off or "
            "changed on its way. Ask for the delivery again.",
            "half",
        )
