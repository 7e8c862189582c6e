"""Report: the pages, PDF, workbook and tables the steering group reads."""

import dagster as dg

from assets import groups
from assets.code_references import written_in
from assets.months import month_of
from assets.pages import report_page
from assets.refusals import refusals
from assets.resources import Hub
from assets.stopwatch import stopwatch
from kim_pipeline.report.editions import editions_of
from kim_pipeline.report.reading import newest_published
from kim_pipeline.report.site import write_site


def report_assets(months: dg.MonthlyPartitionsDefinition) -> list[dg.AssetsDefinition]:
    """Make the report assets; they read as the report role, which sees protected figures only."""

    @dg.asset(
        group_name=groups.REPORT,
        partitions_def=months,
        deps=["indicator_values"],
        kinds={"html"},
        owners=["team:steering"],
        tags={"pii": "protected"},
        metadata=written_in(asset=__file__, pages="kim_pipeline/report/pages"),
        description=(
            "The steering report of the newest month: self-contained pages in German and English, "
            "PDF, workbook and CSV tables; also the edition of the quarter or year it ends.\n\n"
            "One folder, replaced as a whole; every figure in it is a published cell."
        ),
    )
    def report(context: dg.AssetExecutionContext, hub: Hub) -> dg.MaterializeResult[None]:
        took, folder = stopwatch(), hub.settings.report
        with refusals(), hub.reading("kim_report", "Reading figures") as connection:
            month = newest_published(connection) or month_of(context)
            editions = editions_of(month)
            counts = write_site(connection, hub.kreis, editions, folder, hub.settings.locale)
        return dg.MaterializeResult(
            metadata={**vars(counts), "seconds": took(), **report_page(hub.settings)}
        )

    return [report]
