"""What each source says of a person, side by side, so that contradictions can be seen."""

from functools import cache
from importlib import resources

import sqlalchemy as sa
import yaml

from kim_pipeline.core.temporary import found, keep, query_of
from kim_pipeline.warehouse.schema.base import UUID

_CLAIM = (
    ("person_id", UUID),
    ("source", sa.Text()),
    ("attribute", sa.Text()),
    ("value", sa.Text()),
    ("closed", sa.Boolean()),
    ("accepted", sa.ARRAY(sa.Text())),
    ("place", sa.SmallInteger()),
)


def lay_out_claims(connection: sa.Connection) -> None:
    """Fill `kim_claim`: one row per person, source and attribute, in a temporary table.

    Must run in the transaction that laid out the month and its spells.
    """
    _lay_out_reported_status(connection)
    columns = [sa.Column(name, kind) for name, kind in _CLAIM]
    keep(connection, "kim_claim", columns, found(query_of("spells", "claim"), columns))


def _lay_out_reported_status(connection: sa.Connection) -> None:
    table = sa.Table(
        "kim_reported_status",
        sa.MetaData(),
        sa.Column("reported", sa.Text(), primary_key=True),
        sa.Column("status_groups", sa.ARRAY(sa.Text())),
        prefixes=["TEMPORARY"],
        postgresql_on_commit="DROP",
    )
    table.create(connection)
    rows = [{"reported": r, "status_groups": list(g)} for r, g in reported_status().items()]
    connection.execute(table.insert(), rows)


@cache
def reported_status() -> dict[str, tuple[str, ...]]:
    """Read which status groups agree with a residence status that another authority reports."""
    place = resources.files("kim_pipeline.core").joinpath("reported_status.yaml")
    given = yaml.safe_load(place.read_text("utf-8"))
    return {str(reported): tuple(groups) for reported, groups in given.items()}
