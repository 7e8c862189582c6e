"""`kim indicators`: what a person sees of the catalogue, and of mistakes in it."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kim_pipeline.commands.indicators import indicators_app
from kim_pipeline.errors import ConfigError
from kim_pipeline.indicators.catalogue import read_catalogue
from kim_pipeline.kreis import read_kreis

ROOT = Path(__file__).parents[2]
RUNNER = CliRunner()


@pytest.fixture(autouse=True)
def kreis(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KIM_CONFIG", str(ROOT / "kreis.yaml"))
    monkeypatch.setenv("KIM_HOME", str(tmp_path))


def kim(*arguments: str) -> str:
    done = RUNNER.invoke(indicators_app, list(arguments), catch_exceptions=False)
    assert done.exit_code == 0
    return done.stdout


def test_all_indicators_are_listed_those_of_the_kreis_included() -> None:
    wanted = [i.id for i in read_catalogue(read_kreis(ROOT / "kreis.yaml")).indicators]
    assert [row["id"] for row in json.loads(kim("list", "--json"))] == wanted
    assert "K_YOUNG" in kim("list")


def test_one_indicator_is_shown_with_target_measures_and_sql() -> None:
    shown = json.loads(kim("show", "N6", "--month", "2026-10", "--json"))
    assert shown["target"] == "at_most 365 by 2027-12-31, Lenkungsgruppe KIM"
    assert "Antragsunterlagen" in shown["measures"]
    assert shown["sql"] + "\n" == kim("show", "N6", "--month", "2026-10", "--sql")
    assert shown["sql"].startswith("SELECT percentile_disc(0.5)")


def test_an_unknown_indicator_is_refused_by_name() -> None:
    with pytest.raises(ConfigError, match="no indicator X9"):
        kim("show", "X9", "--month", "2026-10")


def test_the_shipped_indicators_are_well_defined() -> None:
    assert "indicators are well defined" in kim("check")


def test_every_wrong_entry_is_named_not_only_the_first(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text("K_A: {kind: count}\nK_B: {kind: sum}\n", "utf-8")
    done = RUNNER.invoke(indicators_app, ["check", str(file)])
    assert isinstance(done.exception, ConfigError)
    assert [line.split(":")[0] for line in done.stdout.splitlines()] == ["K_A", "K_B"]
    assert "2 indicators" in str(done.exception)
