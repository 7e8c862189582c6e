"""Which months lie there: what is incomplete was delivered, what has no folder was not."""

import shutil
from dataclasses import replace
from datetime import date

from small_deliveries import FOLDER, JOBS, MONTH, OFFICE, job_delivery, office_delivery

from kim_pipeline.privacy.keyring import Keyring
from kim_pipeline.settings import Settings
from sources.contracts.location import Location
from sources.receiving.arrivals import delivered_months, has_delivered
from sources.receiving.intake import pull


def test_a_month_without_anything_of_a_source_was_left_out(settings: Settings) -> None:
    office_delivery(settings)
    assert delivered_months((OFFICE, JOBS), settings) == [MONTH]
    assert has_delivered(OFFICE, MONTH, settings)
    assert not has_delivered(OFFICE, date(2026, 11, 1), settings)
    assert not has_delivered(JOBS, MONTH, settings)


def test_an_incomplete_delivery_is_one(settings: Settings) -> None:
    office_delivery(settings)
    for path in (settings.inbox / OFFICE.source / FOLDER).iterdir():
        path.unlink()
    assert has_delivered(OFFICE, MONTH, settings)


def test_what_was_taken_away_after_the_pull_was_delivered(
    settings: Settings, keyring: Keyring
) -> None:
    job_delivery(settings)
    taking = replace(JOBS, location=_taken_away(JOBS.location))
    pull(taking, MONTH, settings, keyring)
    shutil.rmtree(settings.inbox / JOBS.source)
    assert has_delivered(taking, MONTH, settings)
    assert not has_delivered(JOBS, MONTH, settings)


def test_a_live_database_always_delivers(settings: Settings) -> None:
    live = replace(JOBS, location=replace(JOBS.location, template="postgresql://office/cases"))
    assert has_delivered(live, MONTH, settings)


def _taken_away(location: Location) -> Location:
    return replace(location, transport=replace(location.transport, delete_after_pull=True))
