"""Accept: what passed its gate enters the history, by set difference."""

import dagster as dg

from assets.column_schema import contract_metadata
from assets.months import month_of
from assets.refusals import refusals
from assets.resources import Hub
from sources.accepting.acceptance import accept
from sources.contracts.contract import Contract
from sources.incoming.pseudonymise import load_incoming


def records_asset(
    contract: Contract, months: dg.MonthlyPartitionsDefinition
) -> dg.AssetsDefinition:
    """Make the asset that holds the history of one source's records."""

    @dg.asset(
        name=contract.step("records"),
        group_name="staging",
        partitions_def=months,
        deps=[contract.step("incoming")],
        kinds={"postgres"},
        owners=["team:data"],
        tags={"source": contract.source, "pii": "pseudonymised"},
        metadata=contract_metadata(contract),
        description=f"{contract.comment} All deliveries so far, as a history in two times.",
    )
    def records(context: dg.AssetExecutionContext, hub: Hub) -> dg.MaterializeResult[None]:
        month = month_of(context)
        with refusals():
            permitted = hub.permitted(contract.source)
            with hub.transaction(f"Accepting {contract.source}") as connection:
                incoming = load_incoming(hub.settings, contract.source, month)
                accepted = accept(connection, permitted, incoming, hub.settings)
        return dg.MaterializeResult(metadata=accepted.counts())

    return records
