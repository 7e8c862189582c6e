"""What leaves a Kreis as files: by command, checked, and in the ledger (T9, T17, T38)."""

import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow.csv as arrow_csv
import pytest
from own_kreis import OwnKreis, installed
from small_kreis import MONTHS

from kim_pipeline.disclosure.release_anchor import FILE
from kim_pipeline.settings import Settings

PURPOSES = ("arrivals_and_work", "naturalisation_by_status")


@pytest.fixture(scope="module")
def kreis(
    two_months: OwnKreis, server_settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[OwnKreis]:
    """A copy of the small Kreis, whose ledger of exports no other test sees."""
    folder = tmp_path_factory.mktemp("exporting")
    with installed(server_settings, folder, like=two_months) as made:
        yield made


def test_figures_and_dictionary_leave_by_command(kreis: OwnKreis, tmp_path: Path) -> None:
    kreis.must("export", "--out", str(tmp_path / "figures"), "--format", "csv")
    values = arrow_csv.read_csv(tmp_path / "figures" / "indicator_value.csv")
    assert values.num_rows == kreis.rows("SELECT count(*) FROM published.indicator_value")[0][0]
    told = json.loads((tmp_path / "figures" / "datapackage.json").read_text("utf-8"))
    assert told["temporal"]["start"].startswith(MONTHS[0])
    kreis.must("dictionary", "--out", str(tmp_path / "dictionary"))
    assert len(list((tmp_path / "dictionary").iterdir())) == 6


def test_papers_of_the_conference_leave_by_command(kreis: OwnKreis, tmp_path: Path) -> None:
    kreis.must("export", "conference", "--month", MONTHS[1], "--out", str(tmp_path / "papers"))
    folders = {path.name for path in (tmp_path / "papers").iterdir() if path.is_dir()}
    assert {"group-projektgruppe-arbeit", "town-erkrath"} <= folders
    measures = arrow_csv.read_csv(tmp_path / "papers/group-projektgruppe-arbeit/measures.csv")
    assert measures["field"].to_pylist() == ["Arbeit"]
    kreis.must("audit", "verify")


def test_a_year_is_not_revised_before_it_is_over(kreis: OwnKreis) -> None:
    before = kreis.dump("published", "audit")
    answer = kreis.kim("revise", "--year", MONTHS[0][:4])
    assert (answer.code, len(answer.err.splitlines())) == (1, 1)
    assert f"the newest is {MONTHS[1]}" in answer.err
    assert kreis.dump("published", "audit") == before


def test_the_newest_release_is_noted_outside_the_warehouse(kreis: OwnKreis) -> None:
    place = kreis.settings.home / FILE
    noted = place.read_text("utf-8")
    assert json.loads(noted)["position"] == len(kreis.rows("SELECT release FROM audit.release"))
    place.write_text(noted.replace(": 2,", ": 3,"), encoding="utf-8")
    answer = kreis.kim("audit", "verify")
    assert (answer.code, "the warehouse was rolled back" in answer.err) == (1, True)
    place.write_text(noted, encoding="utf-8")
    kreis.must("audit", "verify")


def test_microdata_leave_or_are_refused_and_the_ledger_has_both(
    kreis: OwnKreis, tmp_path: Path
) -> None:
    before = len(json.loads(kreis.must("export", "list", "--json")))
    codes = [
        kreis.kim("export", "microdata", "--purpose", name, "--out", str(tmp_path / name)).code
        for name in (*PURPOSES, "undeclared")
    ]
    entries = json.loads(kreis.must("export", "list", "--json"))[before:]
    assert [entry["outcome"] for entry in entries] == [
        "refused" if code else "made" for code in codes
    ]
    assert codes[1:] == [0, 1]
    assert "undeclared" not in json.dumps(entries), "what was typed is not kept"
    assert (tmp_path / PURPOSES[1] / "person_month.csv").exists()
    assert not (tmp_path / "undeclared").exists()


def test_an_altered_entry_is_found(kreis: OwnKreis, tmp_path: Path) -> None:
    kreis.must("export", "--out", str(tmp_path / "out"))
    kreis.must("audit", "verify")
    kreis.execute("UPDATE audit.export SET rows = rows + 1 WHERE position = 1")
    answer = kreis.kim("audit", "verify")
    assert (answer.code, "audit.export was altered at position 1" in answer.err) == (1, True)
    kreis.execute("UPDATE audit.export SET rows = rows - 1 WHERE position = 1")
    kreis.must("audit", "verify")
