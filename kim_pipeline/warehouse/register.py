"""The register: who is who. Reads and writes persons, links, the edge ledger and link runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
import pyarrow as pa
import sqlalchemy as sa

from kim_pipeline.warehouse.history import Difference, restate
from kim_pipeline.warehouse.load import copy_table
from kim_pipeline.warehouse.schema import register
from kim_pipeline.warehouse.schema.base import FOREVER


@dataclass(frozen=True)
class LinkRun:
    """One run of the linkage: when, on what, with which model, and its counts."""

    month: date
    known_at: datetime
    input_digest: bytes
    model_version: str
    summary: Mapping[str, Any]


def current_links(connection: sa.Connection) -> pd.DataFrame:
    """Read the open links: `source`, `record_pseudonym`, `person_id` (text), `founded_on`."""
    link, person = register.link, register.person
    query = (
        sa.select(link.c.source, link.c.record_pseudonym, link.c.person_id, person.c.founding_month)
        .join(person, person.c.person_id == link.c.person_id)
        .where(link.c.known_to == FOREVER)
        .order_by(link.c.source, link.c.record_pseudonym)
    )
    columns = ["source", "record_pseudonym", "person_id", "founded_on"]
    return pd.DataFrame(connection.execute(query).all(), columns=columns)


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


def given_ids(connection: sa.Connection) -> list[str]:
    """List every person id ever given; none of them is given again."""
    return [
        str(id_) for id_ in connection.execute(sa.select(register.person.c.person_id)).scalars()
    ]


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
    weight, kept. `events`: kind, person_id, other_person_id. Ids and pseudonyms are uuid text.
    """

    run: LinkRun
    links: pd.DataFrame
    persons: pd.DataFrame
    edges: pd.DataFrame
    events: pd.DataFrame


def write(connection: sa.Connection, entry: Entry) -> Difference:
    """Write one link run: links in known time, new persons, edges and events.

    Records the run did not see keep their person. Must run in a transaction.
    """
    run = entry.run
    known = {"known_from": run.known_at}
    _append(connection, register.person, entry.persons, known)
    _redirect(connection, entry.events)
    _append(
        connection,
        register.edge,
        entry.edges,
        {"month": run.month, "model_version": run.model_version, **known},
    )
    numbered = entry.events.assign(sequence=range(1, len(entry.events) + 1))
    _append(connection, register.event, numbered, {"month": run.month, **known})
    connection.execute(register.link_run.insert().values(**vars(run)))
    links = _all_links(connection, entry.links)
    change = restate(connection, register.link, links, run.known_at)
    links.drop(connection)
    return change


def _all_links(connection: sa.Connection, fresh: pd.DataFrame) -> sa.Table:
    keys = ["source", "record_pseudonym"]
    stored = current_links(connection)
    unseen = stored[~stored.set_index(keys).index.isin(fresh.set_index(keys).index)]
    names = [*keys, "person_id"]
    columns = [sa.Column(n, register.link.c[n].type) for n in names]
    table = sa.Table("kim_links", sa.MetaData(), *columns, prefixes=["TEMPORARY"])
    table.create(connection)
    rows = pd.concat([unseen[names], fresh[names]], ignore_index=True)
    copy_table(connection, table, _text(rows))
    return table


def _text(rows: pd.DataFrame) -> pa.Table:
    return pa.table({str(n): pa.array(rows[n].astype(object), pa.string()) for n in rows.columns})


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
    for event in events[events["kind"] == "merged"].itertuples():
        connection.execute(
            register.person.update()
            .where(register.person.c.person_id == event.person_id)
            .values(redirect_to=event.other_person_id)
        )
