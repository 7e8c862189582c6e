"""A trial judges a delivery as the intake would: by its rules, its gate and its approval."""

import json
from pathlib import Path

import pytest
import yaml
from small_deliveries import (
    JOBS,
    OFFICE,
    PERSON,
    announce,
    csv_bytes,
    job_delivery,
    office_delivery,
)
from typer.testing import CliRunner, Result

from kim_pipeline.commands.contracts import contract_app
from kim_pipeline.errors import DeliveryError
from kim_pipeline.settings import Settings

KREIS = Path(__file__).parents[2] / "kreis.yaml"


def trial(settings: Settings, path: Path, *more: str, source: str = OFFICE.source) -> Result:
    asked = ["test", source, "--file", str(path), *more]
    return CliRunner().invoke(contract_app, asked, env={"KIM_HOME": str(settings.home)})


def people(count: int, **changes: str) -> list[dict[str, str]]:
    return [{**PERSON, "AKTENZEICHEN": f"A{n:08}", **changes} for n in range(count)]


def with_kreis(
    monkeypatch: pytest.MonkeyPatch, folder: Path, tables: object, **changes: object
) -> None:
    kreis = yaml.safe_load(KREIS.read_text("utf-8"))
    kreis |= changes
    kreis["approvals"] = [
        {**approval, "tables": tables}
        for approval in kreis["approvals"]
        if approval["source"] == OFFICE.source and tables
    ]
    path = folder / "kreis.yaml"
    path.write_text(yaml.safe_dump(kreis), "utf-8")
    monkeypatch.setenv("KIM_CONFIG", str(path))


def test_a_good_delivery_would_be_taken_and_what_was_not_judged_is_said(settings: Settings) -> None:
    answer = trial(settings, office_delivery(settings))
    assert answer.exit_code == 0, answer.exception
    assert "would be taken" in answer.output
    assert "not judged" in answer.output
    assert "row_count" in answer.output


@pytest.mark.parametrize(
    ("manifest", "rule"),
    [
        ({"tables": {"persons": {"rows": 2}}}, "half"),
        ({"source": "job_centre"}, "manifest"),
        ({"created": "2026-09-01T06:00:00Z"}, "wrong_month"),
        ({"files": {"persons.csv": {"sha256": "0" * 64}}}, "half"),
        ({"sequence": "two"}, "manifest"),
    ],
)
def test_its_manifest_is_judged(settings: Settings, manifest: dict[str, object], rule: str) -> None:
    folder = office_delivery(settings)
    announce(folder, **{"sender": OFFICE.source, **manifest})  # type: ignore[arg-type]
    answer = trial(settings, folder)
    assert isinstance(answer.exception, DeliveryError)
    assert answer.exception.rule == rule


def test_a_manifest_of_another_month_is_found_when_the_month_is_told(settings: Settings) -> None:
    answer = trial(settings, office_delivery(settings), "--month", "2026-09")
    assert isinstance(answer.exception, DeliveryError)
    assert answer.exception.rule == "wrong_month"


def test_letters_damaged_on_the_way_are_found(settings: Settings) -> None:
    names = people(20, FAMILIENNAME="Öztürk".encode().decode("cp1252"))
    answer = trial(settings, office_delivery(settings, names))
    assert isinstance(answer.exception, DeliveryError)
    assert answer.exception.rule == "encoding"


def test_the_quality_gate_refuses_what_cannot_be_read(settings: Settings) -> None:
    path = office_delivery(settings, people(20, STAATSANGEHOERIGKEIT="zz9"))
    answer = trial(settings, path)
    assert isinstance(answer.exception, DeliveryError)
    assert "persons__fields_readable" in str(answer.exception)
    assert "quality gate refuses: persons__fields_readable" in answer.output
    facts = json.loads(trial(settings, path, "--json").output)
    assert {"rule": "persons__fields_readable", "refuses": True} in facts["gate"]


def test_a_column_more_warns_as_it_would_at_the_gate(settings: Settings) -> None:
    folder = office_delivery(settings)
    (folder / "persons.csv").write_bytes(csv_bytes([{**PERSON, "NEU": "1"}]))
    answer = trial(settings, folder)
    assert answer.exit_code == 0, answer.exception
    assert "quality gate warns: columns_known" in answer.output


def test_what_the_approval_leaves_out_would_not_be_loaded(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_kreis(monkeypatch, settings.home, {"persons": "all"})
    answer = trial(settings, office_delivery(settings))
    assert "residence_titles: 1 rows read, 0 would be loaded" in answer.output


def test_without_an_approval_it_would_be_refused_and_is_tried_all_the_same(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_kreis(monkeypatch, settings.home, None, demo=False)
    answer = trial(settings, office_delivery(settings))
    assert "persons: 1 rows read" in answer.output
    assert isinstance(answer.exception, DeliveryError)
    assert "no approval covers it" in str(answer.exception)


def test_nothing_of_a_trial_stays_on_any_disk(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passing = tmp_path / "passing"
    passing.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(passing))
    folder = job_delivery(settings)
    before = sorted(settings.home.rglob("*"))
    assert trial(settings, folder / "xsozial.xml", source=JOBS.source).exit_code == 0
    assert trial(settings, folder, source=JOBS.source).exit_code == 0
    assert sorted(settings.home.rglob("*")) == before
    assert not list(passing.iterdir())
