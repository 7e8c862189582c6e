"""The register: who is who. Reads and writes persons, links, events and link runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
import pyarrow as pa
import sqlalchemy as sa

from kim_pipeline.warehouse.edges import write_edges
from kim_pipeline.warehouse.history import Difference
from kim_pipeline.warehouse.link_run import LinkRun
from kim_pipeline.warehouse.load import copy_table, read_table
from kim_pipeline.warehouse.restatement import restate
from kim_pipeline.warehouse.schema import register
from kim_pipeline.warehouse.schema.base import FOREVER


def current_links(connection: sa.Connection) -> pd.DataFrame:
    """Read the open links: `source`, `record_pseudonym`, `person_id` (text), `founded_on`."""
    link, person = register.link, register.person
    founded = person.c.founding_month.label("founded_on")
    query = (
        sa.select(link.c.source, link.c.record_pseudonym, link.c.person_id, founded)
        .join(person, person.c.person_id == link.c.person_id)
        .where(link.c.known_to == FOREVER)
        .order_by(link.c.source, link.c.record_pseudonym)
    )
    return read_table(connection, query).to_pandas()


def links_at(connection: sa.Connection, known_at: datetime) -> pd.DataFrame:
    """Read the links as they were known at a moment: `source`, `record_pseudonym`, `person_id`."""
    link = register.link
    query = sa.select(link.c.source, link.c.record_pseudonym, link.c.person_id).where(
        link.c.known_from <= known_at, link.c.known_to > known_at
    )
    return read_table(connection, query).to_pandas()


def runs(connection: sa.Connection) -> list[LinkRun]:
    """List all link runs in the order in which they were learnt."""
    run = register.link_run
    rows = connection.execute(sa.select(run).order_by(run.c.known_at)).mappings()
    return [_run(row) for row in rows]


def last_run(connection: sa.Connection, before: date | None = None) -> LinkRun | None:
    """Read the newest link run, or the newest before a month."""
    run = register.link_run
    query = sa.select(run).order_by(run.c.month.desc(), run.c.known_at.desc()).limit(1)
    if before is not None:
        query = query.where(run.c.month < before)
    row = connection.execute(query).mappings().first()
    return _run(row) if row else None


def moment_after(connection: sa.Connection, known_at: datetime) -> datetime:
    """Give a moment for a new link run: the one asked for, or just after the newest run.

    Links have one current state, so that what a run learns is learnt after all runs before it,
    whichever month they were for.
    """
    newest = connection.execute(sa.select(sa.func.max(register.link_run.c.known_at))).scalar()
    return known_at if newest is None else max(known_at, newest + timedelta(microseconds=1))


def given_ids(connection: sa.Connection) -> "pa.Array[Any]":
    """List every person id ever given; none of them is given again."""
    ids = read_table(connection, sa.select(register.person.c.person_id))["person_id"]
    return pa.concat_arrays([pa.array([], pa.string()), *ids.chunks])


def run_of(connection: sa.Connection, month: date) -> LinkRun | None:
    """Read the newest link run of a month."""
    run = register.link_run
    query = sa.select(run).where(run.c.month == month).order_by(run.c.known_at.desc()).limit(1)
    row = connection.execute(query).mappings().first()
    return _run(row) if row else None


def _run(row: sa.RowMapping) -> LinkRun:
    return LinkRun(
        row["month"],
        row["known_at"],
        bytes(row["input_digest"]),
        row["model_version"],
        row["summary"],
    )


@dataclass(frozen=True)
class Entry:
    """What one link run writes into the register.

    `links`: source, record_pseudonym, person_id. `persons`: person_id, founding_source,
    founding_record, founding_month, counter. `edges`: source_l, record_l, source_r, record_r,
    weight, probability, kept. `events`: kind, person_id, other_person_id, records. Ids and
    pseudonyms are uuid text.
    """

    run: LinkRun
    links: pd.DataFrame
    persons: pd.DataFrame
    edges: pd.DataFrame
    events: pd.DataFrame


def write(connection: sa.Connection, entry: Entry) -> Difference:
    """Write one link run: links and edges in known time, new persons and events.

    Records the run did not see keep their person, and pairs with such a record their judgement.
    Must run in a transaction.
    """
    run = entry.run
    known = {"known_from": run.known_at}
    _append(connection, register.person, entry.persons, known)
    _redirect(connection, entry.events)
    numbered = entry.events.assign(sequence=range(1, len(entry.events) + 1))
    _append(connection, register.event, numbered, {"month": run.month, **known})
    connection.execute(register.link_run.insert().values(**vars(run)))
    seen = _seen(connection, entry.links)
    write_edges(connection, entry.edges, seen, run)
    change = restate(connection, register.link, seen, run.known_at, [_is_in(register.link, seen)])
    seen.drop(connection)
    return change


def _seen(connection: sa.Connection, links: pd.DataFrame) -> sa.Table:
    """Bring the links of this run into a table of the transaction."""
    names = ["source", "record_pseudonym", "person_id"]
    columns = [sa.Column(n, register.link.c[n].type) for n in names]
    table = sa.Table("kim_links", sa.MetaData(), *columns, prefixes=["TEMPORARY"])
    table.create(connection)
    copy_table(connection, table, pa.Table.from_pandas(links[names], preserve_index=False))
    return table


def _is_in(table: sa.Table, seen: sa.Table) -> sa.ColumnElement[bool]:
    same = [table.c[n] == seen.c[n] for n in ("source", "record_pseudonym")]
    return sa.exists().where(*same)


def _append(
    connection: sa.Connection,
    table: sa.Table,
    rows: pd.DataFrame,
    constants: Mapping[str, Any],
) -> None:
    names = [c.name for c in table.columns if c.name in rows.columns and c.name not in constants]
    data = pa.Table.from_pandas(rows[names], preserve_index=False)
    for name, value in constants.items():
        data = data.append_column(name, pa.array([value] * len(rows)))
    copy_table(connection, table, data)


def _redirect(connection: sa.Connection, events: pd.DataFrame) -> None:
    merged = events[events["kind"] == "merged"]
    if merged.empty:
        return
    person = register.person
    redirect = (
        person.update()
        .where(person.c.person_id == sa.bindparam("ended"))
        .values(redirect_to=sa.bindparam("goes_on"))
    )
    pairs = zip(merged["person_id"], merged["other_person_id"], strict=True)
    connection.execute(redirect, [{"ended": ended, "goes_on": other} for ended, other in pairs])
