"""Feedback: what each authority should mend, from its own deliveries alone."""

import dagster as dg

from assets import groups
from assets.code_references import written_in
from assets.months import month_of
from assets.pages import scorecard
from assets.refusals import refusals
from assets.resources import Hub
from assets.stopwatch import stopwatch
from sources.contracts.contract import Contract
from sources.feedback.feedback import write_feedback
from sources.feedback.files import COLUMNS


def feedback_assets(
    contracts: tuple[Contract, ...], months: dg.MonthlyPartitionsDefinition
) -> list[dg.AssetsDefinition]:
    """Make the feedback of every source; one needs nothing that another one delivered."""
    return [_feedback(contract, months) for contract in contracts]


def _feedback(contract: Contract, months: dg.MonthlyPartitionsDefinition) -> dg.AssetsDefinition:
    @dg.asset(
        name=contract.step("feedback"),
        group_name=groups.FEEDBACK,
        partitions_def=months,
        deps=[contract.step("records")],
        kinds={"csv", "html"},
        owners=["team:data"],
        tags={"source": contract.source, "pii": "pseudonymised"},
        metadata={
            "dagster/column_schema": dg.TableSchema([dg.TableColumn(c) for c in COLUMNS]),
            **written_in(asset=__file__, contract=contract.path),
        },
        description=(
            f"What {contract.source} should mend, and its scorecard, from its own deliveries "
            "alone; for this authority and nobody else.\n\nOne row per finding: a record or a row "
            "of the delivered file, the rule it breaks and what the authority can do."
        ),
    )
    def feedback(context: dg.AssetExecutionContext, hub: Hub) -> dg.MaterializeResult[None]:
        took, month, zone = stopwatch(), month_of(context), hub.kreis.time_zone
        with refusals(), hub.transaction(f"Feedback to {contract.source}") as connection:
            made = write_feedback(connection, contract, month, hub.settings.feedback, zone)
        page = scorecard(hub.settings, contract.source, month)
        return dg.MaterializeResult(metadata={**made.counts(), "seconds": took(), **page})

    return feedback
