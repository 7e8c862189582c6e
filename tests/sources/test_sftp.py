"""Deliveries over SFTP: a real server, known by its key, read straight into the landing zone."""

import hashlib
import io
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import paramiko
import pytest
from sftp_server import USER, Server, running
from small_deliveries import FOLDER, MONTH, OFFICE, PERSON, office_delivery

from kim_pipeline.errors import ConfigError, DeliveryError, KeyFileError
from kim_pipeline.privacy.keyring import Keyring
from kim_pipeline.settings import Settings
from sources.contracts.contract import Contract
from sources.contracts.location import Transport
from sources.incoming.pseudonymise import pseudonymise
from sources.receiving.arrivals import delivered_months, has_delivered
from sources.receiving.intake import pull
from sources.receiving.landing import landed
from sources.transports.sftp import connect

KNOWN_HOSTS, KEY = "authority.known_hosts", "authority.key"
MANY = [PERSON | {"AKTENZEICHEN": f"A{number:08}"} for number in range(2000)]


@pytest.fixture(scope="module")
def client_key() -> paramiko.RSAKey:
    return paramiko.RSAKey.generate(2048)


@pytest.fixture
def server(settings: Settings, client_key: paramiko.RSAKey, tmp_path: Path) -> Iterator[Server]:
    settings.keys.mkdir(mode=0o700)
    written = io.StringIO()
    client_key.write_private_key(written)
    (settings.keys / KEY).write_text(written.getvalue())
    (settings.keys / KEY).chmod(0o600)
    root = tmp_path / "authority"
    office_delivery(replace(settings, inbox=root))
    with running(root, client_key) as made:
        (settings.keys / KNOWN_HOSTS).write_text(made.known_host)
        yield made


def contract(server: Server, **changes: object) -> Contract:
    transport = Transport(kind="sftp", user=USER, known_hosts_file=KNOWN_HOSTS, key_file=KEY)
    template = f"{server.address}/immigration_office/{{month}}"
    place = replace(OFFICE.location, template=template, transport=replace(transport, **changes))
    return replace(OFFICE, location=place)


def folder(server: Server) -> Path:
    return server.root / "immigration_office" / FOLDER


def test_a_delivery_comes_over_sftp_and_is_the_same_as_from_a_folder(
    server: Server, settings: Settings, keyring: Keyring
) -> None:
    pulled = pull(contract(server), MONTH, settings, keyring)
    assert pseudonymise(OFFICE, pulled, settings, keyring).rows_read == 4
    office_delivery(settings)
    assert pull(OFFICE, MONTH, settings, keyring) == pulled
    assert delivered_months([contract(server)], settings) == [MONTH]
    assert has_delivered(contract(server), MONTH, settings)
    assert not has_delivered(contract(server), date(2026, 11, 1), settings)


def test_nothing_of_it_is_written_in_the_clear(
    server: Server, settings: Settings, keyring: Keyring
) -> None:
    pull(contract(server), MONTH, settings, keyring)
    written = [path for path in settings.home.rglob("*") if path.is_file()]
    assert written
    assert not any(b"Canary" in path.read_bytes() for path in written)


def test_another_host_key_is_refused(server: Server, settings: Settings, keyring: Keyring) -> None:
    server.host_key = paramiko.RSAKey.generate(2048)
    with pytest.raises(DeliveryError, match="its host key is not the one known") as caught:
        pull(contract(server), MONTH, settings, keyring)
    assert caught.value.rule == "transport"
    assert server.log_ins == 0
    assert not settings.landing.exists()


def test_an_unknown_server_is_never_trusted_at_first_sight(
    server: Server, settings: Settings, keyring: Keyring
) -> None:
    (settings.keys / KNOWN_HOSTS).write_text("")
    with pytest.raises(DeliveryError, match="not in the known hosts"):
        pull(contract(server), MONTH, settings, keyring)
    assert server.log_ins == 0
    assert (settings.keys / KNOWN_HOSTS).read_text() == ""
    (settings.keys / KNOWN_HOSTS).unlink()
    with pytest.raises(ConfigError, match="write the host key"):
        pull(contract(server), MONTH, settings, keyring)


