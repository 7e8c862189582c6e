"""What a contract keeps no longer is found, by source, sealed and waiting alike."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from small_deliveries import JOBS, MONTH, OFFICE, job_delivery, office_delivery

from kim_pipeline.privacy.keyring import Keyring
from kim_pipeline.privacy.legal_gate import Approval
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
    days = OFFICE.cadence.landing_days
    assert found.counts() == {"sealed": 1, "waiting": 1, "feedback": 0, "kept_days": days}
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


def test_feedback_files_go_after_the_days_of_their_source(settings: Settings) -> None:
    old, young = (settings.feedback / OFFICE.source / f"2026-0{n}.csv" for n in (8, 9))
    old.parent.mkdir(parents=True)
    old.touch()
    age(old.parent, KEPT + timedelta(hours=1))
    young.touch()
    (found,) = outdated(BOTH, settings, NOW)
    assert (found.feedback, found.reason) == ((old,), "retention")
    found.delete()
    assert (old.exists(), young.exists()) == (False, True)


def ended(days_ago: int, **given: Any) -> Approval:
    """An approval of the office that ended so many days ago."""
    day = (NOW - timedelta(days=days_ago)).date()
    return Approval(OFFICE.source, "K", "all", "test", day, {"persons": None}, **given)


@pytest.mark.parametrize(
    ("approval", "goes"),
    [
        (ended(0), False),
        (ended(KEPT.days), False),
        (ended(KEPT.days + 1), True),
        (ended(0, delete_after_days=0), False),
        (ended(1, delete_after_days=0), True),
        (ended(KEPT.days + 1, delete_after_days=KEPT.days + 1), False),
    ],
)
def test_once_an_approval_is_over_nothing_of_the_source_is_kept_however_young(
    approval: Approval, goes: bool, settings: Settings, keyring: Keyring
) -> None:
    take_in(settings, keyring)
    (settings.feedback / OFFICE.source).mkdir(parents=True)
    (settings.feedback / OFFICE.source / "2026-10.json").touch()
    memory = settings.home / "link-memory"
    memory.mkdir()
    found = outdated(BOTH, settings, NOW, [approval])
    assert bool(found) == goes
    for one in found:
        assert one.reason == f"approval ended on {approval.last_processing_day}"
        assert {**one.counts(), "kept_days": 0} == {
            "sealed": 1, "waiting": 2, "feedback": 1, "kept_days": 0,
        }  # fmt: skip
        one.delete()
    assert memory.exists() != goes
    assert bool(list(settings.landing.rglob("*.sealed"))) is True
    assert outdated(BOTH, settings, NOW, [approval]) == []


def test_several_approvals_may_end_on_one_day(settings: Settings, keyring: Keyring) -> None:
    take_in(settings, keyring)
    (settings.home / "link-memory").mkdir()
    over = [replace(ended(1, delete_after_days=0), source=c.source) for c in BOTH]
    found = outdated(BOTH, settings, NOW, over)
    assert [one.counts()["waiting"] for one in found] == [2, 1]
    for one in (*found, *found):
        one.delete()
    assert outdated(BOTH, settings, NOW, over) == []
    assert not list(settings.landing.rglob("*.sealed"))
