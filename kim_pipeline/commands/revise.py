"""`kim revise`: the small changes of a year, published once."""

from datetime import UTC, date, datetime
from typing import Annotated

import typer

from assets.publication import note, publish
from assets.resources import Hub
from kim_pipeline.commands.output import AsJson, tell
from kim_pipeline.disclosure.release import PublishCounts
from kim_pipeline.disclosure.yearly_revision import LEAST_CHANGE, revise_year


def revise(
    year: Annotated[int, typer.Option(min=2000, max=2999, help="A year that is over.")],
    as_json: AsJson = False,
) -> None:
    """Publish the small changes of a year that were held back; once, as marked revisions."""
    hub = Hub()
    hub.permitted_contracts  # noqa: B018 - to publish is processing: every source is approved
    with hub.transaction("Revising a year") as connection:

        def again(month: date) -> PublishCounts:
            counts, _ = publish(hub, connection, month, LEAST_CHANGE)
            return counts

        key = hub.keyring.audit_key.secret
        done = revise_year(connection, year, again, datetime.now(UTC), key)
    note(hub)
    tell(
        {
            "months revised": done.months,
            "months left, too few persons": done.months_left,
            "cells revised": done.cells,
            "releases": done.releases,
        },
        as_json,
    )
