"""From the inbox to incoming tables: once, whole, and without a single identifier."""

import json
import shutil
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pytest
import yaml
from small_deliveries import (
    CASES,
    JOBS,
    MONTH,
    OFFICE,
    PERSON,
    PROCEDURE,
    TITLE,
    XML,
    case_delivery,
    csv_bytes,
    job_delivery,
    office_delivery,
)

from kim_pipeline.errors import DeliveryError
from kim_pipeline.privacy.keyring import Keyring
from kim_pipeline.privacy.token_sets import TOKEN_SETS
from kim_pipeline.settings import Settings
from sources.contracts.contract import Contract, load_contract
from sources.contracts.location import Location
from sources.incoming.pseudonymise import (
    Incoming,
    discard_incoming,
    load_incoming,
    pseudonymise,
    read_incoming,
)
from sources.incoming.rejects import DUPLICATE, MISSING, UNREADABLE
from sources.receiving.intake import pull
from sources.receiving.landing import landed

SECRETS = ("ztürk", "ztrk", "Canary", "Secretname", "Lindenstra", "Trabzon", "Şule", "Sule")
NUMBERS = ("A10000001", "150301123456", "17.05.1985", "1985-05-17", "123A456789", "E2026-1", "BG1")
TABLES = ("persons", "tokens")
DELIVERIES = ((OFFICE, office_delivery), (JOBS, job_delivery), (CASES, case_delivery))


def run(contract: Contract, settings: Settings, keyring: Keyring) -> Incoming:
    return pseudonymise(contract, pull(contract, MONTH, settings, keyring), settings, keyring)


def person(number: int, **changes: str) -> dict[str, str]:
    return PERSON | {"AKTENZEICHEN": f"A{number:08}"} | changes


def people(count: int) -> list[dict[str, str]]:
    return [person(number) for number in range(1, count + 1)]


def all_bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


@pytest.mark.parametrize(("contract", "deliver"), DELIVERIES)
def test_no_identifier_stays_in_any_byte(
    settings: Settings, keyring: Keyring, contract: Contract, deliver: Callable[[Settings], Path]
) -> None:
    deliver(settings)
    run(contract, settings, keyring)
    shutil.rmtree(settings.inbox)
    left = all_bytes(settings.home)
    assert contract.source.encode() in left
    for secret in (*SECRETS, *NUMBERS):
        for form in ("NFC", "NFD"):
            text = unicodedata.normalize(form, secret)
            for needle in (text, text.upper(), json.dumps(text)[1:-1]):
                for encoding in ("utf-8", "utf-16-le"):
                    assert needle.encode(encoding) not in left


@pytest.mark.parametrize(("contract", "deliver"), DELIVERIES)
def test_incoming_tables_have_exactly_the_staging_columns(
    settings: Settings, keyring: Keyring, contract: Contract, deliver: Callable[[Settings], Path]
) -> None:
    deliver(settings)
    incoming = run(contract, settings, keyring)
    for table in contract.tables:
        rows = read_incoming(settings, contract.source, MONTH, table.name)
        assert rows.column_names == [column.name for column in table.columns]
        assert rows["row_key"].to_pylist() == sorted(rows["row_key"].to_pylist())
    tokens = read_incoming(settings, contract.source, MONTH, "tokens")
    assert tokens.column_names == TOKEN_SETS.names
    assert load_incoming(settings, contract.source, MONTH) == incoming


def test_a_person_is_coarsened_and_linkable(settings: Settings, keyring: Keyring) -> None:
    office_delivery(settings, [PERSON, person(10000002, GEBURTSDATUM="00.00.1990", AZR_NR="")])
    run(OFFICE, settings, keyring)
    rows = read_incoming(settings, OFFICE.source, MONTH, "persons").to_pylist()
    assert sorted(row["birth_year"] for row in rows) == [1985, 1990]
    assert all(row["row_key"] == row["record_pseudonym"] for row in rows)
    tokens = read_incoming(settings, OFFICE.source, MONTH, "tokens").to_pylist()
    by_year = {row["birth_year"]: row["record_pseudonym"] for row in rows}
    named = {row["record_pseudonym"]: row for row in tokens}
    whole, partly = named[by_year[1985]], named[by_year[1990]]
    assert whole["same_as"] == [by_year[1990]]
    assert (whole["dob"] is None, partly["dob"] is None) == (False, True)
    assert (whole["azr"] is None, partly["azr"] is None) == (False, True)
    assert whole["family"] == partly["family"]
    assert whole["nationality_group"] == "TURKEY"


