"""What the attacks on each release found, kept in `audit.release_audit`."""

import sqlalchemy as sa

from kim_pipeline.disclosure.release_audit import Audited
from kim_pipeline.warehouse.schema.audit import release_audit


def record_audit(connection: sa.Connection, release: str, audited: Audited) -> None:
    """Note what the attacks on a release found; exact counts are not among it."""
    found = audited.found
    connection.execute(
        release_audit.insert().values(
            release=release,
            attacked=found.attacked,
            smallest_interval=found.smallest_interval,
            small_counts=found.month.counts,
            exact_share=found.month.exact_share,
            mean_error=found.month.mean_error,
            exact_share_year=found.year.exact_share,
            mean_error_year=found.year.mean_error,
            most_partitions=found.most_partitions,
            withheld=audited.withheld,
        )
    )
