"""Pseudonymise: typed by contract, identifiers become pseudonyms and token sets, in memory only."""

import dagster as dg

from assets.column_schema import contract_metadata
from assets.months import month_of
from assets.refusals import noted, refusals
from assets.resources import Hub
from sources.contracts.contract import Contract
from sources.incoming.pseudonymise import pseudonymise


def incoming_asset(
    contract: Contract, months: dg.MonthlyPartitionsDefinition
) -> dg.AssetsDefinition:
    """Make the asset that holds the pseudonymised delivery of one source, before its gate."""

    @dg.asset(
        name=contract.step("incoming"),
        group_name="incoming",
        partitions_def=months,
        deps=[contract.step("delivery")],
        kinds={"parquet"},
        owners=["team:data"],
        tags={"source": contract.source, "pii": "pseudonymised"},
        metadata=contract_metadata(contract),
        description=f"{contract.comment} Pseudonymised, waiting for its quality gate.",
    )
    def incoming(context: dg.AssetExecutionContext, hub: Hub) -> dg.MaterializeResult[None]:
        month = month_of(context)
        with refusals(), noted(hub, contract.source, month):
            permitted = hub.permitted(contract.source)
            pulled = hub.pulled(permitted, month)
            known, erased = hub.reachable(contract.source), hub.erased(contract.source)
            made = pseudonymise(permitted, pulled, hub.settings, hub.keyring, known, erased=erased)
        return dg.MaterializeResult(metadata=made.counts())

    return incoming
