"""Pseudonymise: typed by contract, identifiers become pseudonyms and token sets, in memory only."""

import dagster as dg

from assets import groups
from assets.code_references import written_in
from assets.column_schema import incoming_metadata
from assets.meanings import rows_of
from assets.months import month_of
from assets.refusals import noted, refusals
from assets.resources import Hub
from assets.stopwatch import stopwatch
from sources.contracts.contract import Contract
from sources.incoming.pseudonymise import pseudonymise


def incoming_asset(
    contract: Contract, months: dg.MonthlyPartitionsDefinition
) -> dg.AssetsDefinition:
    """Make the asset that holds the pseudonymised delivery of one source, before its gate."""

    @dg.asset(
        name=contract.step("incoming"),
        group_name=groups.INCOMING,
        partitions_def=months,
        deps=[contract.step("delivery")],
        kinds={"parquet"},
        owners=["team:data"],
        tags={"source": contract.source, "pii": "pseudonymised"},
        metadata={
            **incoming_metadata(contract),
            **written_in(asset=__file__, contract=contract.path),
        },
        description=(
            f"The delivery of {contract.source} for one month, typed and pseudonymised by "
            f"contract, waiting for its quality gate.\n\n{rows_of(contract)}\n\n"
            "Rows the contract refuses are counted and left out. A gate that fails deletes the "
            "files and enters the delivery as refused in `quality.delivery`."
        ),
    )
    def incoming(context: dg.AssetExecutionContext, hub: Hub) -> dg.MaterializeResult[None]:
        took, month = stopwatch(), month_of(context)
        with refusals(), noted(hub, contract.source, month):
            permitted = hub.permitted(contract.source)
            pulled = hub.pulled(permitted, month)
            with hub.transaction("Keeping records from being erased"):
                known, gone = hub.reachable(contract.source), hub.erased(contract.source)
                made = pseudonymise(
                    permitted, pulled, hub.settings, hub.keyring, known, erased=gone
                )
        return dg.MaterializeResult(metadata={**made.counts(), "seconds": took()})

    return incoming
