"""`kim contract` and `kim codelist` as people use them."""

import json
from pathlib import Path

import pytest
from small_deliveries import CONTRACTS, JOBS, OFFICE, PERSON, csv_bytes
from typer.testing import CliRunner

from kim_pipeline.commands.codelists import codelist_app
from kim_pipeline.commands.contracts import contract_app
from kim_pipeline.errors import ContractError

RUNNER = CliRunner()
SECRETS = [value for value in PERSON.values() if len(value) > 5]


def contract(*words: object) -> str:
    answer = RUNNER.invoke(contract_app, [str(word) for word in words])
    assert answer.exit_code == 0, answer.exception
    return answer.output


def refused(*words: object) -> tuple[str, str]:
    answer = RUNNER.invoke(contract_app, [str(word) for word in words])
    assert isinstance(answer.exception, ContractError)
    return answer.output, str(answer.exception)


def broken(tmp_path: Path) -> Path:
    path = tmp_path / "broken.odcs.yaml"
    text = JOBS.path.read_text("utf-8").replace("format: xml", "format: fax", 1)
    path.write_text(text, "utf-8")
    return path


def test_good_contracts_are_one_line_each() -> None:
    lines = contract("check").splitlines()
    assert [line.split()[0] for line in lines] == sorted(CONTRACTS)


def test_a_problem_is_told_with_line_path_and_remedy(tmp_path: Path) -> None:
    output, summary = refused("check", broken(tmp_path))
    assert "Zeile 26: servers[0].format" in output
    assert "→ eines von diesen schreiben: csv" in output
    assert summary == "1 of 1 contracts have problems: broken.odcs.yaml (1)"
    output, _ = refused("check", broken(tmp_path), "--locale", "en")
    assert "line 26: servers[0].format" in output
    assert "→ write one of csv" in output


def test_the_language_may_come_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIM_LOCALE", "en")
    assert "1 problem" in refused("check", broken(tmp_path))[0]


def test_machines_get_problems_as_json(tmp_path: Path) -> None:
    output, _ = refused("check", broken(tmp_path), "--json")
    (row,) = json.loads(output)
    assert (row["file"], row["path"]) == ("broken.odcs.yaml", "servers[0].format")


def test_all_contracts_are_checked_before_the_end(tmp_path: Path) -> None:
    none = tmp_path / "none.odcs.yaml"
    none.write_text("a: [", "utf-8")
    output, summary = refused("check", none, broken(tmp_path), OFFICE.path)
    assert summary.startswith("2 of 3 contracts")
    assert "kein gültiges YAML" in output
    assert "immigration_office 1" in output


def test_a_draft_is_written_told_and_checked(tmp_path: Path) -> None:
    delivery, out = tmp_path / "x.csv", tmp_path / "new.odcs.yaml"
    delivery.write_bytes(csv_bytes([PERSON, {**PERSON, "AKTENZEICHEN": "A10000009"}]))
    told = contract("new", "--from", delivery, "--source", "new_office", "--out", out)
    printed = contract("new", "--from", delivery, "--source", "new_office")
    assert printed == out.read_text("utf-8")
    assert "pseudonymised (1): person_number" in told
    assert "numbers persons" not in told
    assert [secret for secret in SECRETS if secret in told + printed] == []
    checked = contract("check", out)
    assert "– Entwurf, nimmt an keinem Lauf teil; noch auszufüllen: " in checked
    assert "still to fill in: " in contract("check", out, "--locale", "en")
    out.write_text(out.read_text("utf-8").replace("status: draft", "status: active"), "utf-8")
    output, _ = refused("check", out)
    assert f"{checked.count(',') - 1} Probleme" in output
    assert "description.limitations\n    ist noch auszufüllen\n    → ausfüllen, oder" in output
    out.write_text(out.read_text("utf-8").replace("status: active", "status: draft"), "utf-8")
    trial = contract("test", out, "--file", delivery)
    assert "2 rows read, 2 would be loaded" in trial
    _, summary = refused("new", "--from", delivery, "--out", out)
    assert "already there" in summary


def test_a_draft_says_when_it_found_no_number_of_persons(tmp_path: Path) -> None:
    delivery = tmp_path / "x.csv"
    delivery.write_text("Vorgang;Vornamen\n7001;Ada\n7002;Ida\n", "utf-8")
    told = contract("new", "--from", delivery, "--out", tmp_path / "new.odcs.yaml")
    assert "No field was found that numbers persons" in told


def test_a_difference_that_breaks_can_stop_a_pipeline(tmp_path: Path) -> None:
    new = tmp_path / "new.odcs.yaml"
    text = JOBS.path.read_text("utf-8")
    new.write_text(text.replace("encoding: windows-1252", "encoding: UTF-8"), "utf-8")
    told = contract("diff", JOBS.path, new)
    assert "breaking  delivery" in told
    assert "these changes deserve 2.0.0" in told
    assert contract("diff", JOBS.path, JOBS.path, "--fail-on-breaking").strip() == "no difference"
    _, summary = refused("diff", JOBS.path, new, "--fail-on-breaking")
    assert summary == "new.odcs.yaml breaks with job_centre.odcs.yaml."


def test_lists_in_the_box_are_shown() -> None:
    answer = RUNNER.invoke(codelist_app, ["list", "--json"])
    rows = {row["list"]: row for row in json.loads(answer.output)}
    assert rows["integration_course_types"]["codes"] == 24


def test_an_import_shows_what_is_new_since_the_last_one(tmp_path: Path) -> None:
    for version, rows in (("9", "01,One\n02,Two"), ("10", "02,Two\n03,Three")):
        (tmp_path / "x.csv").write_text(f"code,name\n{rows}\n", "utf-8")
        asked = ["import", str(tmp_path / "x.csv"), "--name", "few", "--version", version]
        answer = RUNNER.invoke(codelist_app, [*asked, "--folder", str(tmp_path / "lists")])
        assert answer.exit_code == 0, answer.exception
    assert "1 dropped, 1 new" in answer.output
    asked = ["diff", "few@9", "few", "--folder", str(tmp_path / "lists")]
    lines = RUNNER.invoke(codelist_app, asked).output.splitlines()
    assert [line.split()[:2] for line in lines[:2]] == [["dropped", "01"], ["new", "03"]]


@pytest.mark.parametrize(
    ("name", "version"), [("Few", "1"), ("../few", "1"), ("few", "../1"), ("few", "")]
)
def test_a_list_is_not_written_elsewhere(tmp_path: Path, name: str, version: str) -> None:
    (tmp_path / "x.csv").write_text("code,name\n1,One\n", "utf-8")
    asked = ["import", str(tmp_path / "x.csv"), "--name", name, "--version", version]
    answer = RUNNER.invoke(codelist_app, [*asked, "--folder", str(tmp_path / "lists")])
    assert isinstance(answer.exception, ContractError)
    assert not (tmp_path / "lists").exists()
