"""Every form in which an identifier could lie in a file: spellings, encodings, un-keyed hashes."""

import base64
import hashlib
import html
import json
import unicodedata
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

from byte_search import SHORTEST
from canaries import Canary

from kim_pipeline.privacy.normalise import normalise, street

HASHES = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_256", "blake2b", "blake2s")
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "latin-1", "cp1252")
SEPARATORS = ("", " ", "|", ";", ",", "_", "-", ":")


def needles_of(canary: Canary) -> dict[bytes, str]:
    """Map every needle of one canary to a description that names no value."""
    found: dict[bytes, str] = {}
    for position, text in enumerate(_texts(canary)):
        for spelling in _spellings(text):
            for form, needle in (*_encoded(spelling), *_hashed(spelling)):
                if len(needle) >= SHORTEST:
                    found.setdefault(needle, f"text {position} as {form}")
    for text in _compounds(canary):
        for form, needle in _hashed(text):
            found.setdefault(needle, f"compound as {form}")
    return found


def _texts(canary: Canary) -> list[str]:
    """List identifiers, and the rare words of names, places and streets."""
    named = (
        canary.family, canary.given, canary.former, canary.alias, canary.birth_place,
        canary.street, canary.mentioned,
    )  # fmt: skip
    words = {word for text in named for word in text.replace("-", " ").split() if len(word) > 6}
    whole = canary.texts()
    return [*whole, *sorted(words - set(whole))]


def _spellings(text: str) -> set[str]:
    """Give a text as delivered, in other cases and normal forms, and as the pipeline spells it."""
    made = {text, text.upper(), text.lower(), text.casefold(), normalise(text), street(text)}
    made |= {unicodedata.normalize(form, text) for form in ("NFC", "NFD", "NFKD")}
    made |= {(normalise(text) or "").replace(" ", ""), (normalise(text) or "").upper()}
    return {spelling for spelling in made if spelling}


def _encoded(text: str) -> Iterator[tuple[str, bytes]]:
    for encoding in ENCODINGS:
        raw = text.encode(encoding, "ignore")
        if raw.decode(encoding) != text:
            continue
        yield encoding, raw
        yield f"hex of {encoding}", raw.hex().encode()
        yield f"upper hex of {encoding}", raw.hex().upper().encode()
        yield from _base64(raw, encoding)
    utf8 = text.encode()
    for wrong in ("latin-1", "cp1252"):
        yield f"mistaken for {wrong}", utf8.decode(wrong, "replace").encode()
    escaped = json.dumps(text)[1:-1]
    yield "JSON", escaped.encode()
    yield "JSON with capitals", _capital_escapes(escaped).encode()
    yield "JSON in JSON", json.dumps(escaped)[1:-1].encode()
    yield "JSON in JSON in JSON", json.dumps(json.dumps(escaped)[1:-1])[1:-1].encode()
    yield "Python", ascii(text)[1:-1].encode()
    yield "Python bytes", repr(utf8)[2:-1].encode()
    yield "octal", b"".join(b"\\%03o" % byte if byte > 126 else bytes([byte]) for byte in utf8)
    for name, quoted in (("URL", quote(text)), ("form", quote_plus(text))):
        yield name, quoted.encode()
        yield f"{name}, lower case", quoted.lower().encode()
    yield "HTML", html.escape(text).encode()
    yield "references", text.encode("ascii", "xmlcharrefreplace")
    yield "SQL", text.replace("'", "''").encode()


def _capital_escapes(escaped: str) -> str:
    parts = escaped.split("\\u")
    return parts[0] + "".join(f"\\u{part[:4].upper()}{part[4:]}" for part in parts[1:])


def _base64(raw: bytes, encoding: str) -> Iterator[tuple[str, bytes]]:
    """Give what a text looks like inside a longer base64 text, at each of its three offsets."""
    for offset in range(3):
        for name, code in (("base64", base64.b64encode), ("base64url", base64.urlsafe_b64encode)):
            whole = code(b"\0" * offset + raw).rstrip(b"=")
            start = (0, 2, 3)[offset]
            end = len(whole) - (1 if (offset + len(raw)) % 3 else 0)
            yield f"{name} of {encoding}, offset {offset}", whole[start:end]


def _hashed(text: str) -> Iterator[tuple[str, bytes]]:
    """Give the first half of every common hash, so that cut hashes are found as well."""
    for encoding in ("utf-8", "utf-16-le", "latin-1"):
        raw = text.encode(encoding, "ignore")
        if raw.decode(encoding) != text or (encoding == "latin-1" and text.isascii()):
            continue
        for name in HASHES:
            digest = hashlib.new(name, raw).digest()
            kind = f"{name} of {encoding}"
            yield kind, digest[:8]
            yield f"{kind}, reversed", digest[:8][::-1]
            yield f"{kind}, tail", digest[-8:]
            yield f"{kind}, hex", digest.hex()[:16].encode()
            yield f"{kind}, upper hex", digest.hex()[:16].upper().encode()
            yield f"{kind}, uuid", f"{digest.hex()[:8]}-{digest.hex()[8:12]}".encode()
            yield f"{kind}, base64", base64.b64encode(digest)[:14]
            yield f"{kind}, number", str(int.from_bytes(digest[:8])).encode()
            yield f"{kind}, signed", str(int.from_bytes(digest[:8], signed=True)).encode()
            turned = int.from_bytes(digest[:8], "little", signed=True)
            yield f"{kind}, signed, reversed", str(turned).encode()


def _compounds(canary: Canary) -> Iterator[str]:
    """Give names and birth date put together, as somebody would before hashing them."""
    for family, given in (
        (canary.family, canary.given),
        (normalise(canary.family) or "", normalise(canary.given) or ""),
    ):
        short = canary.birth_date.replace("-", "")
        for date in (canary.birth_date, canary.german_birth_date, short):
            for mark in SEPARATORS:
                yield mark.join((family, given, date))
                yield mark.join((given, family, date))
                yield mark.join((family, date))
