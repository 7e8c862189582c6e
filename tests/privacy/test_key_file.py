import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from Crypto.Cipher import AES

from kim_pipeline.errors import KeyFileError
from kim_pipeline.privacy.key_file import RootKey, Stretching, key_path, read_key, write_key

PASSPHRASE = b"correct horse battery"
SECRET = bytes(range(32))
STRETCHING = Stretching(1 << 4, 8, 1, b"0123456789abcdef")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "keys"
    made.mkdir(0o700)
    key = RootKey("link", "link.1", "2026-11-01T00:00:00+00:00", False, STRETCHING, SECRET)
    write_key(made, key, PASSPHRASE)
    return made


def rewrite(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    path = key_path(folder, "link")
    content = json.loads(path.read_text())
    change(content)
    path.chmod(0o600)
    path.write_text(json.dumps(content))
    path.chmod(0o400)


def test_the_key_wrap_vector_of_rfc_5649_holds() -> None:
    wrapping = bytes.fromhex("5840df6e29b02af1ab493b705bf16ea1ae8338f4dcc176a8")
    secret = bytes.fromhex("c37b7e6492584340bed12207808941155068f738")
    assert AES.new(wrapping, AES.MODE_KWP).seal(secret).hex() == (
        "138bdeaa9b8fa7fc61f97742e72248ee5ae6ae5360d1ae6a5f54f373fa543b6a"
    )


def test_the_scrypt_vector_of_rfc_7914_holds() -> None:
    stretched = Stretching(1024, 8, 16, b"NaCl").wrapping_key(b"password")
    assert stretched.hex() == "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"


def test_a_key_comes_back_and_its_file_is_private(folder: Path) -> None:
    assert read_key(folder, "link", PASSPHRASE).secret == SECRET
    assert key_path(folder, "link").stat().st_mode & 0o777 == 0o400


def test_the_file_and_the_value_show_no_secret(folder: Path) -> None:
    text = key_path(folder, "link").read_text()
    shown = repr(read_key(folder, "link", PASSPHRASE))
    assert SECRET.hex() not in text + shown
    assert repr(SECRET) not in shown


def test_a_key_is_never_overwritten(folder: Path) -> None:
    with pytest.raises(KeyFileError, match="never overwritten"):
        write_key(folder, read_key(folder, "link", PASSPHRASE), PASSPHRASE)


def test_a_wrong_passphrase_is_refused(folder: Path) -> None:
    with pytest.raises(KeyFileError, match="passphrase"):
        read_key(folder, "link", b"something else entirely")


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content.update(domain="hub"),
        lambda content: content.update(kid="hub.1"),
        lambda content: content.update(kid="link.2"),
        lambda content: content.update(kcv="0" * 16),
        lambda content: content.update(state="retired"),
        lambda content: content.update(fmt="kim-key-2"),
        lambda content: content.update(demo="false"),
        lambda content: content.pop("wrapped"),
        lambda content: content.update(wrapped=content["wrapped"][:-16]),
        lambda content: content.update(wrapped="not hex"),
        lambda content: content.pop("kdf"),
        lambda content: content["kdf"].update(n=1 << 30),
        lambda content: content["kdf"].update(n=17),
        lambda content: content["kdf"].update(salt="00"),
    ],
)
def test_a_changed_file_is_refused_by_name(
    folder: Path, change: Callable[[dict[str, Any]], object]
) -> None:
    rewrite(folder, change)
    with pytest.raises(KeyFileError, match=r"link\.key\.json"):
        read_key(folder, "link", PASSPHRASE)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b'{"fmt": "kim-key-1"}'])
def test_a_broken_file_is_refused(folder: Path, content: bytes) -> None:
    path = key_path(folder, "link")
    path.chmod(0o600)
    path.write_bytes(content)
    with pytest.raises(KeyFileError, match="restore it"):
        read_key(folder, "link", PASSPHRASE)


def test_a_renamed_file_is_refused(folder: Path) -> None:
    key_path(folder, "link").rename(key_path(folder, "hub"))
    with pytest.raises(KeyFileError, match="another domain"):
        read_key(folder, "hub", PASSPHRASE)


def test_a_truncated_file_is_refused(folder: Path) -> None:
    path = key_path(folder, "link")
    path.chmod(0o600)
    os.truncate(path, path.stat().st_size // 2)
    path.chmod(0o400)
    with pytest.raises(KeyFileError, match="not a whole key file"):
        read_key(folder, "link", PASSPHRASE)
