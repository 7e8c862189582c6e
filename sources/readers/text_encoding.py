"""How a text file is encoded: as the contract says, or found out from its bytes alone."""

import codecs
from collections.abc import Sequence
from typing import BinaryIO

from kim_pipeline.errors import DeliveryError
from sources.contracts.encodings import AUTO, UTF8, same_encoding

CHUNK = 1 << 20
WESTERN = "cp1252"
MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


def find_encoding(stream: BinaryIO, said: str, where: str) -> str:
    """Read everything once, so that no parser stumbles over half of it, and wind back.

    `auto` is byte order mark, else strict UTF-8, else Windows-1252. Raises DeliveryError when the
    file is not text in the encoding that is said, or in none of these.
    """
    mark = _mark(stream)
    candidates = [said]
    if said == AUTO:
        candidates = [mark] if mark else [UTF8, WESTERN]
    elif mark and not same_encoding(mark, said):
        candidates = []
    for encoding in candidates:
        if _decodes(stream, encoding):
            return encoding
    named = "in a known encoding" if said == AUTO else said
    raise _not_in(named, where)


def check_names(names: Sequence[str], agreed: Sequence[str], encoding: str, where: str) -> None:
    """Tell a header of UTF-8 that was read in another encoding from one that changed.

    Raises DeliveryError by rule `encoding`.
    """
    strange = [name for name in names if name not in agreed and not name.isascii()]
    if any(_as_utf8(name, encoding) in agreed for name in strange):
        raise _not_in(encoding, where)


def _as_utf8(name: str, encoding: str) -> str:
    try:
        return name.encode(encoding).decode(UTF8)
    except UnicodeError:
        return ""


def _not_in(named: str, where: str) -> DeliveryError:
    return DeliveryError(
        f"{where}: the file is not {named}; correct the contract or ask for it in that encoding.",
        rule="encoding",
    )


def _mark(stream: BinaryIO) -> str | None:
    start = stream.read(4)
    stream.seek(0)
    return next((name for mark, name in MARKS.items() if start.startswith(mark)), None)


def _decodes(stream: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    wide = same_encoding(encoding, "utf-16")
    good = True
    try:
        while good and (chunk := stream.read(CHUNK)):
            good = wide or b"\0" not in chunk
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        good = False
    stream.seek(0)
    return good
