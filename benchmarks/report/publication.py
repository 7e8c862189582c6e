"""Invented rows of `published`: figures by month and breakdown, deliveries, links."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import product
from typing import Any

import sqlalchemy as sa

from benchmarks.warehouse.contents import KREIS
from benchmarks.warehouse.tables import SOURCES
from kim_pipeline.indicators.catalogue import Catalogue
from kim_pipeline.indicators.indicator import Breakdown, Indicator
from kim_pipeline.indicators.labels import Labels
from kim_pipeline.warehouse.schema import published

_RELEASE = "benchmark"
_LARGEST = {"persons": 9000.0, "days": 600.0, "months": 40.0}
_WITHHELD = 0.12
_GROUPS = ("", "EU", "UKRAINE", "ASYLUM8", "TURKEY", "WEST_BALKAN", "OTHER")


@dataclass
class Publication:
    """What to invent: the months in order, with one course of chance."""

    catalogue: Catalogue
    months: Sequence[date]
    draw: random.Random = field(default_factory=lambda: random.Random(1))  # noqa: S311

    def write(self, connection: sa.Connection) -> int:
        """Fill the tables of figures; return how many values there are."""
        values = list(self._values())
        connection.execute(published.indicator_value.insert(), values)
        connection.execute(published.source_quality.insert(), list(self._deliveries()))
        connection.execute(published.link_quality.insert(), list(self._links()))
        return len(values)

    def _values(self) -> Iterator[dict[str, Any]]:
        for indicator, month in product(self.catalogue.indicators, self.months):
            for breakdown in indicator.breakdowns:
                for place in _places(breakdown, self.catalogue.labels):
                    yield place | self._figure(indicator, month) | {"breakdown": breakdown.name}

    def _figure(self, indicator: Indicator, month: date) -> dict[str, Any]:
        common = {
            "indicator_id": indicator.id,
            "month": month,
            "known_on": month,
            "unit": indicator.unit,
            "revision": 0,
            "provisional": month >= self.months[-1],
            "release": _RELEASE,
        }
        if self.draw.random() < _WITHHELD:
            hidden = dict.fromkeys(("numerator", "denominator", "value"))
            return common | hidden | {"status": "withheld"}
        most = _LARGEST.get(indicator.unit, 100.0)
        value, base = float(round(self.draw.uniform(0, most))), self.draw.randint(50, 9000)
        part = round(value / most * base)
        counts = {"numerator": part if part > 2 else 0, "denominator": base}
        return common | counts | {"value": value, "status": "published"}

    def _deliveries(self) -> Iterator[dict[str, Any]]:
        for month, source in product(self.months, SOURCES):
            persons = {"persons": 4000, "change_percent": 1.0, "provisional": False}
            rules = {"rules_passed": 60, "rules_checked": 60, "status": "published"}
            when = {"month": month, "delivered_on": month, "delivery_month": month}
            yield when | persons | rules | {"source": source, "name_de": source}

    def _links(self) -> Iterator[dict[str, Any]]:
        bands = {"precision": 99.0, "precision_low": 98.0, "precision_high": 100.0}
        bands |= {"recall": 97.0, "recall_low": 95.0, "recall_high": 99.0}
        pairs = [(one, other) for one, other in product(SOURCES, SOURCES) if one != other]
        for month, (one, other), group in product(self.months, pairs, _GROUPS):
            yield bands | {
                "month": month,
                "source": one,
                "other_source": other,
                "nationality_group": group,
                "numerator": 900,
                "denominator": 1000,
                "value": 90.0,
                "status": "published",
                "estimate_status": "estimated",
                "release": _RELEASE,
            }


def _places(breakdown: Breakdown, labels: Labels) -> Iterator[dict[str, str]]:
    """Give the cells of a table: towns and values of its dimensions."""
    towns = [town.ags for town in KREIS.towns] if breakdown.by_town else [""]
    groups = [list(labels.values[name]) for name in breakdown.dimensions]
    empty = dict.fromkeys(("dimension_1", "value_1", "dimension_2", "value_2"), "")
    for town, *values in product(towns, *groups):
        cell = empty | {"town_ags": town}
        for at, (name, value) in enumerate(zip(breakdown.dimensions, values, strict=True), 1):
            cell |= {f"dimension_{at}": name, f"value_{at}": value}
        yield cell
