"""A database as a delivery: what was read in one transaction, written as bytes to be sealed."""

import io
import json
from collections.abc import Iterator
from contextlib import closing
from datetime import date

import pyarrow as pa

from kim_pipeline.privacy.key_derivation import Key
from kim_pipeline.privacy.pseudonyms import content_mac
from kim_pipeline.settings import Settings
from sources.contracts.contract import Contract
from sources.readers.sql_reader import Batches, read_watermark, schema_of, stream_sql


def read_database(
    contract: Contract, settings: Settings, month: date
) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Yield each table of the contract as an Arrow stream, of which a batch at a time is held."""
    with closing(stream_sql(contract, settings, month)) as tables:
        for table, batches in tables:
            yield table.name, _as_stream(schema_of(table), batches)


def watermark_mac(contract: Contract, settings: Settings, month: date, key: Key) -> bytes | None:
    """Give a keyed digest of a database's watermark and of what is read; None where there is none.

    Equal ones mean that reading again would give the same. Taken before the tables are read: what
    changes in between shows in the next one.
    """
    if not contract.location.watermark:
        return None
    marks = read_watermark(contract, settings, month)
    if marks is None:
        return None
    read = [[t.delivered, [f.delivered for f in t.fields]] for t in contract.tables]
    return content_mac(key, [json.dumps([contract.version, read, marks]).encode()])


def _as_stream(schema: pa.Schema, batches: Batches) -> Iterator[bytes]:
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, schema) as writer:
        for batch in batches:
            writer.write_batch(batch)
            yield _taken(sink)
    yield _taken(sink)


def _taken(sink: io.BytesIO) -> bytes:
    content = sink.getvalue()
    sink.seek(0)
    sink.truncate()
    return content
