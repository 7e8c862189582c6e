"""Accept: what passed its gate enters the history, by set difference."""

import dagster as dg

from assets import groups
from assets.code_references import written_in
from assets.column_schema import records_metadata
from assets.meanings import rows_of
from assets.months import month_of
from assets.pages import scorecard
from assets.refusals import refusals
from assets.resources import Hub
from assets.stopwatch import stopwatch
from kim_pipeline.warehouse.erased import ERASED_RECORDS, read_erased
from sources.accepting.acceptance import accept
from sources.contracts.contract import Contract
from sources.incoming.pseudonymise import load_incoming


def records_asset(
    contract: Contract, months: dg.MonthlyPartitionsDefinition
) -> dg.AssetsDefinition:
    """Make the asset that holds the history of one source's records."""

    @dg.asset(
        name=contract.step("records"),
        group_name=groups.STAGING,
        partitions_def=months,
        deps=[contract.step("incoming")],
        kinds={"postgres"},
        owners=["team:data"],
        tags={"source": contract.source, "pii": "pseudonymised"},
        metadata={
            **records_metadata(contract),
            **written_in(asset=__file__, contract=contract.path),
        },
        description=(
            f"All accepted deliveries of {contract.source} as a history in two times: when it was "
            f"so, and since when it is known.\n\n{rows_of(contract)}\n\nTables "
            f"`staging.{contract.source}_*`; a delivery that was accepted before changes nothing."
        ),
    )
    def records(context: dg.AssetExecutionContext, hub: Hub) -> dg.MaterializeResult[None]:
        took, month = stopwatch(), month_of(context)
        with refusals():
            permitted = hub.permitted(contract.source)
            key = hub.keyring.hub_key(ERASED_RECORDS)
            with hub.transaction(f"Accepting {contract.source}") as connection:
                incoming = load_incoming(hub.settings, contract.source, month)
                erased = read_erased(connection, contract.source, key)
                accepted = accept(connection, permitted, incoming, hub.settings, erased)
        page = scorecard(hub.settings, contract.source, month)
        return dg.MaterializeResult(metadata={**accepted.counts(), "seconds": took(), **page})

    return records
