"""Pull: the delivery of a source, copied into the landing zone and encrypted at once."""

import dagster as dg

from assets.months import month_of
from assets.refusals import noted, refusals
from assets.resources import Hub
from sources.contracts.contract import Contract


def delivery_asset(
    contract: Contract, months: dg.MonthlyPartitionsDefinition
) -> dg.AssetsDefinition:
    """Make the asset that holds the sealed delivery of one source."""

    @dg.asset(
        name=contract.step("delivery"),
        group_name="deliveries",
        partitions_def=months,
        kinds={contract.location.format},
        owners=["team:data"],
        tags={"source": contract.source, "pii": "sealed"},
        description=f"{contract.comment} As delivered, sealed in the landing zone.",
    )
    def delivery(context: dg.AssetExecutionContext, hub: Hub) -> dg.MaterializeResult[None]:
        month = month_of(context)
        with refusals(), noted(hub, contract.source, month):
            permitted = hub.permitted(contract.source)
            pulled = hub.pulled(permitted, month)
        return dg.MaterializeResult(
            metadata={"received_at": pulled.received_at.isoformat(), "bytes": pulled.size}
        )

    return delivery
