"""A delivery and those before it: newer, under a number of its own, not of another month."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sealed_parties import Parties, meet
from small_deliveries import MONTH, OFFICE, PERSON, announce, office_delivery

from kim_pipeline.errors import DeliveryError
from kim_pipeline.privacy.keyring import Keyring
from kim_pipeline.settings import Settings
from sources.contracts.contract import Contract
from sources.incoming.pseudonymise import pseudonymise
from sources.incoming.sealing import seal_delivery
from sources.receiving.earlier import Taken
from sources.receiving.intake import pull
from sources.receiving.landing import Pulled, landed
from sources.sealed.place import as_sealed

NOVEMBER = date(2026, 11, 1)
CHANGED = [PERSON | {"VORNAMEN": "Changed"}]
NOTHING = Taken(frozenset(), {})
WARNING = replace(OFFICE, delivery_rules={"manifest": "warn"})


@pytest.fixture(scope="module")
def parties(tmp_path_factory: pytest.TempPathFactory) -> Parties:
    return meet(tmp_path_factory.mktemp("parties"))


def taken(*pulled: Pulled, in_force: Pulled | None = None) -> Taken:
    held = in_force or pulled[-1]
    return Taken(frozenset(p.content_mac for p in pulled), {held.month: held.content_mac})


def refused(
    settings: Settings, keyring: Keyring, month: date, before: Taken, contract: Contract = OFFICE
) -> DeliveryError:
    kept = landed(settings.landing, contract.source, month)
    with pytest.raises(DeliveryError) as caught:
        pull(contract, month, settings, keyring, before)
    assert landed(settings.landing, contract.source, month) == kept
    return caught.value


def lay_in_november(settings: Settings, persons: list[dict[str, str]] | None = None) -> None:
    """Lay a delivery for November; that of October stays away."""
    folder = office_delivery(settings, persons)
    later = folder.with_name("2026-11")
    folder.rename(later)
    announce(later, OFFICE.source, period="2026-11", created="2026-12-03T06:00:00Z")


def test_other_content_under_a_number_that_was_taken_is_refused(
    settings: Settings, keyring: Keyring
) -> None:
    office_delivery(settings)
    first = pull(OFFICE, MONTH, settings, keyring)
    office_delivery(settings, CHANGED)
    error = refused(settings, keyring, MONTH, taken(first))
    assert error.rule == "older"
    assert "number 1 was taken already with other content" in str(error)
    office_delivery(settings)
    assert pull(OFFICE, MONTH, settings, keyring, taken(first)) == first


def test_a_first_try_that_was_refused_is_mended_under_its_number_or_a_lower_one(
    settings: Settings, keyring: Keyring
) -> None:
    office_delivery(settings, sequence=20261)
    tried = pull(OFFICE, MONTH, settings, keyring, NOTHING)
    office_delivery(settings, CHANGED, sequence=20261)
    again = pull(OFFICE, MONTH, settings, keyring, NOTHING)
    office_delivery(settings, [PERSON | {"VORNAMEN": "Mended"}], sequence=1)
    mended = pull(OFFICE, MONTH, settings, keyring, NOTHING)
    assert landed(settings.landing, OFFICE.source, MONTH) == (tried, again, mended)


def test_without_a_number_after_one_with_a_number_is_refused_unless_the_contract_only_warns(
    settings: Settings, keyring: Keyring
) -> None:
    office_delivery(settings)
    first = pull(OFFICE, MONTH, settings, keyring)
    office_delivery(settings, CHANGED, sequence=None)
    error = refused(settings, keyring, MONTH, taken(first))
    assert error.rule == "manifest"
    assert "has no number" in str(error)
    second = pull(WARNING, MONTH, settings, keyring, taken(first))
    assert second.warned == ("manifest",)
    assert landed(settings.landing, OFFICE.source, MONTH) == (first, second)
    office_delivery(settings, sequence=None)
    assert pull(OFFICE, MONTH, settings, keyring, taken(first)) == first


def test_what_a_withdrawal_put_back_in_force_is_known_in_another_month(
    settings: Settings, keyring: Keyring
) -> None:
    folder = office_delivery(settings)
    first = pull(OFFICE, MONTH, settings, keyring)
    office_delivery(settings, CHANGED, sequence=2)
    second = pull(OFFICE, MONTH, settings, keyring, taken(first))
    book = taken(first, second, in_force=first)
    lay_in_november(settings)
    assert refused(settings, keyring, NOVEMBER, book).rule == "doubled"
    for path in folder.with_name("2026-11").iterdir():
        path.unlink()
    folder.with_name("2026-11").rmdir()
    lay_in_november(settings, CHANGED)
    assert pull(OFFICE, NOVEMBER, settings, keyring, book).warned == ()


def test_a_content_is_known_by_the_book_when_its_files_are_deleted(
    settings: Settings, keyring: Keyring
) -> None:
    office_delivery(settings)
    first = pull(OFFICE, MONTH, settings, keyring)
    first.folder.rename(settings.home / "away")
    lay_in_november(settings)
    assert refused(settings, keyring, NOVEMBER, taken(first)).rule == "doubled"
    assert pull(OFFICE, NOVEMBER, settings, keyring, NOTHING)


def seal(raw: Settings, hub: Settings, parties: Parties, month: date, number: int = 1) -> Path:
    own = parties.authorities[OFFICE.source]
    return seal_delivery(OFFICE, month, hub.inbox, raw, own, sequence=number).file


def test_sealed_files_of_another_month_are_known_though_sealing_never_repeats_itself(
    settings: Settings, tmp_path: Path, parties: Parties
) -> None:
    raw = replace(settings, home=tmp_path / "authority", inbox=tmp_path / "raw")
    contract = as_sealed(OFFICE)
    office_delivery(raw)
    one = seal(raw, settings, parties, MONTH).read_bytes()
    first = pull(contract, MONTH, settings, parties.hub, NOTHING)
    lay_in_november(raw)
    other = seal(raw, settings, parties, NOVEMBER).read_bytes()
    assert not {one[at : at + 16] for at in range(400, len(one) - 16, 16)} & {
        other[at : at + 16] for at in range(400, len(other) - 16)
    }
    assert refused(settings, parties.hub, NOVEMBER, taken(first), contract).rule == "doubled"
    office_delivery(raw, CHANGED)
    seal(raw, settings, parties, MONTH, 2)
    mended = pull(contract, MONTH, settings, parties.hub, taken(first))
    assert pull(contract, NOVEMBER, settings, parties.hub, taken(first, mended))


def test_the_digest_beside_a_sealed_delivery_must_be_the_one_inside(
    settings: Settings, tmp_path: Path, parties: Parties
) -> None:
    raw = replace(settings, home=tmp_path / "authority", inbox=tmp_path / "raw")
    office_delivery(raw)
    beside = seal(raw, settings, parties, MONTH).with_name("manifest.json")
    said = json.loads(beside.read_text("utf-8"))
    for other in (None, "0" * 64):
        beside.write_text(json.dumps(said | {"origin_mac": other}), "utf-8")
        pulled = pull(as_sealed(OFFICE), MONTH, settings, parties.hub)
        with pytest.raises(DeliveryError) as caught:
            pseudonymise(as_sealed(OFFICE), pulled, settings, parties.hub)
        assert caught.value.rule == "manifest"


def test_two_authorities_with_the_same_files_have_nothing_in_common(
    settings: Settings, tmp_path: Path, parties: Parties
) -> None:
    raw = replace(settings, home=tmp_path / "authority", inbox=tmp_path / "raw")
    office_delivery(raw)
    told = []
    for fresh in (False, True):
        hub = replace(settings, inbox=tmp_path / f"hub {fresh}")
        who = meet(tmp_path / "others") if fresh else parties
        beside = seal(raw, hub, who, MONTH).with_name("manifest.json")
        told.append(json.loads(beside.read_text("utf-8"))["origin_mac"])
    assert told[0] != told[1]
