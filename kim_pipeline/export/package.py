"""`datapackage.json`: files described by the Data Package standard, version 2, in two languages.

Titles and descriptions are German, their English sisters stand beside them as `…_en`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from kim_pipeline.export.described import Column, Table
from kim_pipeline.export.files import CSV

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_MEDIA = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}
# Parquet is no format of the standard's tables, so its resources are described in plain words.
_TYPES: tuple[tuple[Any, str], ...] = (
    (pa.types.is_boolean, "boolean"),
    (pa.types.is_integer, "integer"),
    (pa.types.is_floating, "number"),
    (pa.types.is_date, "date"),
    (pa.types.is_timestamp, "datetime"),
)
# Column → the table and column whose row it names.
_REFERENCES = {"indicator_id": ("indicator", "indicator_id")}


@dataclass(frozen=True)
class Package:
    """What is said of a set of files as a whole; `facts` are further properties."""

    name: str
    title: Mapping[str, str]
    description: Mapping[str, str]
    publisher: str
    version: str = ""
    licence: Mapping[str, str] | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


def describe(
    package: Package,
    tables: Sequence[tuple[Table, pa.Table]],
    sizes: Mapping[str, int],
) -> dict[str, Any]:
    """Describe files: each table as told by the warehouse, with the types it was written in.

    `sizes` names the files, `table.format`, with their bytes.
    """
    names = {table.name for table, _ in tables}
    resources = [
        _resource(table, rows, file, size, names)
        for table, rows in tables
        for file, size in sizes.items()
        if file.rpartition(".")[0] == table.name
    ]
    return {
        "$schema": PROFILE,
        "name": package.name,
        **_texts("title", package.title),
        **_texts("description", package.description),
        "languages": ["de", "en"],
        **({"version": package.version} if package.version else {}),
        "contributors": [{"title": package.publisher, "roles": ["publisher"]}],
        **({"licenses": [dict(package.licence)]} if package.licence else {}),
        **package.facts,
        "resources": resources,
    }


def _resource(
    table: Table, rows: pa.Table, file: str, size: int, names: set[str]
) -> dict[str, Any]:
    kind = file.rpartition(".")[2]
    return {
        "name": table.name if kind == CSV else file,
        **_texts("description", table.meaning),
        "path": file,
        "format": kind,
        "mediatype": _MEDIA[kind],
        "bytes": size,
        "rows": rows.num_rows,
        **(
            {"type": "table", "encoding": "utf-8", "dialect": {"delimiter": ","}}
            if kind == CSV
            else {}
        ),
        "schema": _schema(table, rows, names),
    }


def _schema(table: Table, rows: pa.Table, names: set[str]) -> dict[str, Any]:
    columns = {column.name: column for column in table.columns}
    listed = [columns[name] for name in rows.column_names]
    keys = [column.name for column in listed if column.key]
    foreign = [
        {"fields": [name], "reference": {"resource": there, "fields": [target]}}
        for name, (there, target) in _REFERENCES.items()
        if name in columns and there in names and there != table.name
    ]
    return {
        "fields": [_field(column, rows.schema.field(column.name).type) for column in listed],
        "missingValues": [""],
        **({"primaryKey": keys} if keys else {}),
        **({"foreignKeys": foreign} if foreign else {}),
    }


def _field(column: Column, kind: pa.DataType) -> dict[str, Any]:
    named = next((name for of_kind, name in _TYPES if of_kind(kind)), "string")
    # The empty text means something of its own in a key (the whole Kreis), and is not missing.
    whole: dict[str, Any] = {"missingValues": []} if column.key and named == "string" else {}
    return {"name": column.name, "type": named, **_texts("description", column.meaning), **whole}


def _texts(name: str, texts: Mapping[str, str]) -> dict[str, str]:
    return {name: texts["de"], f"{name}_en": texts["en"]}
