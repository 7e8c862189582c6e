"""`kim keys check` at each party: its own list, held against what it told the others."""

import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import party_machines
import pytest
import yaml
from party_machines import KREIS, at
from small_deliveries import MONTH, OFFICE, office_delivery

from kim_pipeline.commands.keys import check, init, share, take
from kim_pipeline.commands.seal import seal
from kim_pipeline.errors import KeyFileError, LegalError
from kim_pipeline.privacy.key_domains import LINK, authority_domains, pseudonym_domain
from kim_pipeline.privacy.keyring import load_keyring
from kim_pipeline.privacy.parties import read_parties, write_party
from kim_pipeline.settings import read_settings

OWN = f"{OFFICE.source}.public.json"
HUB = "hub.public.json"
TOLD = {f"{OWN} sender", f"{OWN} recontact", f"{HUB} receiving", f"{HUB} serves"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return party_machines.post(tmp_path_factory.mktemp("parties"))


@pytest.fixture
def parties(made: Path, tmp_path: Path) -> Path:
    """A copy of everybody's machine, to be spoiled."""
    return shutil.copytree(made, tmp_path / "parties")


def shown(capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    capsys.readouterr()
    check(as_json=True)
    told: dict[str, str] = json.loads(capsys.readouterr().out)
    return told


def test_an_authority_sees_its_keys_and_the_hub_without_any_kreis_configuration(
    parties: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    at(monkeypatch, parties, "office")
    told = shown(capsys)
    assert set(told) == {*authority_domains(OFFICE.source), LINK, *TOLD}
    assert told["hub.public.json serves"] == "Kreis Muster"
    at(monkeypatch, parties, "trust")
    assert {*shown(capsys)} == {LINK}


def test_both_ends_read_the_same_digits_out(
    parties: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    at(monkeypatch, parties, "hub")
    monkeypatch.setattr("kim_pipeline.commands.keys.load_contracts", lambda: (OFFICE,))
    at_hub = shown(capsys)
    at(monkeypatch, parties, "office")
    at_office = shown(capsys)
    common = at_hub.keys() & at_office.keys()
    assert common == TOLD
    assert [name for name in common if at_hub[name] != at_office[name]] == []


def test_a_hub_names_the_authorities_that_are_missing(
    parties: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = at(monkeypatch, parties, "hub")
    with pytest.raises(KeyFileError, match=r"public file of .*case_management"):
        check()
    (place / "kreis.yaml").write_text(KREIS.replace("sealed", "open"), "utf-8")
    with pytest.raises(KeyFileError, match=r"\(deliveries: sealed\)"):
        check()


def test_a_public_file_of_older_keys_is_not_sealed_to(
    parties: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = at(monkeypatch, parties, "office")
    (place / "keys" / f"recontact-{OFFICE.source}.key.json").unlink()
    init(authority=OFFICE.source, add_missing=True)
    for command in (check, lambda: share(parties / "again")):
        with pytest.raises(KeyFileError, match="tells of other keys than those here"):
            command()
    (place / "keys" / OWN).unlink()
    with pytest.raises(KeyFileError, match=f"{OWN} is not among the keys; run: kim keys share"):
        check()
    share(parties / "again")
    check()


def test_an_authority_without_the_hubs_public_file_is_told(
    parties: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = at(monkeypatch, parties, "office")
    (place / "keys" / "hub.public.json").unlink()
    with pytest.raises(KeyFileError, match=r"hub.public.json is not among the keys"):
        check()


def test_a_hub_with_the_link_key_is_refused(parties: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = at(monkeypatch, parties, "hub")
    shutil.copy(parties / "trust" / "keys" / "link.key.json", place / "keys")
    with pytest.raises(KeyFileError, match="link must not lie there"):
        check()


def test_an_open_office_hands_its_keys_over_and_stays_the_same_to_the_warehouse(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kim_pipeline.commands.keys.load_contracts", lambda: (OFFICE,))
    hub = at(monkeypatch, tmp_path, "hub")
    (hub / "kreis.yaml").write_text(KREIS.replace("sealed", "open"), "utf-8")
    init()
    before = load_keyring(read_settings(), [OFFICE.source], False).key_infos()
    init(hub=True, add_missing=True)
    share(tmp_path)
    handed = [hub / "keys" / f"{d}.key.json" for d in (pseudonym_domain(OFFICE.source), LINK)]
    at(monkeypatch, tmp_path, "office")
    for file in handed:
        take(file, hub / "passphrase")
    take(tmp_path / HUB)
    init(authority=OFFICE.source, add_missing=True)
    share(tmp_path)
    check()
    at(monkeypatch, tmp_path, "hub")
    (hub / "kreis.yaml").write_text(KREIS, "utf-8")
    take(tmp_path / OWN)
    with pytest.raises(KeyFileError, match=r"link, pseudonym-\S+ must not lie there"):
        check()
    for file in handed:
        file.unlink()
    check()
    after = load_keyring(read_settings(), [OFFICE.source], False, sealed=True).key_infos()
    assert {i.identity for i in before} < {i.identity for i in after}


def approved(path: Path, recipient: str) -> Path:
    """Write a file of approvals for the office, as it would come from a Kreis."""
    given = {
        "source": OFFICE.source,
        "recipient": recipient,
        "persons": "all",
        "purpose": "test",
        "last_processing_day": date(2099, 12, 31),
        "tables": {table.name: "all" for table in OFFICE.tables},
    }
    path.write_text(yaml.safe_dump([given]), "utf-8")
    return path


def test_an_approval_for_another_kreis_than_the_hubs_seals_nothing(
    parties: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = at(monkeypatch, parties, "office")
    office_delivery(read_settings({"KIM_INBOX": str(place / "raw")}))
    given = (OFFICE.path, place / "raw", place / "out", MONTH)
    other = approved(place / "other.yaml", "Kreis Fern")
    with pytest.raises(LegalError, match="names another recipient than Kreis Muster"):
        seal(*given, approvals=other)
    assert not (place / "out").exists()
    seal(*given, approvals=approved(place / "own.yaml", "Kreis Muster"))
    assert list((place / "out").rglob("delivery.kim"))


def test_a_hub_that_does_not_say_whom_it_serves_gets_nothing_under_an_approval(
    parties: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = at(monkeypatch, parties, "office")
    path = place / "keys" / HUB
    hub = replace(read_parties(path.parent)["hub"], recipient="")
    path.unlink()
    write_party(hub, path)
    own = approved(place / "own.yaml", "Kreis Muster")
    with pytest.raises(LegalError, match="does not say which Kreis it serves"):
        seal(OFFICE.path, place, place / "out", MONTH, approvals=own)
