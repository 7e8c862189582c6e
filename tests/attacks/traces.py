"""Everything an installation leaves: its folders, its warehouse, its server's files, its words."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import sqlalchemy as sa
from byte_search import ByteSearch, Hit
from psycopg import sql
from small_kreis import SmallKreis

from kim_pipeline.warehouse.server import ensure_server, stop_server
from kim_pipeline.warehouse.server_place import data_folder

_TABLES = """
SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'm') ORDER BY 1, 2
"""


def owner_url(kreis: SmallKreis) -> str:
    url = sa.make_url(ensure_server(kreis.settings).url).set(drivername="postgresql")
    return url.render_as_string(hide_password=False)


def found_in(kreis: SmallKreis, search: ByteSearch) -> set[Hit]:
    """Search everything an installation has left anywhere, but for what it was given."""
    with psycopg.connect(owner_url(kreis), autocommit=True) as connection:
        hits = {hit for rows in _tables(connection) for hit in search.in_content(*rows)}
    stop_server(kreis.settings)  # which writes everything to its files
    for path in sorted(kreis.folder.iterdir()):
        if path != kreis.inbox:
            hits |= search.in_tree([path]) if path.is_dir() else search.in_file(path)
    hits |= search.in_tree([data_folder(kreis.settings).parent])
    return hits | search.in_content("".join(kreis.printed).encode(), "what was printed")


def _tables(connection: psycopg.Connection[tuple[str, str]]) -> Iterator[tuple[bytes, str]]:
    """Read every table and catalog as text: PostgreSQL compresses long values in its files."""
    for schema, name in connection.execute(_TABLES).fetchall():
        statement = sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(schema, name))
        try:
            rows = connection.execute(statement).fetchall()
        except psycopg.errors.InsufficientPrivilege:
            continue
        yield "\n".join(row[0] for row in rows if row[0]).encode(), f"table {schema}.{name}"


def sealed_files(kreis: SmallKreis) -> list[Path]:
    return sorted(kreis.settings.landing.rglob("*.sealed"))
