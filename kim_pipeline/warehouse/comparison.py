"""What stood and what came, side by side: the rows of a delivery that differ from the history."""

import sqlalchemy as sa
from sqlalchemy import CreateTableAs

# Before the names of columns: which side of a change they tell of.
STOOD, CAME = "stood_", "came_"


def compared(
    connection: sa.Connection, standing: sa.Select[tuple[object, ...]], delivered: sa.Table
) -> sa.Table:
    """Lay rows that stand beside delivered ones, by key, wherever the two differ.

    Both are read once. The temporary table has the columns of `standing` and `delivered`, named
    with `STOOD` and `CAME` in front; a row that only one of them has leaves the others empty.
    """
    stood = standing.subquery("stood")
    names = [c.name for c in delivered.c if c.name != "row_key"]
    ours, theirs = (sa.tuple_(sa.null(), *(t.c[n] for n in names)) for t in (stood, delivered))
    differing = sa.or_(
        stood.c.row_key.is_(None), delivered.c.row_key.is_(None), ours.is_distinct_from(theirs)
    )
    query = (
        sa.select(
            *(c.label(STOOD + c.name) for c in stood.c),
            *(c.label(CAME + c.name) for c in delivered.c),
        )
        .select_from(stood.join(delivered, stood.c.row_key == delivered.c.row_key, full=True))
        .where(differing)
    )
    return temporary_from(connection, "kim_changed", query)


def side_of(changed: sa.Table, side: str) -> sa.Subquery:
    """Give one side of what differs under its own names: what stood, or what came."""
    own = (c.label(c.name.removeprefix(side)) for c in changed.c if c.name.startswith(side))
    there = changed.c[side + "row_key"].is_not(None)
    return sa.select(*own).where(there).subquery()


def sizes(connection: sa.Connection, changed: sa.Table) -> tuple[int, int, int]:
    """Count the rows that went, those that came, and those that did both."""
    stood, came = (changed.c[side + "row_key"] for side in (STOOD, CAME))
    both = sa.func.count().filter(stood.is_not(None), came.is_not(None))
    lost, told, twice = connection.execute(
        sa.select(sa.func.count(stood), sa.func.count(came), both)
    ).one()
    return lost, told, twice


def temporary_from(
    connection: sa.Connection, name: str, query: sa.Select[tuple[object, ...]]
) -> sa.Table:
    """Put the rows of a query into a temporary table."""
    made = CreateTableAs(query, name, temporary=True)
    connection.execute(made)
    return made.table