def test_rows_of_one_person_and_case_share_their_pseudonym(
    settings: Settings, keyring: Keyring
) -> None:
    case_delivery(settings)
    job_delivery(settings)
    run(CASES, settings, keyring)
    run(JOBS, settings, keyring)

    def only(contract: Contract, table: str, column: str) -> set[str]:
        return set(read_incoming(settings, contract.source, MONTH, table)[column].to_pylist())

    assert only(CASES, "goals", "case_key") == only(CASES, "cases", "row_key")
    assert only(CASES, "cases", "record_pseudonym") == only(CASES, "clients", "row_key")
    assert only(JOBS, "benefits", "record_pseudonym") == only(JOBS, "persons", "row_key")
    assert only(JOBS, "persons", "benefit_community") == only(
        JOBS, "benefit_communities", "row_key"
    )
    assert len(only(JOBS, "benefits", "row_key")) == 2


def test_a_delivery_pulled_twice_is_the_same_delivery(settings: Settings, keyring: Keyring) -> None:
    for contract, deliver in DELIVERIES:
        deliver(settings)
        first = pull(contract, MONTH, settings, keyring)
        assert pull(contract, MONTH, settings, keyring) == first
        assert landed(settings.landing, contract.source, MONTH) == (first,)
        assert first.received_at == datetime(2026, 11, 3, 6, tzinfo=UTC)


def test_the_sealed_files_show_neither_names_nor_contents(
    settings: Settings, keyring: Keyring
) -> None:
    folder = office_delivery(settings)
    pulled = pull(OFFICE, MONTH, settings, keyring)
    names = {path.name for path in pulled.folder.iterdir()}
    assert not names & ({path.name for path in folder.iterdir()} - {"manifest.json"})
    assert {path.stat().st_mode & 0o077 for path in pulled.folder.glob("*.sealed")} == {0}


def test_pseudonymising_again_gives_the_same_tables(settings: Settings, keyring: Keyring) -> None:
    office_delivery(settings, people(20))
    run(OFFICE, settings, keyring)
    before = {name: read_incoming(settings, OFFICE.source, MONTH, name) for name in TABLES}
    office_delivery(settings, people(20)[::-1], sequence=2)
    run(OFFICE, settings, keyring)
    for name in TABLES:
        assert read_incoming(settings, OFFICE.source, MONTH, name).equals(before[name])
    discard_incoming(settings, OFFICE.source, MONTH)
    discard_incoming(settings, OFFICE.source, MONTH)
    with pytest.raises(DeliveryError, match="no incoming tokens"):
        read_incoming(settings, OFFICE.source, MONTH, "tokens")


def test_a_missing_delivery_says_where_it_was_expected(
    settings: Settings, keyring: Keyring
) -> None:
    for contract, _ in DELIVERIES:
        with pytest.raises(DeliveryError, match=rf"no delivery at .*{contract.source}/2026-10"):
            pull(contract, MONTH, settings, keyring)
    (office_delivery(settings) / "naturalisations.csv").unlink()
    with pytest.raises(DeliveryError, match=r"naturalisations\.csv"):
        pull(OFFICE, MONTH, settings, keyring)
    assert not settings.landing.exists()


def test_a_symbolic_link_is_no_delivery(settings: Settings, keyring: Keyring) -> None:
    folder = office_delivery(settings)
    (folder / "persons.csv").unlink()
    (folder / "persons.csv").symlink_to(folder / "residence_titles.csv")
    with pytest.raises(DeliveryError, match=r"persons\.csv"):
        pull(OFFICE, MONTH, settings, keyring)


@pytest.mark.parametrize(
    ("manifest", "reason"),
    [
        ({"period": "2026-09"}, "does not say period 2026-10"),
        ({"source": "job_centre"}, "another source"),
        ({"sequence": "first"}, "not readable"),
        ({"invented": False}, "demo keys"),
    ],
)
def test_a_manifest_that_does_not_fit_is_refused(
    settings: Settings, keyring: Keyring, manifest: dict[str, object], reason: str
) -> None:
    office_delivery(settings, **manifest)
    with pytest.raises(DeliveryError, match=reason):
        pull(OFFICE, MONTH, settings, keyring)
    assert not settings.landing.exists()


