"""The landing zone: sealed deliveries under names that say nothing, with a manifest of counts.

`<landing>/<source>/<month>/<start of content_mac>/` holds the sealed files and `manifest.json`.
"""

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO

from Crypto.Random import get_random_bytes

from kim_pipeline.errors import DeliveryError
from kim_pipeline.periods import format_month, parse_month
from kim_pipeline.privacy.key_derivation import Key
from kim_pipeline.privacy.pseudonyms import content_mac
from kim_pipeline.privacy.sealed_file import open_sealed, seal

MANIFEST = "manifest.json"
NAME_BYTES = 16


@dataclass(frozen=True)
class Pulled:
    """One sealed delivery; `files` maps a role (a table, or `delivery`) to a file name.

    `received_at` is when the authority says it made the delivery, or `pulled_at`, whichever is
    earlier. `announced_rows` are the authority's own counts per table, `warned` the delivery rules
    that were broken and only warn. `origin_mac` is the authority's own digest of the files that it
    sealed; whoever has no key of it sees only whether two are equal.
    """

    source: str
    month: date
    folder: Path
    content_mac: bytes
    received_at: datetime
    pulled_at: datetime
    sequence: int | None
    size: int
    files: Mapping[str, str] = field(default_factory=dict)
    announced_rows: Mapping[str, int] = field(default_factory=dict)
    warned: tuple[str, ...] = ()
    origin_mac: bytes | None = None

    @property
    def signs(self) -> frozenset[bytes]:
        """By what the content is known again."""
        return frozenset({self.content_mac, self.origin_mac or self.content_mac})


@dataclass(frozen=True)
class Sealed:
    """Files sealed in a folder that has no name yet."""

    folder: Path
    files: Mapping[str, str]
    content_mac: bytes
    size: int


def month_folder(landing: Path, source: str, month: date) -> Path:
    """Give the folder of a source's deliveries for one month."""
    return landing / source / format_month(month)


def seal_files(
    parent: Path,
    streams: Iterable[tuple[str, BinaryIO | Iterable[bytes]]],
    key: Key,
    content_key: Key,
) -> Sealed:
    """Seal every stream at once into a new folder that is not yet a delivery.

    `content_mac` covers roles and contents, not names or times, under a key of its own. Nothing
    stays after a failure.
    """
    folder = parent / f".{get_random_bytes(NAME_BYTES).hex()}"
    folder.mkdir(mode=0o700, parents=True)
    files = {}
    try:
        for role, stream in streams:
            name = f"{get_random_bytes(NAME_BYTES).hex()}.sealed"
            seal(stream, folder / name, key, {"role": role})
            files[role] = name
        mac = content_mac(content_key, _content(folder, files, key, content_key))
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    size = sum((folder / name).stat().st_size for name in files.values())
    return Sealed(folder, files, mac, size)


def _content(folder: Path, files: Mapping[str, str], key: Key, content_key: Key) -> Iterator[bytes]:
    for role in sorted(files):
        part = content_mac(content_key, open_sealed(folder / files[role], key))
        yield len(role).to_bytes(2) + role.encode() + part


def digest_of(pulled: Pulled, key: Key, under: Key) -> bytes:
    """Give the digest of a delivery's roles and contents under another key than the landing's."""
    return content_mac(under, _content(pulled.folder, pulled.files, key, under))


def write_manifest(pulled: Pulled, folder: Path) -> None:
    """Write what is known of a delivery beside its sealed files."""
    text = json.dumps(
        {
            "source": pulled.source,
            "month": format_month(pulled.month),
            "content_mac": pulled.content_mac.hex(),
            "received_at": pulled.received_at.isoformat(),
            "pulled_at": pulled.pulled_at.isoformat(),
            "sequence": pulled.sequence,
            "size": pulled.size,
            "files": dict(pulled.files),
            "announced_rows": dict(pulled.announced_rows),
            "warned": list(pulled.warned),
            "origin_mac": pulled.origin_mac.hex() if pulled.origin_mac else None,
        },
        indent=1,
    )
    (folder / MANIFEST).write_text(text, encoding="utf-8")


def read_pulled(folder: Path) -> Pulled:
    """Read one delivery of the landing zone.

    Raises DeliveryError when its manifest is missing or damaged.
    """
    try:
        raw: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
        return Pulled(
            source=raw["source"],
            month=parse_month(raw["month"]),
            folder=folder,
            content_mac=bytes.fromhex(raw["content_mac"]),
            received_at=datetime.fromisoformat(raw["received_at"]),
            pulled_at=datetime.fromisoformat(raw.get("pulled_at", raw["received_at"])),
            sequence=raw["sequence"],
            size=raw["size"],
            files=raw["files"],
            announced_rows=raw["announced_rows"],
            warned=tuple(raw.get("warned", ())),
            origin_mac=bytes.fromhex(raw.get("origin_mac") or "") or None,
        )
    except (OSError, ValueError, KeyError, TypeError):
        raise DeliveryError(
            f"Landing folder {folder.name} has no readable manifest; delete it and pull again."
        ) from None


def landed(landing: Path, source: str, month: date) -> tuple[Pulled, ...]:
    """List what is kept of a source for a month, in the order in which it was pulled."""
    parent = month_folder(landing, source, month)
    folders = [path for path in parent.glob("[!.]*") if path.is_dir()]
    return tuple(sorted(map(read_pulled, folders), key=lambda p: (p.pulled_at, p.sequence or 0)))
