"""What is still to be filled in keeps a contract out of every run, unless it says it is a draft."""

import re
from pathlib import Path

import pytest
from small_deliveries import JOBS, OFFICE

from kim_pipeline.core.feed_targets import TARGETS, feedable
from sources.contracts.contract import inspect_contract, load_contract, load_contracts
from sources.contracts.gaps import ASKED, gaps
from sources.contracts.lines import line_of
from sources.contracts.problems import RefusedContract


def written(folder: Path, status: str, gap: str = ASKED) -> Path:
    text = JOBS.path.read_text("utf-8").replace("status: active", f"status: {status}", 1)
    lines = [
        f"  purpose: '{gap}'" if line.startswith("  purpose:") else line
        for line in text.splitlines()
    ]
    path = folder / "job_centre.odcs.yaml"
    path.write_text("\n".join(lines), "utf-8")
    return path


@pytest.mark.parametrize("gap", [ASKED, f"{ASKED}: Zweck", ASKED.lower(), f"Zweck ({ASKED})"])
def test_a_contract_with_gaps_is_not_loaded(tmp_path: Path, gap: str) -> None:
    path = written(tmp_path, "active", gap)
    _, problems = inspect_contract(path)
    assert [(p.kind, p.where) for p in problems] == [("gap", "description.purpose")]
    line = line_of(path, problems[0].where)
    assert line is not None
    assert gap in path.read_text("utf-8").splitlines()[line - 1]
    for load in (lambda: load_contract(path), lambda: load_contracts(tmp_path)):
        with pytest.raises(RefusedContract, match="still to be filled in"):
            load()


def test_gaps_are_told_beside_errors_of_form(tmp_path: Path) -> None:
    path = written(tmp_path, "active")
    path.write_text(path.read_text("utf-8").replace("kind: DataContract", "kind: X"), "utf-8")
    assert "gap" in {problem.kind for problem in inspect_contract(path)[1]}


def test_a_draft_is_loaded_alone_and_takes_part_in_no_run(tmp_path: Path) -> None:
    path = written(tmp_path, "draft")
    other = tmp_path / "office.odcs.yaml"
    other.write_text(OFFICE.path.read_text("utf-8"), "utf-8")
    assert load_contract(path).draft
    loaded = load_contracts(tmp_path)
    assert [(c.source, c.draft) for c in loaded] == [("immigration_office", False)]


def test_a_draft_full_of_problems_stops_no_run(tmp_path: Path) -> None:
    (tmp_path / "new.odcs.yaml").write_text("status: draft\nschema: soon\n", "utf-8")
    assert load_contracts(tmp_path) == ()


def test_gaps_are_found_in_parts_that_contain_themselves() -> None:
    endless: list[object] = [ASKED]
    endless.append(endless)
    assert [gap.where for gap in gaps({"tags": endless})] == ["tags[0]"]


def test_every_feed_target_and_its_columns_are_in_the_documentation() -> None:
    lines = (Path(__file__).parents[2] / "docs/contracts.md").read_text("utf-8").splitlines()
    for target, columns in TARGETS.items():
        (row,) = [line for line in lines if line.startswith("| `") and f": {target}`" in line]
        assert set(re.findall(r"`(\w+)`", row)) == feedable(target), target
        assert all(f"`{name}` ({k})" in row for name, k in columns.items() if k != "text")
