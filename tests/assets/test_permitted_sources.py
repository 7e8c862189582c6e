"""The hub hands out a contract within its approval, or none."""

from pathlib import Path

import pytest
from small_kreis import ROOT

from assets.resources import Hub
from kim_pipeline.errors import LegalError

SOURCE = "job_centre"
WHOLE = (ROOT / "kreis.yaml").read_text("utf-8")
WITHOUT = WHOLE[: WHOLE.index("approvals:")]


def hub(monkeypatch: pytest.MonkeyPatch, folder: Path, text: str) -> Hub:
    config = folder / "kreis.yaml"
    config.write_text(text, "utf-8")
    monkeypatch.setenv("KIM_CONFIG", str(config))
    return Hub()


def test_a_real_kreis_without_approvals_processes_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    real = hub(monkeypatch, tmp_path, WITHOUT.replace("demo: true", "demo: false"))
    with pytest.raises(LegalError, match="job_centre: no approval covers it"):
        real.permitted(SOURCE)
    with pytest.raises(LegalError, match="no approval covers it"):
        _ = real.permitted_contracts


def test_the_demo_may_leave_approvals_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    demo = hub(monkeypatch, tmp_path, WITHOUT)
    assert demo.permitted_contracts == demo.contracts


def test_an_approval_narrows_the_contract_in_the_demo_as_well(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    narrow = WHOLE.replace("benefits: all, employment: all", "benefits: all")
    table = hub(monkeypatch, tmp_path, narrow).permitted(SOURCE).table("employment")
    assert table.approved is False
