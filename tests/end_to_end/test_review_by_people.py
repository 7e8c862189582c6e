"""Doubt is settled by people: decisions hold, are audited, and tell no authority of another."""

import csv
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from own_kreis import OwnKreis, installed
from small_kreis import MONTHS

from kim_pipeline.settings import Settings
from sources.contracts.contract import load_contracts

PERSONS, AUTHORITY = "300", "immigration_office"
WHO = ("--by", "Vertrauensstelle", "--reason", "document_seen")
UNDECIDED = (
    "SELECT i.item FROM register.review_item i JOIN register.link l ON l.source = i.source_l"
    " AND l.record_pseudonym = i.record_l JOIN register.link r ON r.source = i.source_r"
    " AND r.record_pseudonym = i.record_r WHERE i.state = 'open'"
    " AND l.known_to > now() + interval '1 year' AND r.known_to > now() + interval '1 year'"
    " AND (l.person_id = r.person_id) = %s ORDER BY i.item"
)
TOGETHER = (
    "SELECT l.person_id = r.person_id FROM register.review_item i"
    " JOIN register.link l ON l.source = i.source_l AND l.record_pseudonym = i.record_l"
    " JOIN register.link r ON r.source = i.source_r AND r.record_pseudonym = i.record_r"
    " WHERE i.item = %s AND l.known_to > now() + interval '1 year'"
    " AND r.known_to > now() + interval '1 year'"
)


