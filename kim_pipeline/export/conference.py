"""What a conference needs on its table: the figures of one project group, or of one town.

A project group answers for measures of the Handlungskonzept and sees the indicators in which these
shall show, for the Kreis and all towns. A town sees every indicator that has a figure for it, with
the Kreis beside it. Everything comes from `published`; how it is laid out is not decided here.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

from kim_pipeline.errors import ConfigError, DisclosureError
from kim_pipeline.export.output_check import check_counts
from kim_pipeline.periods import format_month, months_between, next_month
from kim_pipeline.warehouse.load import read_table
from kim_pipeline.warehouse.schema import meta, published

MONTHS = 13
KREIS = ""
_SPELT = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"}
Row = Mapping[str, Any]
# Indicator, month and town; empty text for the whole Kreis.
Cells = Mapping[tuple[str, date, str], Row]


@dataclass(frozen=True)
class Holding:
    """All that packs are made of: a month and the twelve before it."""

    months: tuple[date, ...]
    indicators: tuple[Row, ...]
    measures: tuple[Row, ...]
    towns: Mapping[str, str]
    cells: Cells
    values: pa.Table


@dataclass(frozen=True)
class Pack:
    """The papers of one project group or town: indicators by place, and measures."""

    kind: str
    name: str
    indicators: tuple[Row, ...]
    places: tuple[str, ...]
    measures: tuple[Row, ...]

    @property
    def folder(self) -> str:
        """Name of its folder: small letters, digits and hyphens."""
        spelt = re.sub("[äöüß]", lambda letter: _SPELT[letter[0]], self.name.lower())
        return "-".join((self.kind, *re.findall("[a-z0-9]+", spelt)))


def read_holding(connection: sa.Connection, month: date, locale: str) -> Holding:
    """Read what `published` holds on a month and the twelve before it.

    Raises DisclosureError when nothing is published for the month, or a value is not protected.
    """
    first, v = next_month(month, 1 - MONTHS), published.indicator_value
    within = (v.c.month.between(first, month), v.c.breakdown.in_(("total", "town")))
    values = read_table(connection, sa.select(v).where(*within).order_by(*v.primary_key))
    check_counts({v.name: values})
    rows = values.to_pylist()
    if not any(row["month"] == month for row in rows):
        raise DisclosureError(f"Nothing is published for {format_month(month)}; run: kim run")
    oldest = min(row["month"] for row in rows)
    towns = connection.execute(sa.select(meta.town.c.town_ags, meta.town.c.name))
    return Holding(
        months=tuple(months_between(oldest, month)),
        indicators=_indicators(connection, locale),
        measures=_measures(connection, locale),
        towns=dict(sorted(map(tuple, towns), key=lambda town: town[1])),
        cells={(row["indicator_id"], row["month"], row["town_ags"]): row for row in rows},
        values=values,
    )


def _indicators(connection: sa.Connection, locale: str) -> tuple[Row, ...]:
    query = sa.select(published.indicator).order_by(published.indicator.c.position)
    rows = connection.execute(query).mappings()
    return tuple({**row, "name": row[f"name_{locale}"]} for row in rows)


def _measures(connection: sa.Connection, locale: str) -> tuple[Row, ...]:
    """Read the measures with the indicators each shall show in, and the name of its field."""
    code, served = meta.code.c, published.measure_indicator.c
    label = code.label_de if locale == "de" else sa.func.coalesce(code.label_en, code.label_de)
    fields = connection.execute(
        sa.select(code.code, label).where(code.code_list == "handlungsfelder")
    )
    names = dict(map(tuple, fields))
    shown: dict[str, list[str]] = {}
    query = sa.select(served.measure_id, served.indicator_id).order_by(served.indicator_id)
    for measure, indicator in connection.execute(query):
        shown.setdefault(measure, []).append(indicator)
    listed = sa.select(published.measure).order_by(published.measure.c.position)
    return tuple(
        {
            **row,
            "field": names.get(row["field"]) or row["field"],
            "indicators": tuple(shown.get(row["measure_id"], ())),
        }
        for row in connection.execute(listed).mappings()
    )


def packs(holding: Holding) -> tuple[Pack, ...]:
    """Make the packs: one per project group that owns a measure, one per town with a figure.

    Raises ConfigError when two of them would share a folder.
    """
    owners = dict.fromkeys(measure["owner"] for measure in holding.measures)
    groups = (_group(holding, str(owner)) for owner in owners)
    towns = (_town(holding, ags, name) for ags, name in holding.towns.items())
    made = tuple(pack for pack in (*groups, *towns) if pack.indicators)
    if len({pack.folder for pack in made}) < len(made):
        raise ConfigError(
            "Two owners of measures have names that differ in signs only; name them apart, so that "
            "each gets a folder of its own."
        )
    return made


def _group(holding: Holding, owner: str) -> Pack:
    measures = tuple(m for m in holding.measures if m["owner"] == owner)
    wanted = {name for measure in measures for name in measure["indicators"]}
    indicators = tuple(i for i in holding.indicators if i["indicator_id"] in wanted)
    return Pack("group", owner, indicators, (KREIS, *holding.towns), measures)


def _town(holding: Holding, ags: str, name: str) -> Pack:
    told = _told(holding.cells, ags)
    indicators = tuple(i for i in holding.indicators if i["indicator_id"] in told)
    measures = tuple(m for m in holding.measures if told & set(m["indicators"]))
    return Pack("town", name, indicators, (ags, KREIS), measures)


def _told(cells: Iterable[tuple[str, date, str]], ags: str) -> set[str]:
    return {indicator for indicator, _, town in cells if town == ags}


def shown_places(holding: Holding, pack: Pack, indicator: Row) -> Sequence[str]:
    """List the places of a pack for which an indicator has a figure in any month."""
    there = {town for name, _, town in holding.cells if name == indicator["indicator_id"]}
    return [place for place in pack.places if place in there]


def values_of(holding: Holding, pack: Pack) -> pa.Table:
    """Give the published rows of a pack, as they stand in the warehouse."""
    wanted = {i["indicator_id"] for i in pack.indicators}
    names = zip(
        holding.values["indicator_id"].to_pylist(),
        holding.values["town_ags"].to_pylist(),
        strict=True,
    )
    return holding.values.filter(
        pa.array([name in wanted and town in pack.places for name, town in names], pa.bool_())
    )
