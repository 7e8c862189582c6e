"""Link: which records belong to one person; proposed first and, past its gate, registered."""

import dagster as dg

from assets import groups
from assets.code_references import written_in
from assets.column_schema import table_metadata
from assets.intake_origins import candidates_origins, links_origins
from assets.linking import propose_links, register_links
from assets.months import month_of
from assets.refusals import refusals
from assets.resources import Hub
from assets.stopwatch import stopwatch
from kim_pipeline.warehouse.schema import register
from sources.contracts.contract import Contract

MONTH_BEFORE = dg.TimeWindowPartitionMapping(start_offset=-1, end_offset=-1)


def link_assets(
    contracts: tuple[Contract, ...], months: dg.MonthlyPartitionsDefinition
) -> list[dg.AssetsDefinition]:
    """Make the assets that find and register persons, over all sources."""
    records = [contract.step("records") for contract in contracts]

    @dg.asset(
        group_name=groups.REGISTER,
        partitions_def=months,
        deps=records,
        kinds={"duckdb", "splink"},
        owners=["team:data"],
        tags={"pii": "pseudonymised"},
        metadata={
            **table_metadata(register.edge, candidates_origins(contracts)),
            **written_in(asset=__file__, linkage="kim_pipeline/linkage/link.py"),
        },
        description=(
            "Which records could belong to one person: proposed, not yet accepted.\n\nOne row per "
            "pair of records, weighed on keyed tokens; no name is seen. The gate compares the run "
            "with last month's; past it, `person_links` takes the pairs into `register.edge`."
        ),
    )
    def link_candidates(context: dg.AssetExecutionContext, hub: Hub) -> dg.MaterializeResult[None]:
        took = stopwatch()
        with refusals():
            counts = propose_links(hub, month_of(context))
        return dg.MaterializeResult(metadata={**counts, "seconds": took()})

    @dg.asset(
        group_name=groups.REGISTER,
        partitions_def=months,
        deps=[
            "link_candidates",
            dg.AssetDep("person_links", partition_mapping=MONTH_BEFORE),
        ],
        kinds={"postgres"},
        owners=["team:data"],
        tags={"pii": "pseudonymised"},
        metadata={
            **table_metadata(register.link, links_origins()),
            **written_in(asset=__file__, register="kim_pipeline/warehouse/register.py"),
        },
        description=(
            "Which source record belongs to which person; ids stay from month to month.\n\nOne row "
            "per source record and state of knowledge. Needs the month before: months run in order."
        ),
    )
    def person_links(context: dg.AssetExecutionContext, hub: Hub) -> dg.MaterializeResult[None]:
        took = stopwatch()
        with refusals():
            counts = register_links(hub, month_of(context))
        return dg.MaterializeResult(metadata={**counts, "seconds": took()})

    return [link_candidates, person_links]
