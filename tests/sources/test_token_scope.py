"""Fields that no approval covers leave no token: neither made here nor taken in sealed."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from sealed_parties import Parties, meet, settings_of
from small_deliveries import JOBS, MONTH, OFFICE, PERSON, job_delivery, office_delivery

from kim_pipeline.errors import LegalError
from kim_pipeline.privacy.key_domains import sender_domain
from kim_pipeline.privacy.keyring import Keyring
from kim_pipeline.privacy.legal_gate import Approval
from kim_pipeline.privacy.token_sets import LINK_TOKENS
from kim_pipeline.settings import Settings
from sources.contracts.approval import within
from sources.contracts.contract import Contract
from sources.incoming.pseudonymise import Incoming, pseudonymise, read_incoming
from sources.incoming.sealing import Sealing, seal_delivery
from sources.incoming.token_scope import possible_tokens
from sources.receiving.intake import pull
from sources.sealed.content import Addressed, Content, read_content, write_content
from sources.sealed.place import as_sealed

FIELDS = frozenset({"person_number", "sex", "town_ags", "family_name"})
ROLES = frozenset(
    rule.role or ""
    for field in OFFICE.table("persons").fields
    for rule in field.rules_named("link")
)


@pytest.fixture(scope="module")
def parties(tmp_path_factory: pytest.TempPathFactory) -> Parties:
    return meet(tmp_path_factory.mktemp("parties"))


def narrow(contract: Contract = JOBS) -> Contract:
    tables = {"persons": FIELDS}
    return within(
        contract,
        Approval(contract.source, "Kreis", "Personen", "Steuerung", date(2027, 12, 31), tables),
    )


def filled(tokens: pa.Table) -> set[str]:
    return {n for n in tokens.column_names if tokens[n].null_count < tokens.num_rows}


def opened(file: Path, parties: Parties) -> Content:
    to, by = parties.hub.private_key("receiving"), parties.hub.party(JOBS.source).key("sender")
    with file.open("rb") as stream:
        return read_content(stream, Addressed(JOBS.source, MONTH), to, by)


def take_in(contract: Contract, settings: Settings, keyring: Keyring) -> Incoming:
    return pseudonymise(contract, pull(contract, MONTH, settings, keyring), settings, keyring)


def sealed(contract: Contract, raw: Settings, settings: Settings, parties: Parties) -> Sealing:
    return seal_delivery(contract, MONTH, settings.inbox, raw, parties.authorities[contract.source])


def test_only_covered_fields_become_tokens(settings: Settings, keyring: Keyring) -> None:
    job_delivery(settings)
    take_in(narrow(), settings, keyring)
    tokens = read_incoming(settings, JOBS.source, MONTH, "tokens")
    names = {n for n in filled(tokens) if n.startswith(("family", "sex"))}
    assert filled(tokens) == {"record_pseudonym", "digest", *names}
    assert {"family", "sex"} <= names


def test_sealed_within_the_approval_gives_the_same_tokens(
    settings: Settings, tmp_path: Path, parties: Parties
) -> None:
    raw = settings_of(tmp_path, "raw")
    job_delivery(raw)
    sealed(narrow(), raw, settings, parties)
    take_in(as_sealed(narrow()), settings, parties.hub)
    take_in(narrow(), raw, parties.open)
    one, other = (read_incoming(s, JOBS.source, MONTH, "tokens") for s in (settings, raw))
    assert one.equals(other)


def test_tokens_beyond_the_approval_are_refused_though_the_manifest_denies_them(
    settings: Settings, tmp_path: Path, parties: Parties
) -> None:
    raw = settings_of(tmp_path, "raw")
    job_delivery(raw)
    file = sealed(JOBS, raw, settings, parties).file
    less = sealed(narrow(), raw, replace(settings, inbox=tmp_path / "less"), parties).file
    whole, narrowed = (opened(path, parties) for path in (file, less))
    tokens = {n: whole.tables[n] for n in whole.tables if n.startswith("tokens-")}
    lying = replace(narrowed, tables={**narrowed.tables, **tokens})
    by = parties.authorities[JOBS.source].private_key(sender_domain(JOBS.source))
    hub = parties.authorities[JOBS.source].party("hub").key("receiving")
    file.unlink()
    write_content(lying, file, Addressed(JOBS.source, MONTH), hub, by)
    (less.parent / "manifest.json").replace(file.parent / "manifest.json")
    with pytest.raises(LegalError, match=r"kinds of tokens .* --approvals"):
        take_in(as_sealed(narrow()), settings, parties.hub)
    assert not settings.incoming.exists()


def test_all_fields_together_can_fill_every_token() -> None:
    assert possible_tokens(ROLES) == {*LINK_TOKENS.names}
    assert possible_tokens(frozenset()) == {"record_pseudonym"}
    assert possible_tokens(frozenset({"sex", "postcode"})) == {"record_pseudonym", "sex", "plz"}
    # A number may stand behind the street, so that an address needs no field of its own for it.
    assert "addr" in possible_tokens(ROLES - {"house_number"})


def test_who_seals_is_told_what_to_mend_and_no_value(
    settings: Settings, tmp_path: Path, parties: Parties
) -> None:
    raw = settings_of(tmp_path, "raw")
    lost = PERSON | {"AKTENZEICHEN": "A20000002", "AKTE": "Canary"}
    odd = PERSON | {"AKTENZEICHEN": "A20000003", "GESCHLECHT": "Canary"}
    good = [PERSON | {"AKTENZEICHEN": f"A3{n:07}"} for n in range(200)]
    office_delivery(raw, [*good, lost, odd])
    troubles = sealed(OFFICE, raw, settings, parties).troubles
    remedy = troubles.pop("to do")
    assert troubles == {
        "persons, required value unreadable (AKTE)": "1 of 202 rows refused, first row 202",
        "persons, unreadable (GESCHLECHT)": "1 of 202 values left out",
    }
    assert "--sequence" in remedy
    clean = replace(raw, home=tmp_path / "clean")
    job_delivery(replace(clean, inbox=tmp_path / "clean"))
    assert not sealed(JOBS, replace(clean, inbox=tmp_path / "clean"), settings, parties).troubles
