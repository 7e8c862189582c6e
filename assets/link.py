"""Link: which records belong to one person; proposed first and, past its gate, registered."""

import dagster as dg

from assets.column_schema import table_metadata
from assets.linking import propose_links, register_links
from assets.months import month_of
from assets.refusals import refusals
from assets.resources import Hub
from kim_pipeline.warehouse.schema import register
from sources.contracts.contract import Contract

MONTH_BEFORE = dg.TimeWindowPartitionMapping(start_offset=-1, end_offset=-1)


def link_assets(
    contracts: tuple[Contract, ...], months: dg.MonthlyPartitionsDefinition
) -> list[dg.AssetsDefinition]:
    """Make the assets that find and register persons, over all sources."""
    records = [contract.step("records") for contract in contracts]

    @dg.asset(
        group_name="register",
        partitions_def=months,
        deps=records,
        kinds={"duckdb", "splink"},
        owners=["team:data"],
        tags={"pii": "pseudonymised"},
        description="Which records could belong to one person, scored on keyed tokens.",
    )
    def link_candidates(context: dg.AssetExecutionContext, hub: Hub) -> dg.MaterializeResult[None]:
        with refusals():
            counts = propose_links(hub, month_of(context))
        return dg.MaterializeResult(metadata=counts)

    @dg.asset(
        group_name="register",
        partitions_def=months,
        deps=[
            "link_candidates",
            dg.AssetDep("person_links", partition_mapping=MONTH_BEFORE),
        ],
        kinds={"postgres"},
        owners=["team:data"],
        tags={"pii": "pseudonymised"},
        metadata=table_metadata(register.link),
        description="Which source record belongs to which person; ids stay from month to month.",
    )
    def person_links(context: dg.AssetExecutionContext, hub: Hub) -> dg.MaterializeResult[None]:
        with refusals():
            counts = register_links(hub, month_of(context))
        return dg.MaterializeResult(metadata=counts)

    return [link_candidates, person_links]
