"""What a contract keeps no longer is found, by source, sealed and waiting alike."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from small_deliveries import JOBS, MONTH, OFFICE, job_delivery, office_delivery

from kim_pipeline.privacy.keyring import Keyring
from kim_pipeline.settings import Settings
from sources.accepting.outdated import outdated
from sources.incoming.pseudonymise import pseudonymise
from sources.receiving.intake import pull

NOW = datetime.now(UTC)
BOTH = (OFFICE, JOBS)
KEPT = timedelta(days=OFFICE.cadence.landing_days)


def take_in(settings: Settings, keyring: Keyring) -> None:
    office_delivery(settings)
    job_delivery(settings)
    for contract in BOTH:
        pulled = pull(contract, MONTH, settings, keyring)
        pseudonymise(contract, pulled, settings, keyring)


def age(folder: Path, by: timedelta) -> None:
    """Let everything in a folder be older."""
    then = (NOW - by).timestamp()
    for path in (folder, *folder.rglob("*")):
        os.utime(path, (then, then))


def test_nothing_goes_before_its_time(settings: Settings, keyring: Keyring) -> None:
    take_in(settings, keyring)
    for place in (settings.landing, settings.incoming):
        age(place, KEPT - timedelta(hours=1))
    assert outdated(BOTH, settings, NOW) == []


def test_a_sealed_delivery_and_what_waits_of_it_go_after_their_days(
    settings: Settings, keyring: Keyring
) -> None:
    take_in(settings, keyring)
    age(settings.landing / OFFICE.source, KEPT + timedelta(hours=1))
    age(settings.incoming / OFFICE.source, KEPT + timedelta(hours=1))
    (found,) = outdated(BOTH, settings, NOW)
    assert found.source == OFFICE.source
    assert found.counts() == {"sealed": 1, "waiting": 1, "kept_days": OFFICE.cadence.landing_days}
    found.delete()
    left = [p for p in settings.home.rglob("*") if p.is_file() and OFFICE.source in p.parts]
    assert [p for p in left if not p.is_relative_to(settings.inbox)] == []
    assert list((settings.landing / JOBS.source).rglob("*.sealed"))
    assert outdated(BOTH, settings, NOW) == []


def test_a_delivery_that_a_killed_intake_left_half_sealed_goes_too(settings: Settings) -> None:
    half = settings.landing / OFFICE.source / "2026-10" / ".unfinished"
    half.mkdir(parents=True)
    age(settings.landing, KEPT + timedelta(days=1))
    (found,) = outdated(BOTH, settings, NOW)
    assert found.sealed == (half,)


def test_a_source_without_a_contract_keeps_as_long_as_the_longest(
    settings: Settings, keyring: Keyring
) -> None:
    take_in(settings, keyring)
    age(settings.landing / OFFICE.source, KEPT + timedelta(days=1))
    (found,) = outdated((JOBS,), settings, NOW)
    assert (found.source, found.kept_days) == (OFFICE.source, JOBS.cadence.landing_days)
