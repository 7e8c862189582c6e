"""clkhash and anonlink as a peer: its records out, its own environment, its findings back in."""

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from benchmarks.linkage.fresh_process import Usage, run_module
from benchmarks.linkage.link_set import FIELDS, LinkSet
from benchmarks.linkage.plaintext import plain_features

NAME = "clk"
PEERS = Path(".venv-peers/bin/python")
SCRIPTS = Path(__file__).parents[1] / "peers"
TAKEN_AS_DELIVERED = ("birth_place", "nationality", "sex", "postcode", "street")


def link(data: LinkSet) -> Usage:
    """Hand over names as we normalise them and the other fields as delivered, and link."""
    fields = data.read(FIELDS)
    features = plain_features(fields)
    parts = [_input(source, features[source], table) for source, table in fields.items()]
    records = pa.concat_tables(parts)
    records = records.append_column("position", pa.array(range(records.num_rows), pa.int64()))
    parquet.write_table(records, data.folder / f"{NAME}.input.parquet")
    return run_peer("clk_linkage.py", data.folder)


def run_peer(script: str, *arguments: str | Path) -> Usage:
    """Run a script in the environment of the peers.

    Raises FileNotFoundError when that environment was not made.
    """
    if not PEERS.is_file():
        raise FileNotFoundError(f"{PEERS} is missing: make .venv-peers/ready")
    return run_module(str(SCRIPTS / script), *arguments, python=PEERS.absolute())


def _input(source: str, features: pa.Table, fields: pa.Table) -> pa.Table:
    texts = {name: fields[name].cast(pa.string()) for name in TAKEN_AS_DELIVERED}
    return pa.table(
        {
            "source": pa.array([source] * fields.num_rows),
            "given": features["given"].cast(pa.string()),
            "family": features["family"].cast(pa.string()),
            "birth_date": features["dob"].cast(pa.string()),
            **{name: pc.utf8_lower(text) for name, text in texts.items()},
        }
    )
