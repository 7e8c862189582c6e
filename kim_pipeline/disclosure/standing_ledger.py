"""Whether the ledger still is the one that was published from, before a release builds on it.

A ledger that was lost or rolled back would serve nothing: published cells would be drawn anew. The
person's noise keys need no book of their own: they follow from the same root key as the cell key,
whose name stands in every cell.
"""

from datetime import date

import sqlalchemy as sa

from kim_pipeline.disclosure.disclosure_keys import DisclosureKeys
from kim_pipeline.disclosure.release_chain import verify_month
from kim_pipeline.errors import DisclosureError
from kim_pipeline.warehouse.schema.audit import cell_ledger, release
from kim_pipeline.warehouse.schema.published import indicator_value


def check_standing(connection: sa.Connection, month: date, keys: DisclosureKeys) -> None:
    """Refuse to publish on a ledger that lacks releases or cells, or is of another series.

    Raises DisclosureError with the number of releases and what to do.
    """
    _refuse_lost_releases(connection)
    _refuse_lost_cells(connection)
    _refuse_other_series(connection, keys.kid)
    verify_month(connection, month, keys.audit)


def _refuse_lost_releases(connection: sa.Connection) -> None:
    shown = sa.select(indicator_value.c.release).distinct()
    missing = shown.except_(sa.select(release.c.release)).subquery()
    lost = connection.scalar(sa.select(sa.func.count()).select_from(missing))
    if lost:
        raise DisclosureError(
            f"audit.release lacks {lost} releases whose figures stand in "
            "published.indicator_value: the ledger was lost or rolled back, and published cells "
            "would get a second noise. Restore schema audit from a backup made after them."
        )


def _refuse_lost_cells(connection: sa.Connection) -> None:
    held = (
        sa.select(cell_ledger.c.release, sa.func.count().label("cells"))
        .group_by(cell_ledger.c.release)
        .subquery()
    )
    differs = sa.func.coalesce(held.c.cells, 0) != release.c.cells
    query = (
        sa.select(sa.func.count())
        .select_from(release.outerjoin(held, held.c.release == release.c.release))
        .where(differs)
    )
    lost = connection.scalar(query)
    if lost:
        raise DisclosureError(
            f"audit.cell_ledger lacks cells of {lost} releases that audit.release names, and "
            "published cells would get a second noise. Restore schema audit from a backup made "
            "after them."
        )


def _refuse_other_series(connection: sa.Connection, kid: str) -> None:
    query = sa.select(cell_ledger.c.kid).where(cell_ledger.c.kid != kid).distinct()
    others = connection.scalars(query).all()
    if others:
        raise DisclosureError(
            f"The release is blocked: cells were published with the cell key {', '.join(others)}, "
            f"not with {kid}; the same persons would get a second noise. Restore that key. If it "
            "was betrayed, begin a new series in a new warehouse."
        )
