"""Feedback: what each authority should mend, from its own deliveries alone."""

import dagster as dg

from assets.months import month_of
from assets.refusals import refusals
from assets.resources import Hub
from sources.contracts.contract import Contract
from sources.feedback.feedback import write_feedback


def feedback_assets(
    contracts: tuple[Contract, ...], months: dg.MonthlyPartitionsDefinition
) -> list[dg.AssetsDefinition]:
    """Make the feedback of every source; one needs nothing that another one delivered."""
    return [_feedback(contract, months) for contract in contracts]


def _feedback(contract: Contract, months: dg.MonthlyPartitionsDefinition) -> dg.AssetsDefinition:
    @dg.asset(
        name=contract.step("feedback"),
        group_name="feedback",
        partitions_def=months,
        deps=[contract.step("records")],
        kinds={"csv", "html"},
        owners=["team:data"],
        tags={"source": contract.source, "pii": "pseudonymised"},
        description=f"What {contract.source} should mend, and its scorecard; for this source only.",
    )
    def feedback(context: dg.AssetExecutionContext, hub: Hub) -> dg.MaterializeResult[None]:
        month, zone = month_of(context), hub.kreis.time_zone
        with refusals(), hub.transaction(f"Feedback to {contract.source}") as connection:
            made = write_feedback(connection, contract, month, hub.settings.feedback, zone)
        return dg.MaterializeResult(metadata={**made.counts(), "files": str(made.path)})

    return feedback
