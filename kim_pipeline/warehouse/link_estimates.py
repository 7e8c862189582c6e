"""Estimated quality of the links of a month: exact, for analysts; publication rounds and protects.

Part of what a link run registers, written in the same transaction.
"""

from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from datetime import date, datetime

import sqlalchemy as sa

from kim_pipeline.warehouse.schema.quality import link_estimate

EstimateKey = tuple[str, str, str]


@dataclass(frozen=True)
class LinkEstimate:
    """Precision and recall of the links of a pair of sources and nationality group.

    source, other_source: in alphabetical order, equal inside a source, both empty for all links.
    Figures are shares of 1 with their band, None where they are not identified; `reason` says why.
    """

    source: str
    other_source: str
    nationality_group: str
    pairs: int
    precision: float | None
    precision_low: float | None
    precision_high: float | None
    recall: float | None
    recall_low: float | None
    recall_high: float | None
    identified: bool
    reason: str | None

    @property
    def key(self) -> EstimateKey:
        """Name what is estimated."""
        return self.source, self.other_source, self.nationality_group


_COLUMNS = tuple(field.name for field in fields(LinkEstimate))


def write(
    connection: sa.Connection, month: date, known_at: datetime, estimates: Iterable[LinkEstimate]
) -> int:
    """Replace the estimates of a month; give their number. Must run in a transaction."""
    rows = [
        {"month": month, "known_at": known_at, **dict(zip(_COLUMNS, astuple(one), strict=True))}
        for one in estimates
    ]
    connection.execute(sa.delete(link_estimate).where(link_estimate.c.month == month))
    if rows:
        connection.execute(link_estimate.insert(), rows)
    return len(rows)


def read(connection: sa.Connection, month: date) -> dict[EstimateKey, LinkEstimate]:
    """Read the estimates of a month."""
    query = sa.select(*(link_estimate.c[name] for name in _COLUMNS)).where(
        link_estimate.c.month == month
    )
    found = (LinkEstimate(*row) for row in connection.execute(query))
    return {one.key: one for one in found}
