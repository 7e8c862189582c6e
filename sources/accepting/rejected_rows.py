"""Refused rows of an accepted delivery: numbers and reasons, never what stands in them."""

from collections.abc import Iterator

import sqlalchemy as sa

from kim_pipeline.warehouse.schema.quality import rejection
from sources.incoming.pseudonymise import Incoming


def record_rejections(connection: sa.Connection, delivery_id: int, incoming: Incoming) -> None:
    """Enter the refused rows of a delivery that was just accepted, so that they can be told."""
    rows = [
        {"delivery_id": delivery_id, "position": position, **entry}
        for position, entry in enumerate(_entries(incoming), start=1)
    ]
    if rows:
        connection.execute(rejection.insert(), rows)


def _entries(incoming: Incoming) -> Iterator[dict[str, object]]:
    for name, counts in incoming.tables.items():
        for refused in counts.rejections:
            yield {
                "table_name": name,
                "column_name": refused.column,
                "reason": refused.reason,
                "town_ags": refused.town,
                "rows_rejected": refused.count,
                "row_numbers": list(refused.rows),
            }
