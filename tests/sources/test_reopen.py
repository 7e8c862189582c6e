"""An authority makes its keys, hands over what others need, and reads its feedback again."""

import csv
import io
import json
from pathlib import Path

import party_machines
import pytest
from party_machines import at
from small_deliveries import OFFICE

from kim_pipeline.commands.keys import take
from kim_pipeline.commands.reopen import reopen
from kim_pipeline.errors import ConfigError, DeliveryError, KeyFileError
from kim_pipeline.privacy.parties import read_parties
from kim_pipeline.privacy.recontact import as_text, seal_numbers

PERSONS = {
    "11111111-1111-1111-1111-111111111111": "A10000001",
    "22222222-2222-2222-2222-222222222222": "=1+1",
}
NOBODY = {"record_pseudonym": "", "contact": "", "table": "persons", "rule": "duplicate"}


@pytest.fixture(scope="module")
def post(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keys made by trust office, hub and authority, handed over as the manual says."""
    return party_machines.post(tmp_path_factory.mktemp("parties"))


@pytest.fixture
def authority(post: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Sit down at the authority's machine; return the folder of all parties."""
    at(monkeypatch, post, "office")
    return post


def findings(folder: Path) -> list[dict[str, str]]:
    public = read_parties(folder / "hub" / "keys")[OFFICE.source].key("recontact")
    blobs = seal_numbers([*PERSONS], [*PERSONS.values()], OFFICE.source, public).to_pylist()
    rows = [
        {
            "record_pseudonym": blob["record_pseudonym"],
            "contact": as_text(blob["envelope"], blob["blob"]),
            "table": "persons",
            "rule": "a; quoted one",
        }
        for blob in blobs
    ]
    return [*rows, NOBODY]


def written(path: Path, rows: list[dict[str, str]]) -> Path:
    sink = io.StringIO(newline="")
    writer = csv.DictWriter(sink, list(rows[0]), delimiter=";", quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows(rows)
    path.write_text("\ufeff" + sink.getvalue(), "utf-8", newline="")
    return path


def test_a_feedback_file_gets_the_authoritys_own_numbers(tmp_path: Path, authority: Path) -> None:
    given = written(tmp_path / "2026-10.csv", findings(authority))
    reopen(OFFICE.source, given)
    target = tmp_path / "2026-10.own.csv"
    assert target.stat().st_mode & 0o777 == 0o600
    rows = list(csv.DictReader(io.StringIO(target.read_text("utf-8-sig")), delimiter=";"))
    assert [row["record_number"] for row in rows] == ["A10000001", "'=1+1", ""]
    assert {row["rule"] for row in rows} == {"a; quoted one", "duplicate"}
    assert "contact" not in rows[0]
    with pytest.raises(ConfigError, match="exists"):
        reopen(OFFICE.source, given)


def test_the_json_form_as_well(tmp_path: Path, authority: Path) -> None:
    given = tmp_path / "2026-10.json"
    given.write_text(json.dumps({"month": "2026-10", "findings": findings(authority)}), "utf-8")
    reopen(OFFICE.source, given, tmp_path / "own.json")
    content = json.loads((tmp_path / "own.json").read_text("utf-8"))
    assert [row["record_number"] for row in content["findings"]] == [*PERSONS.values(), ""]
    assert content["month"] == "2026-10"


def test_the_hub_cannot_reopen(
    tmp_path: Path, authority: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = written(tmp_path / "2026-10.csv", findings(authority))
    at(monkeypatch, authority, "hub")
    with pytest.raises(KeyFileError, match=r"recontact-.* is a key of .*: run this there"):
        reopen(OFFICE.source, given)
    assert not (tmp_path / "2026-10.own.csv").exists()


def test_an_entry_under_another_record_does_not_open(tmp_path: Path, authority: Path) -> None:
    one, other, _ = findings(authority)
    given = written(tmp_path / "2026-10.csv", [one | {"contact": other["contact"]}])
    with pytest.raises(KeyFileError, match="was not sealed"):
        reopen(OFFICE.source, given)


@pytest.mark.parametrize("text", ["", "a;b\n1;2\n"])
def test_a_strange_file_is_refused(tmp_path: Path, authority: Path, text: str) -> None:
    given = tmp_path / "2026-10.csv"
    given.write_text(text)
    with pytest.raises(DeliveryError, match=r"2026-10.csv lacks"):
        reopen(OFFICE.source, given)


def test_a_public_file_that_was_changed_does_not_replace_the_first(
    tmp_path: Path, authority: Path
) -> None:
    path = tmp_path / "hub.public.json"
    content = json.loads((authority / "post" / "hub.public.json").read_text("utf-8"))
    content["keys"]["receiving"]["public"] = "09" * 32
    path.write_text(json.dumps(content), "utf-8")
    with pytest.raises(KeyFileError, match="holds another key"):
        take(path)


@pytest.mark.parametrize("name", ["2026-10.csv", "2026-10.json"])
def test_a_file_that_a_spreadsheet_program_saved_again_is_refused(
    tmp_path: Path, authority: Path, name: str
) -> None:
    given = tmp_path / name
    given.write_bytes("record_pseudonym;contact;Prüfung\n".encode("cp1252"))
    with pytest.raises(DeliveryError, match=f"{name} was saved in another encoding"):
        reopen(OFFICE.source, given)


def test_a_row_with_more_cells_than_the_header_is_refused(tmp_path: Path, authority: Path) -> None:
    given = tmp_path / "2026-10.csv"
    given.write_text("record_pseudonym;contact\na;b;c\n")
    with pytest.raises(DeliveryError, match="use it as it came"):
        reopen(OFFICE.source, given)