def test_demo_keys_refuse_a_delivery_that_is_not_marked_as_invented(
    settings: Settings, keyring: Keyring
) -> None:
    (office_delivery(settings) / "manifest.json").unlink()
    with pytest.raises(DeliveryError, match="demo keys"):
        pull(OFFICE, MONTH, settings, keyring)


def test_a_newer_delivery_is_kept_beside_and_an_older_one_refused(
    settings: Settings, keyring: Keyring
) -> None:
    office_delivery(settings, sequence=1)
    first = pull(OFFICE, MONTH, settings, keyring)
    office_delivery(settings, people(2), sequence=2)
    second = pull(OFFICE, MONTH, settings, keyring)
    assert landed(settings.landing, OFFICE.source, MONTH) == (first, second)
    office_delivery(settings, sequence=1)
    with pytest.raises(DeliveryError, match="number 1 is older than number 2"):
        pull(OFFICE, MONTH, settings, keyring)


def test_a_row_count_that_differs_from_the_announced_one_is_refused(
    settings: Settings, keyring: Keyring
) -> None:
    office_delivery(settings, people(3), tables={"persons": {"file": "persons.csv", "rows": 4}})
    with pytest.raises(DeliveryError, match="persons: 3 rows read, 4 announced"):
        run(OFFICE, settings, keyring)
    assert not settings.incoming.exists()


def test_after_pull_the_contract_may_delete(settings: Settings, keyring: Keyring) -> None:
    folder = office_delivery(settings)
    contract = replace(OFFICE, location=_taken_away(OFFICE.location))
    first = pull(contract, MONTH, settings, keyring)
    assert not list(folder.iterdir())
    assert pull(contract, MONTH, settings, keyring) == first


def test_a_table_the_contract_does_not_know_is_refused_and_named_nowhere(
    settings: Settings, keyring: Keyring
) -> None:
    folder = office_delivery(settings)
    path = folder / "manifest.json"
    said = json.loads(path.read_text("utf-8"))
    said["tables"] = {**(said.get("tables") or {}), "Mustermann": {"rows": 1}}
    path.write_text(json.dumps(said), "utf-8")
    with pytest.raises(DeliveryError, match=r"1 tables that the contract does not") as caught:
        pull(OFFICE, MONTH, settings, keyring)
    assert caught.value.rule == "manifest"
    assert "Mustermann" not in str(caught.value)
    warning = replace(OFFICE, delivery_rules={"manifest": "warn"})
    pulled = pull(warning, MONTH, settings, keyring)
    assert pulled.warned == ("manifest",)
    assert "Mustermann" not in (pulled.folder / "manifest.json").read_text("utf-8")


def test_refused_rows_are_counted_by_reason_with_row_numbers(
    settings: Settings, keyring: Keyring
) -> None:
    persons = people(200)
    persons += [person(7), person(201, AKTE="C"), person(202, AKTENZEICHEN="")]
    office_delivery(settings, persons)
    counts = run(OFFICE, settings, keyring).tables["persons"]
    assert (counts.rows_read, counts.rows_accepted) == (203, 200)
    told = {(r.reason, r.column): (r.count, r.rows) for r in counts.rejections}
    assert told == {
        (MISSING, "person_number"): (1, (204,)),
        (UNREADABLE, "file"): (1, (203,)),
        (DUPLICATE, None): (1, (202,)),
    }


def test_too_many_refused_rows_refuse_the_delivery(settings: Settings, keyring: Keyring) -> None:
    office_delivery(settings, [*people(10), person(7)])
    with pytest.raises(DeliveryError, match=r"persons: 1 of 11 rows .* row 12\)") as caught:
        run(OFFICE, settings, keyring)
    assert not any(secret in str(caught.value) for secret in (*SECRETS, *NUMBERS))
    assert not settings.incoming.exists()


def test_unreadable_values_are_null_and_counted(settings: Settings, keyring: Keyring) -> None:
    odd = person(3, GEBURTSDATUM="31.02.1990", GESCHLECHT="unbekannt", STAATSANGEHOERIGKEIT="777")
    office_delivery(settings, [*people(2), odd])
    incoming = run(OFFICE, settings, keyring)
    unreadable = incoming.tables["persons"].unreadable
    assert {name: (entry.count, entry.rows) for name, entry in unreadable.items()} == {
        "birth_date": (1, (4,)),
        "sex": (1, (4,)),
        "nationality": (1, (4,)),
    }
    assert incoming.counts()["values_unreadable"] == 3
    rows = read_incoming(settings, OFFICE.source, MONTH, "persons")
    assert [rows[name].null_count for name in ("birth_year", "sex", "nationality")] == [1, 1, 1]


