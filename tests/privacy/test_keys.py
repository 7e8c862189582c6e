import json
from pathlib import Path

import pytest

from kim_pipeline.errors import KeyFileError
from kim_pipeline.privacy.key_domains import SHARED_DOMAINS
from kim_pipeline.privacy.key_file import key_paths
from kim_pipeline.privacy.keyring import load_keyring
from kim_pipeline.privacy.keys import REAL_COST, init_keys
from kim_pipeline.settings import Settings

PASSPHRASE = b"a passphrase of our own"


def test_each_source_and_each_purpose_gets_one_private_file(tmp_path: Path) -> None:
    made = init_keys(tmp_path / "keys", ["a", "b"], PASSPHRASE)
    domains = ["pseudonym-a", "pseudonym-b", *SHARED_DOMAINS]
    assert [info.domain for info in made] == domains
    files = key_paths(tmp_path / "keys")
    assert sorted(path.name for path in files) == sorted(f"{name}.key.json" for name in domains)
    assert {path.stat().st_mode & 0o777 for path in files} == {0o400}
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700


def test_the_files_of_a_folder_share_one_strong_stretching(tmp_path: Path) -> None:
    init_keys(tmp_path / "keys", ["a"], PASSPHRASE)
    found = {
        json.dumps(json.loads(path.read_text())["kdf"]) for path in key_paths(tmp_path / "keys")
    }
    assert len(found) == 1
    assert json.loads(found.pop())["n"] == REAL_COST


def test_existing_keys_are_kept(settings: Settings) -> None:
    init_keys(settings.keys, ["a"], PASSPHRASE)
    before = {path: path.read_bytes() for path in key_paths(settings.keys)}
    with pytest.raises(KeyFileError, match="holds 8 keys"):
        init_keys(settings.keys, ["a", "b"], PASSPHRASE)
    with pytest.raises(KeyFileError, match="passphrase"):
        init_keys(settings.keys, ["a", "b"], b"another passphrase", add_missing=True)
    made = init_keys(settings.keys, ["a", "b"], PASSPHRASE, add_missing=True)
    assert [info.domain for info in made] == ["pseudonym-b"]
    assert {path: path.read_bytes() for path in before} == before
    assert load_keyring(settings, ["a", "b"], False, PASSPHRASE).demo is False


def test_demo_keys_are_marked_and_the_same_everywhere(tmp_path: Path) -> None:
    one = init_keys(tmp_path / "one", ["a"], b"", demo=True)
    other = init_keys(tmp_path / "other", ["a"], b"", demo=True)
    assert all(info.demo and info.kid.endswith(".demo") for info in one)
    assert [info.sentinel for info in one] == [info.sentinel for info in other]
    assert len({info.sentinel for info in one}) == len(one)


def test_demo_and_real_keys_do_not_mix(tmp_path: Path) -> None:
    init_keys(tmp_path / "keys", ["a"], b"", demo=True)
    with pytest.raises(KeyFileError):
        init_keys(tmp_path / "keys", ["b"], PASSPHRASE, add_missing=True)


def test_a_lax_folder_and_a_repository_are_refused(tmp_path: Path) -> None:
    (tmp_path / "lax").mkdir(0o755)
    with pytest.raises(KeyFileError, match="chmod 0700"):
        init_keys(tmp_path / "lax", ["a"], PASSPHRASE)
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "pyproject.toml").touch()
    with pytest.raises(KeyFileError, match="repository"):
        init_keys(tmp_path / "project" / "keys", ["a"], PASSPHRASE)
    assert not (tmp_path / "project" / "keys").exists()
    init_keys(tmp_path / "project" / "demo", ["a"], b"", demo=True)
