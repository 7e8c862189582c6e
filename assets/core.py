"""Core: persons, spells and person months, from the records and the register."""

import dagster as dg

from assets.column_schema import table_metadata
from assets.months import month_of
from assets.refusals import refusals
from assets.resources import Hub
from kim_pipeline.core.build import (
    build_person_month,
    build_spells,
    count_month,
    knowledge_of,
)
from kim_pipeline.core.definitions import read_definitions
from kim_pipeline.warehouse.schema import core
from sources.accepting.staging import feeds


def core_assets(months: dg.MonthlyPartitionsDefinition) -> list[dg.AssetsDefinition]:
    """Make the assets of schema `core`."""

    @dg.asset(
        group_name="core",
        partitions_def=months,
        deps=["person_links"],
        kinds={"postgres", "sql"},
        owners=["team:data"],
        tags={"pii": "pseudonymised"},
        metadata=table_metadata(core.residence_spell),
        description="Persons, towns, titles, benefits, work, cases and conflicts over time.",
    )
    def person_spells(context: dg.AssetExecutionContext, hub: Hub) -> dg.MaterializeResult[None]:
        month = month_of(context)
        with refusals(), hub.transaction("Building spells") as connection:
            known = knowledge_of(connection, month)
            changes = build_spells(connection, feeds(hub.contracts), known, read_definitions())
        counts = {f"{name}_opened": change.opened for name, change in changes.items()}
        return dg.MaterializeResult(metadata=counts)

    @dg.asset(
        group_name="core",
        partitions_def=months,
        deps=["person_spells"],
        kinds={"postgres", "sql"},
        owners=["team:data"],
        tags={"pii": "pseudonymised"},
        metadata=table_metadata(core.HISTORIES["person_month"]),
        description="One row per person and month: the dimensions and flags that indicators count.",
    )
    def person_month(context: dg.AssetExecutionContext, hub: Hub) -> dg.MaterializeResult[None]:
        month = month_of(context)
        with refusals(), hub.transaction("Building person months") as connection:
            known = knowledge_of(connection, month)
            change = build_person_month(connection, feeds(hub.contracts), known, read_definitions())
            rows = count_month(connection, month)
        return dg.MaterializeResult(
            metadata={
                "dagster/partition_row_count": rows,
                "rows_opened": change.opened,
                "rows_closed": change.closed,
            }
        )

    return [person_spells, person_month]