def test_a_log_in_needs_the_right_key_and_a_key_file_of_ones_own(
    server: Server, settings: Settings, keyring: Keyring
) -> None:
    with pytest.raises(DeliveryError, match="log-in was refused"):
        pull(contract(server, user="somebody"), MONTH, settings, keyring)
    (settings.keys / KEY).chmod(0o644)
    with pytest.raises(KeyFileError, match="open to group or others"):
        pull(contract(server), MONTH, settings, keyring)
    (settings.keys / KEY).chmod(0o600)
    (settings.keys / KEY).write_text("no key at all")
    with pytest.raises(ConfigError, match="no private key"):
        pull(contract(server), MONTH, settings, keyring)


def test_a_broken_transfer_leaves_nothing_and_the_next_pull_is_whole(
    server: Server, settings: Settings, keyring: Keyring
) -> None:
    office_delivery(replace(settings, inbox=server.root), MANY)

    def hang_up(transport: paramiko.Transport, offset: int) -> None:
        if offset > 0:
            transport.close()

    server.on_read = hang_up
    with pytest.raises(DeliveryError, match="connection broke") as caught:
        pull(contract(server), MONTH, settings, keyring)
    assert caught.value.rule == "transport"
    assert landed(settings.landing, OFFICE.source, MONTH) == ()
    assert not [path for path in settings.landing.rglob("*") if path.is_file()]
    server.on_read = lambda transport, offset: None
    pulled = pull(contract(server), MONTH, settings, keyring)
    assert pseudonymise(OFFICE, pulled, settings, keyring).tables["persons"].rows_accepted == 2000


def test_a_file_that_grows_while_it_is_read_is_not_taken(
    server: Server, settings: Settings, keyring: Keyring
) -> None:
    def write_on(transport: paramiko.Transport, offset: int) -> None:
        with (folder(server) / "persons.csv").open("ab") as file:
            file.write(b"A99999999;half a line" * 20_000)

    server.on_read = write_on
    with pytest.raises(DeliveryError, match="changed while it was read") as caught:
        pull(contract(server), MONTH, settings, keyring)
    assert caught.value.rule == "unfinished"
    assert landed(settings.landing, OFFICE.source, MONTH) == ()


def test_half_a_file_is_not_taken_where_a_checksum_is_agreed(
    server: Server, settings: Settings, keyring: Keyring
) -> None:
    agreed = contract(server, complete="checksum")
    with pytest.raises(DeliveryError, match=r"has no \.sha256 beside it"):
        pull(agreed, MONTH, settings, keyring)
    for path in sorted(folder(server).glob("*.csv")):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        path.with_name(f"{path.name}.sha256").write_text(f"{digest}  {path.name}\n")
    whole = (folder(server) / "persons.csv").read_bytes()
    (folder(server) / "persons.csv").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DeliveryError, match="announced checksum") as caught:
        pull(agreed, MONTH, settings, keyring)
    assert caught.value.rule == "half"
    (folder(server) / "persons.csv").write_bytes(whole)
    assert pull(agreed, MONTH, settings, keyring).size > 0


def test_a_server_that_answers_late_is_tried_again_and_a_dead_one_told(
    server: Server, settings: Settings
) -> None:
    location = contract(server).location
    server.refuse_first = 1
    with connect(location, settings, waits=(0.01,)) as place:
        assert place.names("/immigration_office") == [FOLDER]
    server.refuse_first = 9
    with (
        pytest.raises(DeliveryError, match="does not answer"),
        connect(location, settings, waits=(0.01,)),
    ):
        pass
    assert server.refuse_first == 7


def test_taken_files_are_deleted_at_the_server_where_agreed(
    server: Server, settings: Settings, keyring: Keyring
) -> None:
    taking = contract(server, delete_after_pull=True)
    first = pull(taking, MONTH, settings, keyring)
    assert list(folder(server).iterdir()) == []
    assert pull(taking, MONTH, settings, keyring) == first
    shutil.rmtree(folder(server))
    assert has_delivered(taking, MONTH, settings)


def test_a_symbolic_link_on_the_server_is_refused(
    server: Server, settings: Settings, keyring: Keyring
) -> None:
    (folder(server) / "persons.csv").unlink()
    (folder(server) / "persons.csv").symlink_to("/etc/passwd")
    with pytest.raises(DeliveryError, match="no ordinary file"):
        pull(contract(server), MONTH, settings, keyring)


def test_a_server_that_cannot_be_reached_is_held_to_its_delivery(
    server: Server, settings: Settings, keyring: Keyring
) -> None:
    (settings.keys / KNOWN_HOSTS).write_text("")
    assert has_delivered(contract(server), MONTH, settings)
    assert delivered_months([contract(server)], settings) == []
