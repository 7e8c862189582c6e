"""Does a person belong to one benefit community (Bedarfsgemeinschaft) in a month (R12)?

A source keeps one per record; two records of one person are what gives two away. Sources are those
whose contract makes a pseudonym of the community; none is named here.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta

import pandas as pd
import sqlalchemy as sa

from kim_pipeline.warehouse.deliveries import knowledge
from kim_pipeline.warehouse.schema.base import FOREVER
from kim_pipeline.warehouse.schema.register import link
from quality_checks.facts import Query, fact
from quality_checks.frames import read_frame
from quality_checks.hub import Hub
from quality_checks.shapes import holds, warn_only
from sources.accepting.staging import staging_tables
from sources.contracts.contract import Contract
from sources.contracts.tables import Table

NAME = "benefit_community__one_per_person"
PERSON, COMMUNITY = "person", "benefit_community"

BENEFIT_COMMUNITY = (
    warn_only(
        holds(
            NAME,
            (
                "A person belongs to one benefit community in a month (R12).",
                "Eine Person gehört in einem Monat zu einer Bedarfsgemeinschaft (R12).",
            ),
            tolerated=0.02,
        )
    ),
)


def benefit_community_frame(contracts: Sequence[Contract]) -> Callable[[date, Hub], pd.DataFrame]:
    """Give the function that tells for each person of a month whether they are in one only."""
    memberships = [each for contract in contracts for each in _memberships(contract)]

    def load(month: date, hub: Hub) -> pd.DataFrame:
        if not memberships:
            return pd.DataFrame({NAME: pd.Series(dtype="boolean")})
        return read_frame(hub, _query(memberships, month))

    return load


Membership = tuple[str, sa.Table, str, str]
"""Source, staging table, and its columns of the person and of the community."""


def _memberships(contract: Contract) -> Iterator[Membership]:
    staged = staging_tables(contract)
    for table in contract.tables:
        person, community = _column(table, PERSON), _column(table, COMMUNITY)
        if person and community:
            yield contract.source, staged[table.name], person, community


def _column(table: Table, domain: str) -> str | None:
    rules = [(f, rule) for f in table.fields for rule in f.rules_named("pseudonymise")]
    return next((rule.column or f.name for f, rule in rules if rule.domain == domain), None)


def _query(memberships: Sequence[Membership], month: date) -> Query:
    rows = sa.union_all(*(_of(each, month) for each in memberships)).subquery()
    one = sa.func.count(rows.c.community.distinct()) == 1
    return sa.select(fact(NAME, one)).group_by(rows.c.person_id)


def _of(membership: Membership, month: date) -> Query:
    source, table, person, community = membership
    moment = sa.func.coalesce(knowledge(month), FOREVER - timedelta(microseconds=1))
    t = table.c
    same = (link.c.source == source) & (link.c.record_pseudonym == t[person])
    return (
        sa.select(link.c.person_id, t[community].label("community"))
        .select_from(table.join(link, same))
        .where(
            t[community].is_not(None),
            *(c.known_from <= moment for c in (t, link.c)),
            *(c.known_to > moment for c in (t, link.c)),
            t.valid_from <= month,
            t.valid_to > month,
        )
    )
