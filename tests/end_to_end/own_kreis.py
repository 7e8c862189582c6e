"""An installation driven through the `kim` command in this process: a month costs no imports."""

import io
import os
import shutil
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import psycopg
import sqlalchemy as sa
from databases import fresh_database
from psycopg import sql
from small_kreis import ROOT

from kim_pipeline.cli import main
from kim_pipeline.settings import Settings, read_settings
from kim_pipeline.warehouse.engine import role_url

SCHEMAS = ("staging", "register", "core", "published", "quality", "audit")


@dataclass(frozen=True)
class Answer:
    """What a command said."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class OwnKreis:
    """One installation, known by its environment."""

    environment: Mapping[str, str]

    @property
    def settings(self) -> Settings:
        return read_settings(self.environment)

    @property
    def inbox(self) -> Path:
        return self.settings.inbox

    @property
    def page(self) -> str:
        return (self.settings.report / "index.html").read_text("utf-8")

    def kim(self, *arguments: str, **environment: str) -> Answer:
        """Run one command as the console script does."""
        out, err = io.StringIO(), io.StringIO()
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("KIM_", "DAGSTER_"))}
        with (
            mock.patch.dict(os.environ, {**kept, **self.environment, **environment}, clear=True),
            mock.patch.object(sys, "argv", ["kim", *arguments]),
            redirect_stdout(out),
            redirect_stderr(err),
            warnings.catch_warnings(),
        ):
            # As in a process of its own: libraries warn their authors there, not the user.
            warnings.simplefilter("ignore")
            code = _exit_code(main)
        return Answer(code, out.getvalue(), err.getvalue())

    def must(self, *arguments: str) -> str:
        """Run one command that has to succeed, and return what it printed."""
        answer = self.kim(*arguments)
        assert answer.code == 0, answer.err
        return answer.out

    def url(self, role: str = "kim_pipeline") -> str:
        """Name the URL of the warehouse for psycopg."""
        return role_url(self.settings, role).replace("+psycopg", "")

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """Read from the warehouse as its owner."""
        with psycopg.connect(self.url()) as connection:
            return connection.execute(query, values).fetchall()

    def execute(self, statement: str) -> None:
        """Change the warehouse behind the pipeline's back."""
        with psycopg.connect(self.url()) as connection:
            connection.execute(statement)

    def dump(self, *schemas: str, where: Mapping[str, str] | None = None) -> dict[str, bytes]:
        """Read every table and view of the schemas whole, in a fixed order, as COPY writes it."""
        found: dict[str, bytes] = {}
        with psycopg.connect(self.url()) as connection:
            names = connection.execute(_RELATIONS, [list(schemas or SCHEMAS)]).fetchall()
            for schema, name in names:
                full = f"{schema}.{name}"
                found[full] = _copied(connection, schema, name, (where or {}).get(full, "true"))
        return found


_RELATIONS = """
    SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = ANY(%s) AND c.relkind IN ('r', 'p', 'v') AND NOT c.relispartition
    ORDER BY 1, 2
"""


def _exit_code(command: Callable[[], None]) -> int:
    try:
        command()
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def _copied(connection: psycopg.Connection, schema: str, name: str, where: str) -> bytes:
    query = sql.SQL(
        'COPY (SELECT t.* FROM {} t WHERE {} ORDER BY t::text COLLATE "C") TO STDOUT'
    ).format(sql.Identifier(schema, name), sql.SQL(where))
    with connection.cursor() as cursor, cursor.copy(query) as copied:
        return b"".join(bytes(block) for block in copied)


def changed(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> list[str]:
    """Name the tables that differ between two dumps."""
    return sorted(name for name in {*before, *after} if before.get(name) != after.get(name))


@contextmanager
def installed(
    server: Settings,
    folder: Path,
    config: Path = ROOT / "kreis.yaml",
    like: OwnKreis | None = None,
) -> Iterator[OwnKreis]:
    """An installation with a database of its own on the server of the tests.

    It is empty, or a copy of another with all that this was given and has done.
    """
    pattern = sa.make_url(like.url()).database if like else None
    with fresh_database(server, pattern or "template1") as settings:
        made = OwnKreis(
            {
                "KIM_HOME": str(folder / "home"),
                "KIM_INBOX": str(folder / "inbox"),
                "KIM_CONFIG": str(config),
                "KIM_KEYS": str(folder / "no-keys"),
                "KIM_WAREHOUSE_URL": str(settings.warehouse_url),
            }
        )
        if like:
            shutil.copytree(like.settings.home, made.settings.home)
            shutil.copytree(like.inbox, made.inbox)
        yield made
