"""Which pairs of records are worth comparing, found by Spark: the keys of the DuckDB engine.

A block holds the records that share the value of a match key, plainly or under another name. One
that is too large is split by further tokens; a split that is still too large is left out.
"""

from dataclasses import dataclass
from string import Template
from typing import Any

from kim_pipeline.linkage.blocking import KEYS, Key
from kim_pipeline.linkage.pairs import KeyFacts

Frame = Any  # pyspark.sql.DataFrame: pyspark is an extra
POSITION = "position"
SPLITS = tuple(sorted({column for key in KEYS for column in key.splits}))
WHOLE = 0
_BLOCK = ("key", "value", "split", "token")
_ROW = (*_BLOCK, POSITION, "size", "cap")


@dataclass(frozen=True)
class Blocks:
    """The blocks of all keys in Spark.

    `rows` has one row per record in a block or in a split of one: `key` and `split` (numbers), the
    `value` of the key and the `token` of the split, `position`, `size` of the block, and its `cap`.
    """

    rows: Frame

    def pairs(self) -> Frame:
        """Find the pairs that share a block: int64 `l`, `r` (positions, l < r), each once."""
        small = self.rows.where("size BETWEEN 2 AND cap").select(*_BLOCK, POSITION)
        left = small.withColumnRenamed(POSITION, "l")
        right = small.withColumnRenamed(POSITION, "r")
        return left.join(right, list(_BLOCK)).where("l < r").select("l", "r").distinct()

    def facts(self) -> tuple[KeyFacts, ...]:
        """Say what each key brought, and what it left out."""
        counts = self.rows.groupBy("key", "split", "size").count()
        rows = [row.asDict() for row in counts.withColumnRenamed("count", "records").collect()]
        return tuple(_facts(key, [r for r in rows if r["key"] == n]) for n, key in enumerate(KEYS))


def find_blocks(records: Frame) -> Blocks:
    """Find the blocks of every key and split those that are too large."""
    values = ", ".join(_values(number, key) for number, key in enumerate(KEYS))
    found = Template("inline(concat($values))").substitute(values=values)
    held = _sized(records.selectExpr(POSITION, *SPLITS, found), "key", "value")
    whole = held.selectExpr("*", f"{WHOLE} AS split", "0 AS token")
    large = held.where("size > cap").drop("size")
    finer = large.selectExpr("*", _ways_to_split()).where("token IS NOT NULL")
    return Blocks(whole.select(*_ROW).unionAll(_sized(finer, *_BLOCK).select(*_ROW)))


def _values(number: int, key: Key) -> str:
    """Give the values of a key that a record holds, each with the number and cap of the key.

    A value is an array: the tokens of the key's columns, all of which a record must hold.
    """
    tokens = Template("array($columns)").substitute(columns=", ".join(key.columns))
    values = Template("array($tokens)").substitute(tokens=tokens)
    if key.other:
        values = Template(
            "array_distinct(concat($values, transform(coalesce($other, array()), t -> array(t))))"
        ).substitute(values=values, other=key.other)
    return Template(
        "transform(filter($values, v -> NOT exists(v, t -> t IS NULL)),"
        " v -> struct($number AS key, $cap AS cap, v AS value))"
    ).substitute(values=values, number=number, cap=key.cap)


def _ways_to_split() -> str:
    """Give the numbered tokens by which the key of a row is split; no row for other keys."""
    ways = []
    for number, key in enumerate(KEYS):
        tokens = (
            Template("struct($n AS split, $column AS token)").substitute(n=n, column=column)
            for n, column in enumerate(key.splits, start=WHOLE + 1)
        )
        if key.splits:
            ways.append(
                Template("WHEN $number THEN array($tokens)").substitute(
                    number=number, tokens=", ".join(tokens)
                )
            )
    return Template("inline(CASE key $ways END)").substitute(ways=" ".join(ways))


def _sized(rows: Frame, *columns: str) -> Frame:
    """Add how many rows share the columns."""
    size = Template("count(*) OVER (PARTITION BY $columns) AS size")
    return rows.selectExpr("*", size.substitute(columns=", ".join(columns)))


def _facts(key: Key, rows: list[dict[str, int]]) -> KeyFacts:
    """Sum up the blocks of a key from how many records are in blocks of which size."""
    small = [r for r in rows if r["size"] <= key.cap]
    large = [r for r in rows if r["size"] > key.cap]
    left_out = [r for r in large if r["split"] != WHOLE or not key.splits]
    split = [r for r in large if r["split"] == WHOLE and key.splits]
    return KeyFacts(
        name=key.name,
        pairs=_pairs(small),
        split=_blocks(split),
        capped=_blocks(left_out),
        capped_records=sum(r["records"] for r in left_out),
        capped_pairs=_pairs(left_out),
    )


def _pairs(rows: list[dict[str, int]]) -> int:
    return sum(r["records"] * (r["size"] - 1) for r in rows) // 2


def _blocks(rows: list[dict[str, int]]) -> int:
    return sum(r["records"] // r["size"] for r in rows)