@pytest.fixture(scope="module")
def kreis(
    server_settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[OwnKreis]:
    """A very small Kreis; its first month was run, and the authority's questions written."""
    with installed(server_settings, tmp_path_factory.mktemp("reviewed")) as made:
        made.must("keys", "init", "--demo")
        made.must("simulate", "--out", str(made.inbox), "--persons", PERSONS, "--months", "3")
        made.must("run", "--month", MONTHS[0])
        made.must("review", "export", "--authority", AUTHORITY, "--out", str(asked_first(made)))
        yield made


@pytest.fixture(scope="module")
def decided(kreis: OwnKreis) -> tuple[str, str]:
    """One pair decided to be two people, one to be one person; the month was linked by it."""
    apart, joined = (str(kreis.rows(UNDECIDED, together)[0][0]) for together in (True, False))
    kreis.must("review", "decide", apart, "different", *WHO)
    kreis.must("review", "decide", joined, "same", *WHO)
    assert kreis.must("run", "--month", MONTHS[0]).startswith(f"{MONTHS[0]}  done")
    return apart, joined


def asked_first(kreis: OwnKreis) -> Path:
    """Name the file with what the authority was asked after the first month."""
    return kreis.inbox.parent / "asked.csv"


def listed(kreis: OwnKreis, *more: str) -> list[dict[str, str]]:
    return list(json.loads(kreis.must("review", "list", "--limit", "1000", "--json", *more)))


def test_the_list_shows_agreement_and_neither_values_nor_pseudonyms(kreis: OwnKreis) -> None:
    items = listed(kreis)
    assert items
    assert all(item["agreement"].startswith("given ") for item in items if item["agreement"])
    said = kreis.must("review", "list", "--limit", "1000") + json.dumps(items)
    named = "SELECT {}::text FROM register.review_item UNION SELECT {}::text FROM register.link"
    hidden = [("record_l", "record_pseudonym"), ("record_r", "person_id")]
    for columns in hidden:
        assert not [row for row in kreis.rows(named.format(*columns)) if str(row[0]) in said]
    kinds = {item["kind"].split(" ")[0] for item in items}
    assert kinds <= {"contradiction", "conflict", "doubtful", "duplicate"}
    for kind in kinds:
        assert {i["kind"].split(" ")[0] for i in listed(kreis, "--kind", kind)} == {kind}
    assert all("job_centre" in i["sources"] for i in listed(kreis, "--source", "job_centre"))


def test_decisions_are_linked_by_and_audited(kreis: OwnKreis, decided: tuple[str, str]) -> None:
    apart, joined = decided
    assert kreis.rows(TOGETHER, apart) == [(False,)]
    assert kreis.rows(TOGETHER, joined) == [(True,)]
    assert not {apart, joined} & {item["item"] for item in listed(kreis)}
    assert kreis.rows("SELECT item, same, decided_by FROM audit.review_log ORDER BY position") == [
        (apart, False, "Vertrauensstelle"),
        (joined, True, "Vertrauensstelle"),
    ]
    assert kreis.must("review", "verify") == "2 entries hold\n"


def test_an_altered_audit_log_is_found_in_one_line(
    kreis: OwnKreis, decided: tuple[str, str]
) -> None:
    alter = "UPDATE audit.review_log SET same = NOT same WHERE position = 2"
    kreis.execute(alter)
    answer = kreis.kim("review", "verify")
    kreis.execute(alter)
    assert (answer.code, answer.out) == (1, "")
    assert "position 2" in answer.err
    assert len(answer.err.strip().splitlines()) == 1
    assert kreis.kim("review", "verify").code == 0


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (["decide", "0000000000000000", "same", *WHO], "no such item"),
        (["list", "--source", "nowhere"], "no such source"),
        (["export", "--out", "nowhere/items.csv"], "folder that exists"),
        (["import", "nowhere.csv"], "is missing"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_what_cannot_be_done_is_said_in_one_line(
    asked: list[str], told: str, kreis: OwnKreis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = kreis.kim("review", *asked)
    assert (answer.code, answer.out) == (1, "")
    assert told in answer.err
    assert len(answer.err.strip().splitlines()) == 1


def test_the_trust_office_takes_items_out_and_brings_decisions_back(
    kreis: OwnKreis, tmp_path: Path
) -> None:
    out, back = tmp_path / "items.csv", tmp_path / "decisions.csv"
    kreis.must("review", "export", "--out", str(out))
    rows = list(csv.DictReader(out.read_text("utf-8").splitlines()))
    assert {row["item"] for row in rows} == {item["item"] for item in listed(kreis)}
    assert all(row["record_1"] != row["record_2"] for row in rows)
    answers = [(row["item"], "same", "Vertrauensstelle", "evident") for row in rows[:1]]
    lines = [("item", "decision", "decided_by", "reason"), *answers]
    back.write_text("\n".join(map(",".join, [*lines, ("x", "maybe", "", "")])), "utf-8")
    assert "row 3" in kreis.kim("review", "import", str(back)).err
    assert len(listed(kreis)) == len(rows)
    back.write_text("\r\n".join(map(";".join, lines)), "utf-8-sig")
    kreis.must("review", "import", str(back))
    assert len(listed(kreis)) == len(rows) - 1
    back.write_text("\n".join(map(",".join, [*lines, ("x", "same", "Müller", "")])), "cp1252")
    assert "CSV UTF-8" in kreis.kim("review", "import", str(back)).err


def test_an_authority_is_asked_about_its_own_records_and_told_of_no_other(
    kreis: OwnKreis,
) -> None:
    out = asked_first(kreis)
    rows = list(csv.DictReader(out.read_text("utf-8").splitlines()))
    own = "SELECT record_pseudonym::text FROM register.link WHERE source = %s"
    mine = {str(row[0]) for row in kreis.rows(own, AUTHORITY)}
    assert rows
    assert set(rows[0]) == {"item", "record_1", "record_2"}
    assert {row["record_1"] for row in rows} | {row["record_2"] for row in rows} <= mine
    assert out.stat().st_mode & 0o077 == 0


def test_what_an_authority_is_asked_stays_when_another_delivers_otherwise(
    kreis: OwnKreis, server_settings: Settings, tmp_path: Path
) -> None:
    with installed(server_settings, tmp_path) as other:
        shutil.copytree(kreis.inbox / AUTHORITY, other.inbox / AUTHORITY)
        shutil.copytree(kreis.settings.demo_keys, other.settings.demo_keys)
        otherwise = ("--persons", PERSONS, "--months", "3", "--errors", "0.3")
        other.must("simulate", "--out", str(tmp_path / "else"), *otherwise)
        for source in {contract.source for contract in load_contracts()} - {AUTHORITY}:
            shutil.copytree(tmp_path / "else" / source, other.inbox / source)
        other.must("run", "--month", MONTHS[0])
        other.must("review", "export", "--authority", AUTHORITY, "--out", str(asked_first(other)))
        assert listed(other) != listed(kreis)
        assert asked_first(other).read_bytes() == asked_first(kreis).read_bytes()


@pytest.mark.long
def test_decisions_hold_for_all_later_months(kreis: OwnKreis, decided: tuple[str, str]) -> None:
    kreis.must("run", "--month", MONTHS[1])
    (later,) = kreis.rows(UNDECIDED, True)[0]
    kreis.must("review", "decide", str(later), "different", *WHO)
    assert kreis.must("run", "--month", MONTHS[0]).endswith("up to date\n")
    assert kreis.must("run", "--month", MONTHS[1]).startswith(f"{MONTHS[1]}  done")
    kreis.must("run", "--month", MONTHS[2])
    together = [kreis.rows(TOGETHER, item) for item in (*decided, str(later))]
    assert together == [[(False,)], [(True,)], [(False,)]]
    assert not {*decided, str(later)} & {item["item"] for item in listed(kreis)}
    assert kreis.must("run").splitlines() == [f"{month}  up to date" for month in MONTHS]
