"""The linkage's conditions, written for DuckDB, in the words of Spark SQL.

Both engines so read one definition of the levels. What differs is translated by `sqlglot`, the
translator Splink brings along; what that leaves in DuckDB's words is rewritten here.
"""

import sqlglot
from sqlglot import exp


def to_spark(condition: str) -> str:
    """Translate one condition over token columns."""
    tree = sqlglot.parse_one(condition, read="duckdb")
    return tree.transform(_rewritten).sql(dialect="spark")


def _rewritten(node: exp.Expr) -> exp.Expr:
    """Write `list_has_any` as Spark does; `sqlglot` knows it and prints an operator Spark lacks."""
    if isinstance(node, exp.ArrayOverlaps):
        return exp.func("arrays_overlap", node.this, node.expression, dialect="spark")
    return node
