"""Where the pages lie that an asset leads to: the report, and the scorecard of a source."""

from collections.abc import Mapping
from datetime import date

import dagster as dg

from kim_pipeline.periods import format_month
from kim_pipeline.settings import Settings


def scorecard(settings: Settings, source: str, month: date) -> Mapping[str, dg.MetadataValue]:
    """Point to the scorecard that tells a source what to mend in a month."""
    path = settings.feedback / source / f"{format_month(month)}.html"
    return {"scorecard": dg.MetadataValue.path(path)}


def report_page(settings: Settings) -> Mapping[str, dg.MetadataValue]:
    """Point to the first page of the steering report."""
    return {"report": dg.MetadataValue.path(settings.report / "index.html")}
