"""Publish: indicators measured, protected, entered into the ledger and swapped into `published`."""

import dagster as dg

from assets.column_schema import table_metadata
from assets.months import month_of
from assets.refusals import refusals
from assets.resources import Hub
from kim_pipeline.core.build import knowledge_of
from kim_pipeline.disclosure.disclosure_keys import DisclosureKeys
from kim_pipeline.disclosure.known_publication import record_around
from kim_pipeline.disclosure.provisional import mark_provisional, provisional_sources
from kim_pipeline.disclosure.release import publish_month
from kim_pipeline.indicators.catalogue import read_catalogue
from kim_pipeline.privacy.keyring import Keyring
from kim_pipeline.warehouse.schema import published


def published_assets(months: dg.MonthlyPartitionsDefinition) -> list[dg.AssetsDefinition]:
    """Make the assets of schema `published`."""

    @dg.asset(
        group_name="published",
        partitions_def=months,
        deps=["person_month"],
        kinds={"postgres", "sql"},
        owners=["team:data"],
        tags={"pii": "protected"},
        metadata=table_metadata(published.indicator_value),
        description="Indicators by town and group, protected by the cell-key method.",
    )
    def indicator_values(context: dg.AssetExecutionContext, hub: Hub) -> dg.MaterializeResult[None]:
        month = month_of(context)
        with refusals(), hub.transaction("Publishing") as connection:
            known_at = knowledge_of(connection, month).known_at
            keys = _disclosure_keys(hub.keyring)
            catalogue = read_catalogue(hub.kreis)
            waiting = {c.source: c.provisional_months for c in hub.contracts}
            open_still = provisional_sources(connection, waiting, month)
            counts = publish_month(
                *(connection, month, known_at, keys, catalogue, bool(open_still)),
                provisional_sources=open_still,
            )
            settled = mark_provisional(connection, catalogue.indicators, waiting)
            record_around(connection, known_at)
        cells = counts.published + counts.withheld + counts.structural_zeros
        return dg.MaterializeResult(
            metadata={
                "dagster/partition_row_count": cells,
                "provisional_marks_set": settled,
                **vars(counts),
            }
        )

    return [indicator_values]


def _disclosure_keys(keyring: Keyring) -> DisclosureKeys:
    return DisclosureKeys(
        k_rec=keyring.record_key_key.secret,
        k_cell=keyring.cell_key.secret,
        audit=keyring.audit_key.secret,
        kid=keyring.cell_key.kid,
    )
