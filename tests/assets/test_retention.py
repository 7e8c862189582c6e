"""The nightly job deletes what was kept long enough, and the audit log says so."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from small_kreis import ROOT

from assets.resources import Hub
from assets.retention import CRON, RETENTION_JOB, delete_outdated, retention_job, retention_schedule
from kim_pipeline.errors import KeyFileError
from kim_pipeline.kreis import read_kreis
from kim_pipeline.privacy.keys import init_keys
from kim_pipeline.settings import Settings
from kim_pipeline.warehouse import audit_log
from sources.contracts.contract import load_contracts

SOURCE = "job_centre"


@pytest.fixture
def hub(warehouse_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Hub:
    monkeypatch.setenv("KIM_HOME", str(warehouse_settings.home))
    monkeypatch.setenv("KIM_KEYS", str(warehouse_settings.home / "no-keys"))
    monkeypatch.setenv("KIM_CONFIG", str(ROOT / "kreis.yaml"))
    monkeypatch.setenv("KIM_WAREHOUSE_URL", str(warehouse_settings.warehouse_url))
    return Hub()


@pytest.fixture
def sealed(hub: Hub) -> Path:
    """A sealed delivery from long ago."""
    folder = hub.settings.landing / SOURCE / "2025-08" / "old"
    folder.mkdir(parents=True)
    (folder / "a.sealed").write_bytes(b"sealed")
    then = (datetime.now(UTC) - timedelta(days=91)).timestamp()
    os.utime(folder, (then, then))
    return folder


def test_the_job_deletes_and_logs(hub: Hub, sealed: Path) -> None:
    sources = [contract.source for contract in load_contracts()]
    init_keys(hub.settings.demo_keys, sources, b"", demo=True)
    done = retention_job().execute_in_process(resources={"hub": hub}, raise_on_error=False)
    assert done.success
    assert not sealed.exists()
    with hub.transaction("Reading") as connection:
        (entry,) = audit_log.events(connection)
        assert audit_log.verify(connection, hub.keyring.audit_key.secret) == 1
    assert (entry.action, entry.source) == (audit_log.DELETED, SOURCE)
    assert entry.counts == {"sealed": 1, "waiting": 0, "feedback": 0, "kept_days": 90}
    assert delete_outdated(hub, datetime.now(UTC)) == []


def test_nothing_is_deleted_that_cannot_be_logged(hub: Hub, sealed: Path) -> None:
    with pytest.raises(KeyFileError):
        delete_outdated(hub, datetime.now(UTC))
    assert sealed.exists()


def test_the_audit_log_says_that_an_approval_ended(
    hub: Hub, sealed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIM_CONFIG", str(tmp_path / "kreis.yaml"))
    text = (ROOT / "kreis.yaml").read_text("utf-8").replace("2035-12-31", "2025-12-31")
    (tmp_path / "kreis.yaml").write_text(text, "utf-8")
    init_keys(hub.settings.demo_keys, [c.source for c in load_contracts()], b"", demo=True)
    os.utime(sealed)
    hub = Hub()
    before = datetime(2026, 3, 31, 21, 59, tzinfo=UTC)
    assert delete_outdated(hub, before) == []
    (gone,) = delete_outdated(hub, before + timedelta(hours=1))
    assert (gone.source, sealed.exists()) == (SOURCE, False)
    with hub.transaction("Reading") as connection:
        (entry,) = audit_log.events(connection)
    assert (entry.action, entry.reason) == (audit_log.DELETED, "approval ended on 2025-12-31")


def test_it_runs_every_night_where_people_are_real() -> None:
    kreis = read_kreis(ROOT / "kreis.yaml")
    schedule = retention_schedule(kreis)
    assert (schedule.job_name, schedule.cron_schedule) == (RETENTION_JOB, CRON)
    assert schedule.execution_timezone == kreis.time_zone
