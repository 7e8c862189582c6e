"""The data dictionary: `meta.table` and `meta.column`, filled from what the database says."""

from collections.abc import Mapping
from functools import cache
from importlib import resources

import sqlalchemy as sa
import yaml

from kim_pipeline.warehouse.schema import meta

_OBJECTS = sa.text("""
SELECT n.nspname AS schema_name, c.relname AS table_name,
       coalesce(obj_description(c.oid, 'pg_class'), '') AS description_en
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname IN ('core', 'published', 'quality', 'meta')
  AND c.relkind IN ('r', 'v', 'p') AND NOT c.relispartition
ORDER BY 1, 2
""")
_COLUMNS = sa.text("""
SELECT n.nspname AS schema_name, c.relname AS table_name, a.attname AS column_name,
       a.attnum AS position, format_type(a.atttypid, a.atttypmod) AS data_type,
       coalesce(col_description(c.oid, a.attnum), '') AS description_en
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE n.nspname IN ('core', 'published', 'quality', 'meta')
  AND c.relkind IN ('r', 'v', 'p') AND NOT c.relispartition
ORDER BY 1, 2, 4
""")


@cache
def german_texts() -> Mapping[str, str]:
    """Read the German descriptions by `schema.table`, `schema.table.column` or bare column."""
    text = resources.files("kim_pipeline.warehouse").joinpath("german.yaml").read_text("utf-8")
    return {str(name): str(meaning) for name, meaning in yaml.safe_load(text).items()}


def refresh_dictionary(connection: sa.Connection) -> None:
    """Write one row per table and column that analysts can read, in English and German."""
    german = german_texts()
    tables = [
        dict(row) | {"description_de": german.get(_name(row), row["description_en"])}
        for row in connection.execute(_OBJECTS).mappings()
    ]
    columns = [
        dict(row) | {"description_de": _german(row, german)}
        for row in connection.execute(_COLUMNS).mappings()
    ]
    connection.execute(meta.dictionary_table.delete())
    connection.execute(meta.dictionary_column.delete())
    connection.execute(meta.dictionary_table.insert(), tables)
    connection.execute(meta.dictionary_column.insert(), columns)


def _name(row: sa.RowMapping) -> str:
    return f"{row['schema_name']}.{row['table_name']}"


def _german(row: sa.RowMapping, german: Mapping[str, str]) -> str:
    bare = str(row["column_name"])
    text = german.get(f"{_name(row)}.{bare}") or german.get(bare) or row["description_en"]
    return str(text)
