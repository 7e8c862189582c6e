"""Whether each source delivered in time: one check per source, whatever month was last made."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import dagster as dg
import sqlalchemy as sa

from assets.freshness import NEWEST_DUE, due_by, newest_due
from assets.refusals import refusals
from kim_pipeline.kreis import Kreis
from kim_pipeline.periods import format_month
from kim_pipeline.warehouse.schema.quality import delivery
from quality_checks.bridge import RESOURCE, check_result, check_spec
from quality_checks.hub import Hub
from quality_checks.rule import Outcome, Rule
from sources.contracts.contract import Contract

TIMELY = Rule(
    NEWEST_DUE,
    "The newest month whose delivery is due was accepted.",
    "Der jüngste fällige Monat ist geliefert und angenommen.",
    blocking=False,
)


def timeliness_checks(
    contracts: tuple[Contract, ...], kreis: Kreis
) -> list[dg.AssetChecksDefinition]:
    """Make the check of every source; the contract says until when a delivery is in time."""
    return [_check(contract, kreis) for contract in contracts]


def _check(contract: Contract, kreis: Kreis) -> dg.AssetChecksDefinition:
    key = dg.AssetKey(contract.step("records"))

    @dg.multi_asset_check(
        name=f"{contract.source}_timeliness",
        specs=[check_spec(key, TIMELY)],
        required_resource_keys={RESOURCE},
    )
    def check(context: dg.AssetCheckExecutionContext) -> dg.AssetCheckResult:
        today = datetime.now(ZoneInfo(kreis.time_zone)).date()
        hub: Hub = getattr(context.resources, RESOURCE)
        if newest_due(contract.cadence, today) < kreis.first_month:
            return check_result(key, Outcome(TIMELY, passed=True, checked=0))
        with refusals():
            return check_result(key, timely(hub, contract, today))

    return check


def timely(hub: Hub, contract: Contract, today: date) -> Outcome:
    """Tell whether the newest due month of a source was accepted by today."""
    month = newest_due(contract.cadence, today)
    accepted = sa.select(sa.func.count()).where(
        delivery.c.source == contract.source,
        delivery.c.month == month,
        delivery.c.status == "accepted",
    )
    with hub.engine.connect() as connection:
        there = int(connection.execute(accepted).scalar_one()) > 0
    late = (today - due_by(contract.cadence, month)).days
    told = None if there else f"{format_month(month)} is {late} days late."
    return Outcome(TIMELY, there, checked=1, unexpected=int(not there), error=told)
