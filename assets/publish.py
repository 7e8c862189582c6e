"""Publish: indicators measured, protected, entered into the ledger and swapped into `published`."""

import dagster as dg

from assets import groups
from assets.code_references import written_in
from assets.column_schema import table_metadata
from assets.figure_traces import figure_traces
from assets.freshness import month_freshness
from assets.months import month_of
from assets.pages import report_page
from assets.publication import note, publish
from assets.published_origins import published_origins
from assets.refusals import refusals
from assets.resources import Hub
from assets.stopwatch import stopwatch
from kim_pipeline.indicators.catalogue import Catalogue
from kim_pipeline.warehouse.schema import published
from sources.contracts.contract import Contract


def published_assets(
    contracts: tuple[Contract, ...], catalogue: Catalogue, months: dg.MonthlyPartitionsDefinition
) -> list[dg.AssetsDefinition]:
    """Make the assets of schema `published`."""
    indicators = catalogue.indicators

    @dg.asset(
        group_name=groups.PUBLISHED,
        partitions_def=months,
        deps=["person_month"],
        kinds={"postgres", "sql"},
        owners=["team:data"],
        tags={"pii": "protected"},
        metadata={
            **table_metadata(published.indicator_value, published_origins(indicators)),
            **written_in(asset=__file__, catalogue="kim_pipeline/indicators/catalogue"),
            "from_contract_fields": figure_traces(contracts, indicators),
        },
        freshness_policy=month_freshness(contracts, months.timezone),
        description=(
            f"The {len(indicators)} indicators by town and group, protected by the cell-key "
            "method; what stands here may be shown to anybody.\n\nOne row per cell: indicator, "
            "month, breakdown and its values. `from_contract_fields` traces each indicator back to "
            "the fields of the contracts."
        ),
    )
    def indicator_values(context: dg.AssetExecutionContext, hub: Hub) -> dg.MaterializeResult[None]:
        took, month = stopwatch(), month_of(context)
        with refusals():
            with hub.transaction("Publishing") as connection:
                counts, settled = publish(hub, connection, month)
            note(hub)
        cells = counts.published + counts.withheld + counts.structural_zeros
        return dg.MaterializeResult(
            metadata={
                "dagster/partition_row_count": cells,
                "provisional_marks_set": settled,
                **vars(counts),
                "withheld_percent": round(100 * counts.withheld / max(cells, 1), 1),
                "seconds": took(),
                **report_page(hub.settings),
            }
        )

    return [indicator_values]
