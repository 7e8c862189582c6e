import shutil
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest

from kim_pipeline.errors import KeyFileError
from kim_pipeline.privacy.key_file import key_path, key_paths
from kim_pipeline.privacy.keyring import DEMO_PASSPHRASE, Keyring, load_keyring
from kim_pipeline.privacy.keys import init_keys
from kim_pipeline.settings import Settings

SOURCES = ("immigration_office", "job_centre")
PASSPHRASE = b"a passphrase of our own"


@pytest.fixture(scope="session")
def real_keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("installation") / "keys"
    init_keys(folder, SOURCES, PASSPHRASE)
    return folder


@pytest.fixture
def real(settings: Settings, real_keys: Path) -> Settings:
    shutil.copytree(real_keys, settings.keys)
    return settings


def registry(keyring: Keyring) -> dict[str, tuple[str, str, str]]:
    return {info.domain: (info.kid, info.kcv, info.sentinel) for info in keyring.key_infos()}


def swap(folder: Path, one: str, other: str) -> None:
    aside = folder / "aside"
    key_path(folder, one).rename(aside)
    key_path(folder, other).rename(key_path(folder, one))
    aside.rename(key_path(folder, other))


def test_real_keys_open_with_their_passphrase_file(real: Settings, tmp_path: Path) -> None:
    file = tmp_path / "passphrase"
    file.write_bytes(PASSPHRASE + b"\n")
    file.chmod(0o400)
    loaded = load_keyring(replace(real, passphrase_file=file), SOURCES, demo_allowed=False)
    assert loaded.demo is False
    assert loaded == load_keyring(real, SOURCES, False, PASSPHRASE)


def test_two_installations_never_share_a_real_key(real: Settings, tmp_path: Path) -> None:
    init_keys(tmp_path / "second", SOURCES, PASSPHRASE)
    one = load_keyring(real, SOURCES, False, PASSPHRASE)
    other = load_keyring(replace(real, keys=tmp_path / "second"), SOURCES, False, PASSPHRASE)
    assert not {root.secret for root in one.roots.values()} & {
        root.secret for root in other.roots.values()
    }


def test_every_use_has_a_key_of_its_own(keyring: Keyring) -> None:
    keys = [
        *(keyring.pseudonym_key(source) for source in SOURCES),
        keyring.link_key("name", "2026"),
        keyring.link_key("name", "2027"),
        keyring.link_key("dob", "2026"),
        keyring.hub_key("name"),
        keyring.hub_key("name", "2026-01"),
        keyring.hub_key("name", "2026-02"),
        keyring.hub_key("dob", "2026-01"),
        keyring.register_key,
        keyring.record_key_key,
        keyring.cell_key,
        keyring.landing_key,
        keyring.content_key,
        keyring.audit_key,
    ]
    assert all(one.secret != other.secret for one, other in combinations(keys, 2))
    assert all(len(key.secret) == 32 and key.kid for key in keys)


def test_no_key_bytes_are_shown(keyring: Keyring) -> None:
    shown = repr(keyring) + str(keyring) + repr(keyring.key_infos()) + repr(keyring.landing_key)
    for root in keyring.roots.values():
        assert root.secret.hex() not in shown
        assert repr(root.secret)[2:-1] not in shown


def test_demo_keys_are_refused_for_real_data(settings: Settings) -> None:
    init_keys(settings.demo_keys, SOURCES, b"", demo=True)
    with pytest.raises(KeyFileError, match="invented data only"):
        load_keyring(settings, SOURCES, demo_allowed=False)
    assert load_keyring(settings, SOURCES, demo_allowed=True).demo


def test_real_keys_win_over_demo_keys(real: Settings) -> None:
    init_keys(real.demo_keys, SOURCES, b"", demo=True)
    assert load_keyring(real, SOURCES, True, PASSPHRASE).demo is False


def test_demo_keys_in_the_place_of_real_ones_are_refused(settings: Settings) -> None:
    init_keys(settings.keys, SOURCES, b"", demo=True)
    for demo_allowed in (True, False):
        with pytest.raises(KeyFileError, match="mixes demo and real"):
            load_keyring(settings, SOURCES, demo_allowed, DEMO_PASSPHRASE)


def test_the_public_passphrase_is_refused_for_real_keys(real: Settings, tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="your own"):
        init_keys(tmp_path / "second", SOURCES, DEMO_PASSPHRASE)
    with pytest.raises(KeyFileError, match="12 characters"):
        init_keys(tmp_path / "second", SOURCES, b"short")
    assert key_paths(tmp_path / "second") == []


def test_missing_keys_stop_the_run_and_none_is_made(settings: Settings, tmp_path: Path) -> None:
    for demo_allowed in (True, False):
        with pytest.raises(KeyFileError, match="kim keys init"):
            load_keyring(settings, SOURCES, demo_allowed, PASSPHRASE)
    assert list(tmp_path.iterdir()) == []


def test_one_missing_key_stops_the_run(real: Settings) -> None:
    key_path(real.keys, "cell").unlink()
    with pytest.raises(KeyFileError, match=r"cell\.key\.json is missing"):
        load_keyring(real, SOURCES, False, PASSPHRASE)
    assert not key_path(real.keys, "cell").exists()


def test_no_or_a_lax_passphrase_file_stops_the_run(real: Settings, tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="KIM_PASSPHRASE_FILE"):
        load_keyring(real, SOURCES, demo_allowed=False)
    file = tmp_path / "passphrase"
    file.write_bytes(PASSPHRASE)
    file.chmod(0o644)
    with pytest.raises(KeyFileError, match="chmod 0400"):
        load_keyring(replace(real, passphrase_file=file), SOURCES, demo_allowed=False)


def test_real_keys_below_the_state_folder_are_refused(settings: Settings) -> None:
    inside = replace(settings, keys=settings.home / "keys")
    init_keys(inside.keys, SOURCES, PASSPHRASE)
    with pytest.raises(KeyFileError, match="apart from data"):
        load_keyring(inside, SOURCES, False, PASSPHRASE)


def test_swapped_keys_of_two_sources_are_refused(real: Settings) -> None:
    swap(real.keys, "pseudonym-immigration_office", "pseudonym-job_centre")
    with pytest.raises(KeyFileError, match="another domain"):
        load_keyring(real, SOURCES, False, PASSPHRASE)


def test_the_keys_of_another_installation_fail_the_registry(
    real: Settings, keyring: Keyring
) -> None:
    loaded = load_keyring(real, SOURCES, False, PASSPHRASE)
    loaded.check_registry(registry(loaded))
    loaded.check_registry({})
    with pytest.raises(KeyFileError, match="put that key back"):
        keyring.check_registry(registry(loaded))


@pytest.mark.parametrize("place", [0, 1, 2])
def test_each_part_of_the_registry_counts(keyring: Keyring, place: int) -> None:
    known = registry(keyring)
    row = list(known["cell"])
    row[place] = "other"
    with pytest.raises(KeyFileError, match="domain cell"):
        keyring.check_registry(known | {"cell": (row[0], row[1], row[2])})


def test_a_key_that_was_not_loaded_is_not_invented(keyring: Keyring) -> None:
    with pytest.raises(KeyFileError, match="pseudonym-elsewhere"):
        keyring.pseudonym_key("elsewhere")
