"""The edge ledger: how each pair of records was judged; it grows with changes only."""

import pandas as pd
import pyarrow as pa
import sqlalchemy as sa

from kim_pipeline.warehouse.history import Difference
from kim_pipeline.warehouse.link_run import LinkRun
from kim_pipeline.warehouse.load import copy_table
from kim_pipeline.warehouse.schema.base import FOREVER
from kim_pipeline.warehouse.schema.register import edge

PAIR = ("source_l", "record_l", "source_r", "record_r")
_JUDGED = ("weight", "probability", "kept")
# Weights move a little every month, because every token's frequency does. That is no news.
WEIGHT_NEWS = 2.0
PROBABILITY_NEWS = 0.1


def write_edges(
    connection: sa.Connection, edges: pd.DataFrame, seen: sa.Table, run: LinkRun
) -> Difference:
    """Close what this run judged anew or no longer names, open what is new.

    A pair keeps its row while it is kept or apart as before and neither weight nor probability
    moved by more than `WEIGHT_NEWS` bits and `PROBABILITY_NEWS`, and while one of its records is
    not in `seen` (`source`, `record_pseudonym`). Must run in a transaction.
    """
    judged = _judged(connection, edges)
    counted = {"preserve_rowcount": True}
    closed = connection.execute(_close(judged, seen, run), execution_options=counted).rowcount
    opened = connection.execute(_open(judged, run), execution_options=counted).rowcount
    judged.drop(connection)
    return Difference(int(opened), int(closed))


def _judged(connection: sa.Connection, edges: pd.DataFrame) -> sa.Table:
    columns = [sa.Column(name, edge.c[name].type) for name in (*PAIR, *_JUDGED)]
    table = sa.Table("kim_edges", sa.MetaData(), *columns, prefixes=["TEMPORARY"])
    table.create(connection)
    rows = pa.Table.from_pandas(edges[[c.name for c in columns]], preserve_index=False)
    copy_table(connection, table, rows)
    return table


def _close(judged: sa.Table, seen: sa.Table, run: LinkRun) -> sa.Update:
    same = [edge.c[name] == judged.c[name] for name in PAIR]
    steady = (
        edge.c.kept == judged.c.kept,
        sa.func.abs(edge.c.weight - judged.c.weight) <= WEIGHT_NEWS,
        sa.func.abs(edge.c.probability - judged.c.probability) <= PROBABILITY_NEWS,
    )
    both_seen = [
        sa.exists().where(
            seen.c.source == edge.c["source" + side],
            seen.c.record_pseudonym == edge.c["record" + side],
        )
        for side in ("_l", "_r")
    ]
    return (
        edge.update()
        .values(known_to=run.known_at)
        .where(edge.c.known_to == FOREVER, ~sa.exists().where(*same, *steady), *both_seen)
    )


def _open(judged: sa.Table, run: LinkRun) -> sa.Insert:
    standing = sa.exists().where(
        *(edge.c[name] == judged.c[name] for name in PAIR), edge.c.known_to == FOREVER
    )
    constants = {
        "month": run.month,
        "model_version": run.model_version,
        "known_from": run.known_at,
    }
    rows = sa.select(*judged.c, *(sa.literal(value) for value in constants.values()))
    rows = rows.where(~standing).order_by(*(judged.c[name] for name in PAIR))
    return edge.insert().from_select([*(c.name for c in judged.c), *constants], rows)
