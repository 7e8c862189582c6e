"""Samples of databases that are files (SQLite): each table with its columns, read only."""

from pathlib import Path

import sqlalchemy as sa

from sources.authoring.samples import MAX_ROWS, Sample, SampleTable, no_table


def sample_database(path: Path) -> Sample:
    """Read all tables of a SQLite file; what it changes meanwhile is not seen.

    Raises DeliveryError when it is no database or has no table.
    """
    url = sa.URL.create("sqlite", database=f"file:{path}", query={"mode": "ro", "uri": "true"})
    engine = sa.create_engine(url, poolclass=sa.NullPool, hide_parameters=True)
    try:
        with engine.connect() as connection:
            tables = tuple(
                _table(connection, name) for name in sa.inspect(engine).get_table_names()
            )
    except sa.exc.DBAPIError:
        raise no_table("is no SQLite database that can be read") from None
    finally:
        engine.dispose()
    if not tables:
        raise no_table("has no table")
    return Sample("sql", "UTF-8", tables, {"decimalSeparator": "."})


def _table(connection: sa.Connection, name: str) -> SampleTable:
    names = [str(column["name"]) for column in sa.inspect(connection).get_columns(name)]
    source = sa.table(name, *map(sa.column, names))
    rows = connection.execute(sa.select(*source.columns).limit(MAX_ROWS)).all()
    columns = {
        column: tuple(_text(row[place]) for row in rows) for place, column in enumerate(names)
    }
    return SampleTable(name, 1, columns)


def _text(value: object) -> str | None:
    return None if value is None else str(value).strip() or None
