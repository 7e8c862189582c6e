"""Feedback as operators get it: after each run, for every source and month, the same every time."""

import json
from pathlib import Path

from own_kreis import OwnKreis
from small_kreis import MONTHS

from kim_pipeline.settings import Settings
from sources.contracts.contract import load_contracts
from sources.feedback.feedback import ENDINGS

SOURCES = tuple(contract.source for contract in load_contracts())


def _files(settings: Settings) -> dict[str, bytes]:
    found = sorted(settings.feedback.glob("*/*"))
    return {str(path.relative_to(settings.feedback)): path.read_bytes() for path in found}


def test_every_run_leaves_feedback_for_every_source(undisturbed: OwnKreis) -> None:
    wanted = {f"{s}/{m}{ending}" for s in SOURCES for m in MONTHS for ending in ENDINGS}
    assert set(_files(undisturbed.settings)) == wanted
    listed = json.loads(undisturbed.must("feedback", "list", "--json"))
    assert {(one["source"], one["month"]) for one in listed} == {
        (source, month) for source in SOURCES for month in MONTHS
    }
    assert all(Path(one["file"]).is_file() for one in listed)


def test_feedback_written_anew_is_the_same(undisturbed: OwnKreis) -> None:
    before = _files(undisturbed.settings)
    for month in MONTHS:
        undisturbed.must("feedback", "write", "--month", month)
    assert _files(undisturbed.settings) == before


def test_every_finding_of_staging_is_told_once(undisturbed: OwnKreis) -> None:
    count = (
        "SELECT count(*) FROM staging.immigration_office_persons WHERE finding_birth_before_arrival"
        " AND valid_from <= '2025-10-01' AND valid_to > '2025-10-01' AND known_to > now()"
    )
    told = json.loads(_files(undisturbed.settings)["immigration_office/2025-10.json"])
    rules = [finding["rule"] for finding in told["findings"]]
    assert rules.count("birth_before_arrival") == undisturbed.rows(count)[0][0]


def test_an_unknown_source_is_refused_without_being_repeated(undisturbed: OwnKreis) -> None:
    answer = undisturbed.kim("feedback", "write", "--source", "Mustermann")
    assert answer.code == 1
    assert "Mustermann" not in answer.err
    assert SOURCES[0] in answer.err
