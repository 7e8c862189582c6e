"""The month of a run: the partition every asset shares."""

from datetime import date

import dagster as dg

from kim_pipeline.kreis import Kreis
from kim_pipeline.periods import parse_month


def months_of(kreis: Kreis) -> dg.MonthlyPartitionsDefinition:
    """Give the months of a Kreis, from its first on, as partitions named `YYYY-MM`."""
    return dg.MonthlyPartitionsDefinition(
        start_date=kreis.first_month.strftime("%Y-%m"), fmt="%Y-%m", timezone=kreis.time_zone
    )


def month_of(context: dg.AssetExecutionContext) -> date:
    """Give the month an asset is asked to make."""
    return parse_month(context.partition_key)
