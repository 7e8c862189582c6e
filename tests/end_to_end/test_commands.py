"""The `kim` command: what its help lists works, and refusals are one line."""

import json
import re
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from own_kreis import OwnKreis
from psycopg import errors
from small_kreis import KIM, MONTHS, ROOT

from sources.contracts.contract import load_contracts

CONTRACT = ROOT / "sources" / "job_centre.odcs.yaml"


def test_links_are_as_good_as_the_truth_allows(undisturbed: OwnKreis) -> None:
    facts = json.loads(
        undisturbed.must("link", "evaluate", "--truth", str(undisturbed.inbox / "truth"), "--json")
    )
    churn = {name: facts.pop(name) for name in [*facts] if name.startswith("id churn")}
    assert len(churn) == len(MONTHS) - 1
    assert all(float(line.split("%")[0]) < 1 for line in churn.values())
    f1 = {name: _f1(line) for name, line in facts.items() if isinstance(line, str)}
    assert f1["pairs"] >= 0.9
    assert f1["persons with several records"] >= 0.8
    assert len([name for name in f1 if name.startswith("pairs ")]) > 3
    assert facts["ids that mix people"] < 50


def _f1(line: str) -> float:
    found = re.search(r"precision ([\d.]+)  recall ([\d.]+)  F1 ([\d.]+)", line)
    assert found, line
    shares = [float(share) for share in found.groups()]
    assert all(0 <= share <= 1 for share in shares)
    return shares[2]


def test_help_lists_commands_that_answer(undisturbed: OwnKreis) -> None:
    commands = _commands(undisturbed.must("--help"))
    assert {"demo", "simulate", "run", "report", "sql", "ui", "keys", "link"} <= set(commands)
    for command in commands:
        text = undisturbed.must(command, "--help")
        for inner in _commands(text):
            assert "Usage" in undisturbed.must(command, inner, "--help")


def _commands(text: str) -> list[str]:
    _, _, listed = text.partition("Commands:")
    return [line.split()[0] for line in listed.splitlines() if re.match(r"  [a-z]", line)]


@pytest.mark.parametrize(
    "wrong",
    [
        ["nonsense"],
        ["run", "--nonsense"],
        ["run", "--month", "2025-13"],
        ["run", "--month", "2025-10", "--from", "2025-09"],
        ["report", "--month", "October"],
        ["link", "evaluate"],
        ["simulate", "--out", "x", "--persons", "many"],
        ["simulate", "--out", "x", "--persons", "0"],
        ["simulate", "--out", "x", "--months", "0"],
        ["demo", "--scale", "0"],
    ],
    ids=" ".join,
)
def test_wrong_use_ends_with_code_2(wrong: list[str], undisturbed: OwnKreis) -> None:
    answer = undisturbed.kim(*wrong)
    assert answer.code == 2
    assert "Usage" in answer.err
    assert answer.out == ""


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (["run", "--month", "2025-07"], "2025-07 is no month of Kreis Mettmann"),
        (["run", "--from", "2025-10", "--to", "2131-01"], "the last that has ended"),
        (["demo", "--months", "999"], "the last that has ended"),
        (["report", "--month", "2031-01"], "2031-01"),
        (["link", "evaluate", "--truth", "nowhere"], "kim simulate"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_done_is_said_in_one_line(
    asked: list[str],
    told: str,
    undisturbed: OwnKreis,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = undisturbed.kim(*asked)
    assert answer.code == 1
    assert told in answer.err
    assert len(answer.err.strip().splitlines()) == 1


def test_the_contracts_in_the_box_are_good(undisturbed: OwnKreis) -> None:
    lines = undisturbed.must("contract", "check").splitlines()
    in_the_box = [contract.source for contract in load_contracts()]
    assert [line.split()[0] for line in lines] == in_the_box


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("kind: DataContract", "kind: Potato"),
        ("rule: pseudonymise", "rule: publish"),
        ("kind: DataContract", "kind: [broken"),
        ("format: xml", "format: fax"),
    ],
)
def test_a_broken_contract_is_refused_in_one_line(
    old: str, new: str, undisturbed: OwnKreis, tmp_path: Path
) -> None:
    text = CONTRACT.read_text("utf-8")
    assert old in text
    broken = tmp_path / CONTRACT.name
    broken.write_text(text.replace(old, new, 1), "utf-8")
    answer = undisturbed.kim("contract", "check", str(broken))
    assert answer.code == 1
    assert len(answer.err.strip().splitlines()) == 1
    assert CONTRACT.name in answer.err


def test_sql_gives_a_url_that_reads_what_analysts_may_read(undisturbed: OwnKreis) -> None:
    url = undisturbed.must("sql", "--url").strip()
    with psycopg.connect(url, autocommit=True) as connection:
        who = connection.execute("SELECT current_user, count(*) FROM core.person_month").fetchone()
        assert who is not None
        assert who[0] == "kim_analyst"
        assert who[1] > 0
        for closed in ("register.link", "staging.job_centre_persons", "audit.cell_ledger"):
            with pytest.raises(errors.InsufficientPrivilege):
                connection.execute(f"SELECT * FROM {closed}")
        with pytest.raises(errors.InsufficientPrivilege):
            connection.execute("DELETE FROM published.indicator_value")


def test_the_console_script_ends_as_the_command_says(tmp_path: Path) -> None:
    done = subprocess.run(
        [KIM, "keys", "check"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={"PATH": str(Path(sys.executable).parent), "KIM_CONFIG": str(tmp_path / "none.yaml")},
        check=False,
    )
    assert done.returncode == 1
    assert "none.yaml is missing" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