def test_findings_reach_across_the_tables_of_a_delivery(
    settings: Settings, keyring: Keyring
) -> None:
    polish = TITLE | {"LISTE": "duldung", "SCHLUESSEL": "03", "LFD_NR": "2"}
    office_delivery(settings, [PERSON | {"STAATSANGEHOERIGKEIT": "152"}], [TITLE, polish])
    findings = run(OFFICE, settings, keyring).tables["residence_titles"].findings
    assert findings["eu_citizen_without_permit"] == 1
    assert findings["one_current_title"] == 2


def test_the_earliest_event_counts_not_the_first_delivered(
    settings: Settings, keyring: Keyring
) -> None:
    early = TITLE | {"LFD_NR": "2", "ERTEILT_AM": "01.06.2014", "BEENDET_AM": "01.03.2020"}
    for number, titles, hits in ((1, [TITLE], 0), (2, [TITLE, early], 1)):
        office_delivery(settings, [PERSON], titles, sequence=number)
        findings = run(OFFICE, settings, keyring).tables["persons"].findings
        assert findings["azr_date_not_after_first_event"] == hits


def test_tokens_at_rest_need_the_hub_key(settings: Settings, keyring: Keyring) -> None:
    office_delivery(settings)
    run(OFFICE, settings, keyring)
    before = read_incoming(settings, OFFICE.source, MONTH, "tokens")
    other = replace(keyring.roots["hub"], secret=bytes(32))
    run(OFFICE, settings, replace(keyring, roots={**keyring.roots, "hub": other}))
    after = read_incoming(settings, OFFICE.source, MONTH, "tokens")
    assert after["record_pseudonym"].equals(before["record_pseudonym"])
    for name in ("given", "family", "dob", "azr", "k1"):
        assert not after[name].equals(before[name])


def test_empty_tables_are_tables(settings: Settings, keyring: Keyring) -> None:
    folder = office_delivery(settings)
    for name, row in (("naturalisations", PROCEDURE), ("residence_titles", TITLE)):
        header = csv_bytes([row]).split(b"\r\n")[0]
        (folder / f"{name}.csv").write_bytes(header + b"\r\n")
    incoming = run(OFFICE, settings, keyring)
    assert incoming.tables["naturalisations"].rows_accepted == 0
    assert read_incoming(settings, OFFICE.source, MONTH, "residence_titles").num_rows == 0


@pytest.mark.parametrize(
    "text", [XML[:700], XML.replace("<XSozial", "<!DOCTYPE XSozial [ ]>\n<XSozial", 1)]
)
def test_a_refused_delivery_leaves_no_incoming_rows(
    settings: Settings, keyring: Keyring, text: str
) -> None:
    job_delivery(settings, text)
    with pytest.raises(DeliveryError):
        run(JOBS, settings, keyring)
    assert not settings.incoming.exists()


def test_a_new_source_needs_a_contract_and_no_code(
    settings: Settings, keyring: Keyring, tmp_path: Path
) -> None:
    document = yaml.safe_load(OFFICE.path.read_text("utf-8"))
    document["servers"][0] |= {"path": "${KIM_INBOX}/neighbour/{month}", "encoding": "windows-1252"}
    document["schema"] = document["schema"][3:]
    path = tmp_path / "neighbour.odcs.yaml"
    path.write_text(yaml.safe_dump(document, allow_unicode=True), "utf-8")
    contract = load_contract(path)
    folder = settings.inbox / "neighbour" / "2026-10"
    folder.mkdir(parents=True)
    (folder / "naturalisations.csv").write_bytes(csv_bytes([PROCEDURE], "cp1252"))
    manifest = {"period": "2026-10", "invented": True}
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    assert run(contract, settings, keyring).rows_read == 1
    rows = read_incoming(settings, contract.source, date(2026, 10, 1), "naturalisations")
    assert isinstance(rows, pa.Table)
    assert rows["outcome"].to_pylist() == ["OFFEN"]


def _taken_away(location: Location) -> Location:
    return replace(location, transport=replace(location.transport, delete_after_pull=True))
