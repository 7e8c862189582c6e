"""Report: the page the steering group reads."""

import dagster as dg

from assets.months import month_of
from assets.refusals import refusals
from assets.resources import Hub
from kim_pipeline.report.figures import newest_published
from kim_pipeline.report.page import write_page


def report_assets(months: dg.MonthlyPartitionsDefinition) -> list[dg.AssetsDefinition]:
    """Make the report assets; they read as the report role, which sees protected figures only."""

    @dg.asset(
        group_name="report",
        partitions_def=months,
        deps=["indicator_values"],
        kinds={"html"},
        owners=["team:steering"],
        tags={"pii": "protected"},
        description="The steering report of the newest month: one self-contained page, in German.",
    )
    def report(context: dg.AssetExecutionContext, hub: Hub) -> dg.MaterializeResult[None]:
        target = hub.settings.report / "index.html"
        with refusals(), hub.reading("kim_report", "Reading figures") as connection:
            month = newest_published(connection) or month_of(context)
            counts = write_page(connection, hub.kreis, month, target)
        return dg.MaterializeResult(metadata={**vars(counts), "page": str(target)})

    return [report]
