"""A file sealed from one party to another: HPKE (RFC 9180), authenticated, in chunks.

`KIMS ‖ length ‖ header ‖ chunks`: DHKEM(X25519), HKDF-SHA256, AES-256-GCM, mode Auth, so that only
the receiver opens it and only the sender can have made it. Every chunk is one message of the
context: the order is its counter, the end stands in its associated data.
"""

import json
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from Crypto.Protocol import HPKE

from kim_pipeline.errors import DeliveryError
from kim_pipeline.privacy.key_pairs import PrivateKey, PublicKey
from kim_pipeline.privacy.sealed_file import CHUNK, MAX_HEADER, TAG, appearing, whole_chunks

MAGIC = b"KIMS"
FORMAT = "kim-sealed-1"
MORE, LAST = b"\0", b"\1"


def seal_box(
    source: Iterable[bytes], target: Path, receiver: PublicKey, sender: PrivateKey, context: str
) -> None:
    """Seal a stream into a new file of mode 0600 that appears whole or not at all.

    `context` says what it is and must be known to open it; it stands nowhere in the file. The
    header names both keys in clear. Raises DeliveryError when the target exists.
    """
    box = HPKE.new(
        receiver_key=receiver.ecc,
        sender_key=sender.ecc,
        aead_id=HPKE.AEAD.AES256_GCM,
        info=context.encode(),
    )
    content = {"fmt": FORMAT, "to": receiver.kid, "from": sender.kid, "enc": box.enc.hex()}
    header = json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
    with appearing(target) as file:
        file.write(MAGIC + struct.pack(">I", len(header)) + header)
        for chunk, end in _with_end(whole_chunks(source)):
            file.write(box.seal(chunk, header + end))


def open_box(
    file: BinaryIO, where: str, receiver: PrivateKey, sender: PublicKey, context: str
) -> Iterator[bytes]:
    """Yield the plaintext, each chunk after its check; only the end proves that nothing is missing.

    Raises DeliveryError for another receiver, sender or context and for every manipulation.
    """
    header = _read_header(file, where)
    _check_parties(header, where, receiver, sender)
    try:
        box = HPKE.new(
            receiver_key=receiver.ecc,
            sender_key=sender.ecc,
            aead_id=HPKE.AEAD.AES256_GCM,
            enc=bytes.fromhex(header["enc"]),
            info=context.encode(),
        )
    except (ValueError, TypeError):
        raise _damaged(where) from None
    chunk = file.read(CHUNK + TAG)
    while True:
        following = file.read(CHUNK + TAG)
        try:
            yield box.unseal(chunk, header["bytes"] + (MORE if following else LAST))
        except ValueError:
            raise DeliveryError(
                f"{where}: the sealed delivery was cut or changed, or made for another source or "
                "month; ask for it again.",
                rule="half",
            ) from None
        if not following:
            return
        chunk = following


def _with_end(chunks: Iterator[bytes]) -> Iterator[tuple[bytes, bytes]]:
    chunk = next(chunks, b"")
    for following in chunks:
        yield chunk, MORE
        chunk = following
    yield chunk, LAST


def _read_header(file: BinaryIO, where: str) -> dict[str, Any]:
    start = file.read(8)
    length = int.from_bytes(start[4:])
    if len(start) != 8 or start[:4] != MAGIC or length > MAX_HEADER:
        raise _damaged(where)
    header = file.read(length)
    try:
        content: dict[str, Any] = json.loads(header)
        whole = all(isinstance(content[name], str) for name in ("fmt", "to", "from", "enc"))
    except (ValueError, TypeError, KeyError):
        raise _damaged(where) from None
    if len(header) != length or not whole or content["fmt"] != FORMAT:
        raise _damaged(where)
    return {**content, "bytes": header}


def _check_parties(
    header: dict[str, Any], where: str, receiver: PrivateKey, sender: PublicKey
) -> None:
    if header["to"] != receiver.kid:
        raise DeliveryError(f"{where}: sealed to another key than {receiver.kid}.", "wrong_file")
    if header["from"] != sender.kid:
        raise DeliveryError(
            f"{where}: sealed by another key than {sender.kid}; not this sender.", "wrong_file"
        )


def _damaged(where: str) -> DeliveryError:
    return DeliveryError(f"{where}: not a sealed delivery; ask for it again.", rule="wrong_file")
