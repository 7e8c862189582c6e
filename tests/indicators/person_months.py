"""Invented person months in a real warehouse: rows to count, made by hand or at random."""

import random
import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.schema import CreateSchema

from kim_pipeline.core.build import ensure_partition
from kim_pipeline.warehouse.load import copy_table
from kim_pipeline.warehouse.schema import (  # noqa: F401 - each module registers its tables
    audit,
    core,
    meta,
    published,
    quality,
    register,
)
from kim_pipeline.warehouse.schema.base import SCHEMAS, metadata
from kim_pipeline.warehouse.schema.person_month import person_month

MONTH = date(2026, 10, 1)
KNOWN = datetime(2026, 11, 5, 6, tzinfo=UTC)
SOURCES = ("case_management", "immigration_office", "job_centre")
TOWNS = ("05158004", "05158008", "05158012")
FLAGS = [c.name for c in person_month.columns if isinstance(c.type, sa.Boolean)]
_ATTRIBUTES = [c.name for c in person_month.columns if c.name not in {"known_from", "known_to"}]


def set_up(engine: sa.Engine, towns: Sequence[str] = TOWNS) -> None:
    """Create all tables, the towns and one partition."""
    with engine.begin() as connection:
        for schema in SCHEMAS:
            connection.execute(CreateSchema(schema))
        metadata.create_all(connection)
        connection.execute(meta.town.insert(), [{"town_ags": t, "name": t} for t in towns])
        named = [{"source": s, "name_de": s, "name_en": s} for s in SOURCES]
        connection.execute(meta.source.insert(), named)
        ensure_partition(connection, MONTH)


def person(number: int, **facts: Any) -> dict[str, Any]:
    """One person month: no flag set, lives in the first town, unless told otherwise."""
    blank = dict.fromkeys(_ATTRIBUTES) | dict.fromkeys(FLAGS, False) | {"in_sources": []}
    return blank | {
        "month": MONTH,
        "person_id": str(uuid.uuid5(uuid.NAMESPACE_OID, str(number))),
        "town_ags": TOWNS[0],
        **facts,
    }


def store(engine: sa.Engine, rows: Iterable[dict[str, Any]], known_from: datetime = KNOWN) -> None:
    """Write person months known from a moment on."""
    columns = {n: [] for n in _ATTRIBUTES}
    for row in rows:
        for name in _ATTRIBUTES:
            columns[name].append(row[name])
    columns["in_sources"] = [f"{{{','.join(found)}}}" for found in columns["in_sources"]]
    table = pa.table(columns).append_column(
        "known_from", pa.array([known_from] * len(columns["month"]), pa.timestamp("us", "UTC"))
    )
    with engine.begin() as connection:
        for month in set(columns["month"]):
            ensure_partition(connection, month)
        copy_table(connection, person_month, table)


def forget(engine: sa.Engine, month: date = MONTH) -> None:
    """Remove the person months of a month."""
    with engine.begin() as connection:
        connection.execute(sa.delete(person_month).where(person_month.c.month == month))


STATUSES = ("EU_FZ", "NE", "AE_24", "AE_FAM", "AE_CHANCE", "DULDUNG", "GESTATTUNG", "UNKNOWN")
GROUPS = ("EU", "UKRAINE", "ASYLUM8", "TURKEY", "WEST_BALKAN", "OTHER")
AGES = ("0_17", "18_24", "25_34", "35_49", "50_64", "65_")


def _sources(*, job_centre: bool, case_management: bool) -> list[str]:
    known = (case_management, True, job_centre)
    return [source for source, there in zip(SOURCES, known, strict=True) if there]


def invent(count: int, seed: int, towns: Sequence[str] = TOWNS) -> list[dict[str, Any]]:
    """Invent foreign residents with uneven towns, groups and statuses."""
    chance = random.Random(seed)
    return [_invented(number, chance, towns) for number in range(count)]


def _invented(number: int, chance: random.Random, towns: Sequence[str]) -> dict[str, Any]:
    status = chance.choices(STATUSES, (30, 25, 12, 12, 3, 6, 6, 1))[0]
    active = chance.random() < 0.05
    chance_title = status == "AE_CHANCE"
    naturalised = chance.random() < 0.04
    gap = chance.randrange(0, 90) if chance.random() < 0.05 else None
    return person(
        number,
        town_ags=chance.choices(towns, range(1, len(towns) + 1))[0],
        sex=chance.choices("mwd", (50, 49, 1))[0],
        age=chance.randrange(0, 90),
        age_group=chance.choice(AGES),
        nationality_group=chance.choices(GROUPS, (30, 10, 25, 20, 10, 5))[0],
        years_since_arrival=chance.choice(("1", "3", "5", "8", "over_8")),
        status_group=status,
        chance_title=chance_title,
        chance_title_months_left=chance.choice(("0_3", "4_6", "7_12", "13_18"))
        if chance_title
        else None,
        foreign_resident=True,
        newly_arrived=chance.random() < 0.3,
        in_sources=_sources(job_centre=chance.random() < 0.5, case_management=active),
        sgb2_benefit=chance.random() < 0.3,
        case_active=active,
        case_ever=active,
        support_overlap=active and chance.random() < 0.3,
        naturalised_12_months=naturalised,
        naturalisation_outcome="EINGEBUERGERT" if naturalised else None,
        naturalisation_days=chance.randrange(200, 900) if naturalised else None,
        benefit_gap_days=gap,
        benefit_gap_over_30=gap is not None and gap > 30,
    )
