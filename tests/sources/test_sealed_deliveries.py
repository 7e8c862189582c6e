"""Sealed deliveries: the same rows as open ones, readable by the hub alone, made by one alone."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path

import pyarrow as pa
import pytest
from sealed_parties import Parties, meet
from small_deliveries import JOBS, MONTH, OFFICE, PERSON, job_delivery, office_delivery

from kim_pipeline.errors import DeliveryError, KeyFileError, KimError, LegalError
from kim_pipeline.privacy.epochs import epochs_of
from kim_pipeline.privacy.key_derivation import subkey
from kim_pipeline.privacy.key_domains import LINK, sender_domain
from kim_pipeline.privacy.key_file import RootKey
from kim_pipeline.privacy.key_pairs import private_key
from kim_pipeline.privacy.keyring import Keyring
from kim_pipeline.privacy.link_fields import LINK_FIELDS
from kim_pipeline.privacy.recontact import Reopener
from kim_pipeline.privacy.token_sets import LINK_TOKENS, encode, token_sets
from kim_pipeline.settings import Settings
from sources.contracts.contract import Contract
from sources.contracts.delivery_rules import RULES
from sources.incoming.pseudonymise import Incoming, pseudonymise, read_incoming
from sources.incoming.ready import delivered_tokens
from sources.incoming.sealing import seal_delivery
from sources.incoming.unsealed import RECONTACT, open_delivery
from sources.receiving.intake import pull
from sources.sealed.content import Addressed, Content, read_content, write_content
from sources.sealed.place import FILE_NAME, as_sealed

SECRETS = ("ztürk", "Canary", "Secretname", "Lindenstra", "A10000001", "150301123456", "17.05.1985")
NAMES = ("record_pseudonym", "same_as", "not_same_as", "nationality_group")


@pytest.fixture(scope="module")
def parties(tmp_path_factory: pytest.TempPathFactory) -> Parties:
    return meet(tmp_path_factory.mktemp("parties"))


@pytest.fixture
def raw(settings: Settings, tmp_path: Path) -> Settings:
    """What an authority sees: its own delivery, nothing of the hub."""
    made = replace(settings, home=tmp_path / "authority", inbox=tmp_path / "raw")
    office_delivery(made)
    job_delivery(made)
    return made


def sealed(contract: Contract, raw: Settings, hub: Settings, parties: Parties) -> Path:
    keyring = parties.authorities[contract.source]
    return seal_delivery(contract, MONTH, hub.inbox, raw, keyring).file


def take_in(contract: Contract, settings: Settings, keyring: Keyring) -> Incoming:
    pulled = pull(contract, MONTH, settings, keyring)
    return pseudonymise(contract, pulled, settings, keyring)


@pytest.mark.parametrize("contract", [OFFICE, JOBS], ids=lambda contract: contract.source)
def test_a_sealed_delivery_gives_what_the_open_one_gives(
    settings: Settings, raw: Settings, parties: Parties, contract: Contract
) -> None:
    sealed(contract, raw, settings, parties)
    closed = take_in(as_sealed(contract), settings, parties.hub)
    plain = take_in(contract, raw, parties.open)
    own = {"content_mac": b"", "pulled_at": None}
    assert replace(closed, **own) == replace(plain, **own)
    for name in (*(table.name for table in contract.tables), "tokens"):
        one = read_incoming(settings, contract.source, MONTH, name)
        assert one.equals(read_incoming(raw, contract.source, MONTH, name), check_metadata=True)


def test_nothing_of_a_person_is_in_clear_at_the_authority_or_on_the_way(
    settings: Settings, raw: Settings, parties: Parties
) -> None:
    file = sealed(OFFICE, raw, settings, parties)
    left = [p for root in (raw.home, settings.inbox) for p in root.rglob("*") if p.is_file()]
    assert {path.name for path in left} == {FILE_NAME, "manifest.json"}
    content = b"".join(path.read_bytes() for path in left)
    assert [s for s in SECRETS if s.encode() in content or s.encode("utf-16-le") in content] == []
    assert file.stat().st_mode & 0o077 == 0


def test_all_keys_of_the_hub_and_a_complete_list_of_names_recompute_no_token(
    settings: Settings, raw: Settings, parties: Parties
) -> None:
    sealed(OFFICE, raw, settings, parties)
    take_in(as_sealed(OFFICE), settings, parties.hub)
    stored = values(read_incoming(settings, OFFICE.source, MONTH, "tokens"))
    listed = everybody()
    guesses = {LINK: parties.open.roots[LINK]}
    for domain, root in parties.hub.roots.items():
        # Any secret the hub holds, and what it can derive for itself, in the place of the key.
        guesses[f"{domain} as it is"] = replace(root, domain=LINK)
        for kid in (root.kid, parties.open.roots[LINK].kid):
            derived = subkey(root.secret, LINK, "link", kid).secret
            guesses[f"{domain} derived for {kid}"] = replace(root, kid=kid, secret=derived)
    found = {
        name: len(values(encode(listed, with_link(parties.hub, root), MONTH)) & stored)
        for name, root in guesses.items()
    }
    assert found.pop(LINK) > 20
    assert len(found) >= 18
    assert set(found.values()) == {0}


def test_what_an_authority_sealed_does_not_open_with_the_keys_of_another(
    settings: Settings, raw: Settings, parties: Parties
) -> None:
    file = sealed(OFFICE, raw, settings, parties)
    addressed = Addressed(OFFICE.source, MONTH)
    sender = parties.hub.party(OFFICE.source).key("sender")
    other = parties.authorities[JOBS.source]
    for root in other.roots.values():
        pair = private_key(root)
        named = replace(pair, kid=parties.hub.party("hub").key("receiving").kid)
        with file.open("rb") as stream, pytest.raises(DeliveryError):
            read_content(stream, addressed, named, sender)


def test_who_knows_all_tokens_of_a_delivery_cannot_tell_whether_it_holds_them(
    settings: Settings, raw: Settings, parties: Parties
) -> None:
    first = sealed(OFFICE, raw, settings, parties).read_bytes()
    elsewhere = replace(settings, inbox=settings.inbox / "again")
    second = sealed(OFFICE, raw, elsewhere, parties).read_bytes()
    pieces = {first[at : at + 16] for at in range(400, len(first) - 16, 16)}
    assert not pieces & {second[at : at + 16] for at in range(400, len(second) - 16)}
    known = token_sets(everybody(), parties.authorities[JOBS.source], epochs_of(MONTH))
    words = [value.to_bytes(8, "little", signed=True) for value in values(known)]
    assert [word for word in words if word in first] == []


def test_one_authority_cannot_deliver_in_the_name_of_another(
    settings: Settings, raw: Settings, parties: Parties
) -> None:
    own, other = (parties.authorities[contract.source] for contract in (OFFICE, JOBS))
    forger = other.roots[sender_domain(JOBS.source)]
    name = sender_domain(OFFICE.source)
    stolen = replace(forger, domain=name, kid=own.roots[name].kid)
    forged = replace(own, roots={**own.roots, name: stolen})
    seal_delivery(OFFICE, MONTH, settings.inbox, raw, forged)
    with pytest.raises(DeliveryError, match="cut or changed"):
        take_in(as_sealed(OFFICE), settings, parties.hub)


def test_another_months_delivery_does_not_open_as_this_ones(
    settings: Settings, raw: Settings, parties: Parties
) -> None:
    file = sealed(OFFICE, raw, settings, parties)
    later = file.parent.with_name("2026-11")
    file.parent.rename(later)
    note = json.loads((later / "manifest.json").read_text("utf-8"))
    note |= {"period": "2026-11", "created": "2026-12-03T06:00:00Z"}
    (later / "manifest.json").write_text(json.dumps(note), "utf-8")
    contract = as_sealed(OFFICE)
    pulled = pull(contract, date(2026, 11, 1), settings, parties.hub)
    with pytest.raises(DeliveryError, match="another source or month"):
        pseudonymise(contract, pulled, settings, parties.hub)


CHANGES: dict[str, Callable[[bytes], bytes]] = {
    "cut in the header": lambda whole: whole[:100],
    "cut at its last byte": lambda whole: whole[:-1],
    "cut in half": lambda whole: whole[: len(whole) // 2],
    "one more byte": lambda whole: whole + b"\0",
    "one bit": lambda whole: whole[:-50] + bytes([whole[-50] ^ 1]) + whole[-49:],
    "another header": lambda whole: whole.replace(b"kim-sealed-1", b"kim-sealed-2"),
    "another receiver": lambda whole: whole.replace(b'"to":"r', b'"to":"s'),
    "nothing": lambda whole: b"",
    "no box": lambda whole: b"PK\3\4" + whole[4:],
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_file_is_refused_and_leaves_nothing(
    settings: Settings, raw: Settings, parties: Parties, change: str
) -> None:
    file = sealed(OFFICE, raw, settings, parties)
    file.write_bytes(CHANGES[change](file.read_bytes()))
    with pytest.raises(DeliveryError, match="immigration_office 2026-10") as caught:
        take_in(as_sealed(OFFICE), settings, parties.hub)
    assert caught.value.rule in RULES
    assert not list(settings.incoming.rglob("*.parquet"))


@pytest.mark.parametrize("change", [{"sequence": 7}, {"created": "2026-11-01T00:00:00Z"}])
def test_the_manifest_beside_cannot_say_otherwise_than_the_one_inside(
    settings: Settings, raw: Settings, parties: Parties, change: dict[str, object]
) -> None:
    path = sealed(OFFICE, raw, settings, parties).with_name("manifest.json")
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | change), "utf-8")
    with pytest.raises(DeliveryError, match="manifest"):
        take_in(as_sealed(OFFICE), settings, parties.hub)


@pytest.mark.parametrize("domain", [f"pseudonym-{OFFICE.source}", LINK])
def test_a_new_key_at_the_authority_is_noticed(
    settings: Settings, raw: Settings, parties: Parties, domain: str
) -> None:
    own = parties.authorities[OFFICE.source]
    fresh = replace(own.roots[domain], secret=bytes(range(32)))
    changed = replace(own, roots={**own.roots, domain: fresh})
    seal_delivery(OFFICE, MONTH, settings.inbox, raw, changed)
    with pytest.raises(KeyFileError, match=domain):
        take_in(as_sealed(OFFICE), settings, parties.hub)


def test_what_goes_beyond_the_approval_is_refused(
    settings: Settings, raw: Settings, parties: Parties
) -> None:
    sealed(OFFICE, raw, settings, parties)
    contract = as_sealed(OFFICE)
    tables = tuple(replace(t, approved=t.name != "naturalisations") for t in contract.tables)
    with pytest.raises(LegalError, match="naturalisations"):
        take_in(replace(contract, tables=tables), settings, parties.hub)


def test_within_the_approval_it_is_taken_in(
    settings: Settings, raw: Settings, parties: Parties
) -> None:
    tables = tuple(replace(t, approved=t.name != "naturalisations") for t in OFFICE.tables)
    less = replace(OFFICE, tables=tables)
    sealed(less, raw, settings, parties)
    incoming = take_in(as_sealed(less), settings, parties.hub)
    assert incoming.tables["naturalisations"].rows_accepted == 0
    assert incoming.tables["naturalisations"].rows_withheld == 1


TABLE_CHANGES = {
    "a name in the place of a code": ("persons", "sex", "Mustermann"),
    "a number in the place of a pseudonym": ("persons", "record_pseudonym", "A10000001"),
    "a name in the place of a group": ("tokens-2026", "nationality_group", "Mustermann"),
    "a name as a pointer": ("tokens-2026", "same_as", ["Mustermann"]),
    "a number that is open": (RECONTACT, "record_pseudonym", "A10000001"),
    "a key that is not the authority's": (RECONTACT, "kid", "recontact-other.1"),
}


@pytest.mark.parametrize("change", TABLE_CHANGES)
def test_no_word_gets_in_that_the_contract_does_not_know(
    settings: Settings, raw: Settings, parties: Parties, change: str
) -> None:
    table, column, value = TABLE_CHANGES[change]
    content = opened(settings, raw, parties)
    found = content.tables[table]
    place = found.column_names.index(column)
    field = found.schema.field(place)
    changed = found.set_column(place, field, pa.array([value] * found.num_rows, field.type))
    deliver_again(settings, parties, replace(content, tables={**content.tables, table: changed}))
    refused(settings, parties)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("rejections", [{"reason": "Mustermann", "column": None, "count": 1, "rows": [1]}]),
        ("rejections", [{"reason": "primary key missing", "column": "M.", "count": 1, "rows": []}]),
        ("unreadable", {"Mustermann": {"count": 1, "rows": [1]}}),
        ("findings", {"Mustermann": 1}),
        ("columns", ["Mustermann"]),
        ("rows_read", "Mustermann"),
        ("rows_accepted", 2),
        ("rows_read", 0),
        ("rows_read", 1000),
    ],
)
def test_no_word_gets_in_by_the_counts(
    settings: Settings, raw: Settings, parties: Parties, name: str, value: object
) -> None:
    content = opened(settings, raw, parties)
    tables = json.loads(json.dumps(content.manifest["tables"]))
    tables["persons"][name] = value
    deliver_again(
        settings, parties, replace(content, manifest={**content.manifest, "tables": tables})
    )
    refused(settings, parties)


def test_tokens_serve_months_across_new_year_and_no_longer(
    settings: Settings, raw: Settings, parties: Parties
) -> None:
    sealed(OFFICE, raw, settings, parties)
    contract = as_sealed(OFFICE)
    pulled = pull(contract, MONTH, settings, parties.hub)
    plain = pull(OFFICE, MONTH, raw, parties.open)
    for month in (date(2026, 12, 1), date(2027, 1, 1)):
        made = delivered_tokens(contract, pulled, parties.hub, month)
        assert made.equals(delivered_tokens(OFFICE, plain, parties.open, month))
    with pytest.raises(DeliveryError, match="tokens of 2028"):
        delivered_tokens(contract, pulled, parties.hub, date(2028, 1, 1))


def test_a_correction_has_a_higher_number(
    settings: Settings, raw: Settings, parties: Parties
) -> None:
    keyring = parties.authorities[OFFICE.source]
    first = seal_delivery(OFFICE, MONTH, settings.inbox, raw, keyring)
    office_delivery(raw, sequence=1)
    with pytest.raises(DeliveryError, match="higher one"):
        seal_delivery(OFFICE, MONTH, settings.inbox, raw, keyring)
    again = seal_delivery(OFFICE, MONTH, settings.inbox, raw, keyring, sequence=2)
    assert (first.sequence, again.sequence) == (1, 2)
    assert take_in(as_sealed(OFFICE), settings, parties.hub).sequence == 2


@pytest.mark.parametrize("mode", ["open", "sealed"])
def test_record_numbers_open_to_their_authority_and_to_no_key_of_the_hub(
    settings: Settings, raw: Settings, parties: Parties, mode: str
) -> None:
    if mode == "sealed":
        sealed(OFFICE, raw, settings, parties)
        take_in(as_sealed(OFFICE), settings, parties.hub)
        rows = read_incoming(settings, OFFICE.source, MONTH, RECONTACT).to_pylist()
    else:
        take_in(OFFICE, raw, parties.open)
        rows = read_incoming(raw, OFFICE.source, MONTH, RECONTACT).to_pylist()
    own = parties.authorities[OFFICE.source].private_key(f"recontact-{OFFICE.source}")
    (row,) = rows
    entry = row["record_pseudonym"], row["envelope"], row["blob"]
    assert Reopener(OFFICE.source, own).open(*entry) == PERSON["AKTENZEICHEN"]
    strangers = {**parties.hub.roots, **parties.authorities[JOBS.source].roots}
    for root in strangers.values():
        pair = replace(private_key(root), kid=own.kid)
        with pytest.raises(KeyFileError):
            Reopener(OFFICE.source, pair).open(*entry)


def test_numbers_that_are_known_are_not_sealed_again(
    settings: Settings, raw: Settings, parties: Parties
) -> None:
    take_in(OFFICE, raw, parties.open)
    (row,) = read_incoming(raw, OFFICE.source, MONTH, RECONTACT).to_pylist()
    pulled = pull(OFFICE, MONTH, raw, parties.open)
    pseudonymise(OFFICE, pulled, raw, parties.open, {row["record_pseudonym"]})
    assert read_incoming(raw, OFFICE.source, MONTH, RECONTACT).num_rows == 0


def everybody() -> pa.Table:
    """List every person as an attacker with a perfect register would, and a few namesakes."""
    given, family = ("Şule", "Sule", "Şule Ayşe"), ("Öztürk-Canary", "Öztürk", "Kılıç", "Aydın")
    rows = [
        {
            "record_pseudonym": f"00000000-0000-0000-0000-{number:012}",
            "given": first,
            "family": last,
            "birth_year": 1985,
            "birth_month": 5,
            "birth_day": 17,
            "birth_place": "Trabzon",
            "nationality": "163",
            "sex": "w",
            "street": "Lindenstraße",
            "house_number": "7a",
            "postcode": "40822",
            "azr_number": "150301123456",
        }
        for number, (first, last) in enumerate(product(given, family))
    ]
    return pa.Table.from_pylist(rows, schema=LINK_FIELDS)


def values(tokens: pa.Table) -> set[int]:
    found: set[int] = set()
    for name in LINK_TOKENS.names:
        if name not in NAMES:
            column = tokens[name].combine_chunks()
            flat = column.flatten() if pa.types.is_list(column.type) else column
            found |= set(flat.drop_null().to_pylist())
    return found


def with_link(keyring: Keyring, root: RootKey) -> Keyring:
    return replace(keyring, roots={**keyring.roots, LINK: root})


def opened(settings: Settings, raw: Settings, parties: Parties) -> Content:
    sealed(OFFICE, raw, settings, parties)
    contract = as_sealed(OFFICE)
    pulled = pull(contract, MONTH, settings, parties.hub)
    return open_delivery(contract, pulled, parties.hub)


def deliver_again(settings: Settings, parties: Parties, content: Content) -> None:
    """Seal changed content as the authority could, with its own keys."""
    target = settings.inbox / OFFICE.source / "2026-10" / FILE_NAME
    target.unlink()
    own = parties.authorities[OFFICE.source]
    write_content(
        content,
        target,
        Addressed(OFFICE.source, MONTH),
        own.party("hub").key("receiving"),
        own.private_key(sender_domain(OFFICE.source)),
    )


def refused(settings: Settings, parties: Parties) -> None:
    with pytest.raises(KimError) as error:
        take_in(as_sealed(OFFICE), settings, parties.hub)
    assert isinstance(error.value, LegalError) or getattr(error.value, "rule", None) in RULES
    assert not any(word in str(error.value) for word in ("Mustermann", "M.", "A10000001"))
    assert not list(settings.incoming.rglob("*.parquet"))


@pytest.mark.parametrize(
    ("address", "sealed_at"),
    [
        ("sftp://h:22/out/{month}", "sftp://h:22/out/{month}/delivery.kim"),
        ("sftp://h/out/{month}/{town}.xlsx", "sftp://h/out/{month}/delivery.kim"),
        ("sftp://h/out/{town}/{month}/x.xlsx", "sftp://h/out/{month}/delivery.kim"),
        ("sftp://h/out/town-{town}/{month}.csv", "sftp://h/out/{month}/delivery.kim"),
        ("sftp://h/{town}/{month}.csv", "sftp://h/{month}/delivery.kim"),
    ],
)
def test_a_sealed_delivery_lies_in_one_place_for_all_towns(address: str, sealed_at: str) -> None:
    transport = replace(OFFICE.location.transport, kind="sftp")
    location = replace(OFFICE.location, template=address, transport=transport)
    assert as_sealed(replace(OFFICE, location=location)).location.template == sealed_at
