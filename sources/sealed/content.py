"""What a sealed delivery holds: a manifest and tables, in one sealed box from authority to hub.

Inside the box: length of the manifest (8 bytes), the manifest (JSON), then each table as an Arrow
stream in the order in which the manifest lists them with their sizes.
"""

import io
import json
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa

from kim_pipeline.errors import DeliveryError
from kim_pipeline.periods import format_month
from kim_pipeline.privacy.key_pairs import PrivateKey, PublicKey
from kim_pipeline.privacy.sealed_box import open_box, seal_box

PARTS = "parts"
_LENGTH = struct.Struct(">Q")


@dataclass(frozen=True)
class Content:
    """The manifest and the tables by name."""

    manifest: Mapping[str, Any]
    tables: Mapping[str, pa.Table]

    def table(self, name: str, where: str) -> pa.Table:
        """Find a table.

        Raises DeliveryError when the delivery does not hold it.
        """
        if name not in self.tables:
            raise DeliveryError(f"{where}: {name} is missing from the sealed delivery.", "half")
        return self.tables[name]


@dataclass(frozen=True)
class Addressed:
    """Whose delivery it is and of which month: what a box must be told to be opened."""

    source: str
    month: date

    @property
    def where(self) -> str:
        """Name the delivery in messages."""
        return f"{self.source} {format_month(self.month)}"

    @property
    def context(self) -> str:
        """Name the delivery to HPKE."""
        return f"kim|delivery|1|{self.source}|{format_month(self.month)}"


def write_content(
    content: Content, target: Path, addressed: Addressed, to: PublicKey, by: PrivateKey
) -> None:
    """Seal manifest and tables into a new file; they are never written in clear."""
    seal_box(_pieces(content), target, to, by, addressed.context)


def read_content(stream: BinaryIO, addressed: Addressed, to: PrivateKey, by: PublicKey) -> Content:
    """Open a sealed delivery in memory.

    Raises DeliveryError when it was made for another hub, by another authority, for another month,
    is cut or changed, or does not hold what its manifest lists.
    """
    where = addressed.where
    whole = io.BytesIO(b"".join(open_box(stream, where, to, by, addressed.context)))
    try:
        (length,) = _LENGTH.unpack(whole.read(_LENGTH.size))
        manifest = json.loads(whole.read(length))
        tables = {str(name): _table(whole.read(size)) for name, size in manifest[PARTS]}
    except (pa.ArrowException, OSError, ValueError, TypeError, KeyError, struct.error):
        raise _unreadable(where) from None
    if whole.read(1):
        raise _unreadable(where)
    return Content(manifest, tables)


def _pieces(content: Content) -> Iterator[bytes]:
    parts = {name: _stream(table) for name, table in content.tables.items()}
    sizes = [[name, len(part)] for name, part in parts.items()]
    manifest = json.dumps({**content.manifest, PARTS: sizes}, sort_keys=True).encode()
    yield _LENGTH.pack(len(manifest))
    yield manifest
    yield from parts.values()


def _stream(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


def _table(part: bytes) -> pa.Table:
    with pa.ipc.open_stream(part) as reader:
        table = reader.read_all()
    table.validate(full=True)
    return table


def _unreadable(where: str) -> DeliveryError:
    return DeliveryError(
        f"{where}: the sealed delivery was opened, but what it holds is not readable; seal it "
        "with the same version of kim-pipeline as the hub's.",
        "unreadable",
    )
