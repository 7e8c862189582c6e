"""How far a month is: which deliveries have been accepted, and whether its figures are out."""

from datetime import date

import sqlalchemy as sa

from assets.linking import run_digest
from assets.resources import Hub
from kim_pipeline.warehouse import deliveries, register
from kim_pipeline.warehouse.deliveries import deliveries_for, known_at
from kim_pipeline.warehouse.schema.quality import check_result
from sources.accepting.token_tables import link_input
from sources.contracts.contract import Contract

FIGURES = "indicator_values"


def is_accepted(hub: Hub, contract: Contract, month: date) -> bool:
    """Tell whether what a source delivers for a month is what the warehouse holds.

    Not so while the last checks of the month are those of another delivery that was refused.
    Raises DeliveryError when nothing was delivered.
    """
    pulled = hub.pulled(contract, month)
    failed = sa.select(sa.func.count()).where(
        check_result.c.source == contract.source,
        check_result.c.month == month,
        check_result.c.blocking,
        sa.not_(check_result.c.passed),
    )
    with hub.transaction("Reading deliveries") as connection:
        used = deliveries_for(connection, month)
        refusing = connection.execute(failed).scalar_one()
    return not refusing and (contract.source, month, pulled.content_mac) in {
        (u.source, u.month, u.content_mac) for u in used
    }


def is_withdrawn(hub: Hub, contract: Contract, month: date) -> bool:
    """Tell whether what a source delivers for a month was accepted once and taken back."""
    with hub.transaction("Reading deliveries") as connection:
        taken_back = deliveries.withdrawn(connection, contract.source, month)
    if not taken_back:
        return False
    return hub.pulled(contract, month).content_mac in taken_back


def stand_in(hub: Hub, contract: Contract, month: date) -> date | None:
    """Give the month of the newest accepted delivery that serves a month; None without one."""
    with hub.transaction("Reading deliveries") as connection:
        used = deliveries_for(connection, month)
    return next((u.month for u in used if u.source == contract.source), None)


def is_published(hub: Hub, month: date) -> bool:
    """Tell whether the figures of a month were made and checked from all that is known of it now.

    A correction of an earlier month counts, for it reaches into this one, and so does a decision of
    the trust office that came since.
    """
    checked = sa.select(sa.func.count()).where(
        check_result.c.asset == FIGURES, check_result.c.month == month
    )
    with hub.transaction("Reading releases") as connection:
        run = register.run_of(connection, month)
        chosen = link_input(connection, hub.contracts, month, hub.keyring)
        digest = run_digest(connection, chosen, hub.keyring)
        newest = check_result.c.known_at == known_at(connection, month)
        made = connection.execute(checked.where(newest)).scalar_one()
    return run is not None and run.input_digest == digest and made > 0
