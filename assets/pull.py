"""Pull: the delivery of a source, copied into the landing zone and encrypted at once."""

import dagster as dg

from assets import groups
from assets.code_references import written_in
from assets.column_schema import delivery_metadata
from assets.freshness import delivery_freshness
from assets.months import month_of
from assets.pages import scorecard
from assets.refusals import noted, refusals
from assets.resources import Hub
from assets.stopwatch import stopwatch
from sources.contracts.contract import Contract


def delivery_asset(
    contract: Contract, months: dg.MonthlyPartitionsDefinition
) -> dg.AssetsDefinition:
    """Make the asset that holds the sealed delivery of one source."""

    @dg.asset(
        name=contract.step("delivery"),
        group_name=groups.DELIVERIES,
        partitions_def=months,
        kinds={contract.location.format},
        owners=["team:data"],
        tags={"source": contract.source, "pii": "sealed"},
        metadata={
            **delivery_metadata(contract),
            **written_in(asset=__file__, contract=contract.path),
        },
        freshness_policy=delivery_freshness(contract, months.timezone),
        description=(
            f"{contract.comment}\n\nOne delivery per month, as it came, encrypted in the landing "
            f"zone for {contract.cadence.landing_days} days. Its columns are the fields of "
            f"contract `{contract.path.name}`, version {contract.version}; tag `privacy` says what "
            f"the next step makes of each. Legal basis: {contract.legal_basis}."
        ),
    )
    def delivery(context: dg.AssetExecutionContext, hub: Hub) -> dg.MaterializeResult[None]:
        took, month = stopwatch(), month_of(context)
        with refusals(), noted(hub, contract.source, month):
            permitted = hub.permitted(contract.source)
            pulled = hub.pulled(permitted, month)
        return dg.MaterializeResult(
            metadata={
                "received_at": pulled.received_at.isoformat(),
                "bytes": pulled.size,
                "seconds": took(),
                **scorecard(hub.settings, contract.source, month),
            }
        )

    return delivery
