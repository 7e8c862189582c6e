import io
import json
import os
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from Crypto.Cipher import AES

from kim_pipeline.errors import DeliveryError, KeyFileError
from kim_pipeline.privacy.key_derivation import Key
from kim_pipeline.privacy.sealed_file import (
    CHUNK,
    SealedReader,
    open_sealed,
    read_sealed,
    seal,
    sealed_meta,
)

KEY = Key("landing.1", bytes(range(32)))
META = {"source": "job_centre", "period": "2026-10"}
FULL = CHUNK + 16
PLAIN = os.urandom(2 * CHUNK + 500)


def header_end(sealed: bytes) -> int:
    return 8 + struct.unpack(">I", sealed[4:8])[0]


def swapped(sealed: bytes) -> bytes:
    end = header_end(sealed)
    first, second = sealed[end : end + FULL], sealed[end + FULL : end + 2 * FULL]
    return sealed[:end] + second + first + sealed[end + 2 * FULL :]


def repeated(sealed: bytes) -> bytes:
    end = header_end(sealed)
    return sealed[: end + FULL] + sealed[end:]


def flipped(sealed: bytes) -> bytes:
    place = header_end(sealed) + 5
    return sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]


MANIPULATIONS: dict[str, Callable[[bytes], bytes]] = {
    "last byte cut": lambda sealed: sealed[:-1],
    "cut after the first chunk": lambda sealed: sealed[: header_end(sealed) + FULL],
    "cut after the second chunk": lambda sealed: sealed[: header_end(sealed) + 2 * FULL],
    "chunks swapped": swapped,
    "chunk repeated": repeated,
    "byte appended": lambda sealed: sealed + b"x",
    "bit flipped": flipped,
    "header edited": lambda sealed: sealed.replace(b'"2026-10"', b'"2026-11"'),
    "body gone": lambda sealed: sealed[: header_end(sealed)],
    "header cut": lambda sealed: sealed[:40],
    "other magic": lambda sealed: b"KIM2" + sealed[4:],
    "header length too large": lambda sealed: sealed[:4] + b"\xff" * 4 + sealed[8:],
    "wrapped key edited": lambda sealed: sealed.replace(b'"wrapped":"', b'"wrapped":"00'),
    "nothing left": lambda sealed: b"",
}


def sealed_bytes(path: Path, plain: bytes = PLAIN) -> bytes:
    seal(io.BytesIO(plain), path, KEY, META)
    return path.read_bytes()


def test_test_case_16_of_the_gcm_specification_holds() -> None:
    key = bytes.fromhex("feffe9928665731c6d6a8f9467308308" * 2)
    cipher = AES.new(key, AES.MODE_GCM, nonce=bytes.fromhex("cafebabefacedbaddecaf888"))
    cipher.update(bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2"))
    text, tag = cipher.encrypt_and_digest(
        bytes.fromhex(
            "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
            "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
        )
    )
    assert text.hex() == (
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
        "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
    )
    assert tag.hex() == "76fc6ece0f4e1768cddf8853bb2d551b"


def test_the_key_wrap_vector_of_rfc_3394_holds() -> None:
    wrapped = AES.new(bytes(range(32)), AES.MODE_KW).seal(
        bytes.fromhex("00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f")
    )
    assert wrapped.hex() == (
        "28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21"
    )


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_what_is_sealed_comes_back(tmp_path: Path, size: int) -> None:
    plain = os.urandom(size)
    path = tmp_path / "sealed"
    seal(io.BytesIO(plain), path, KEY, META)
    assert b"".join(open_sealed(path, KEY)) == plain
    assert read_sealed(path, KEY).getvalue() == plain
    assert io.BufferedReader(SealedReader(path, KEY)).read() == plain
    assert path.stat().st_size == header_end(path.read_bytes()) + size + 16 * max(
        1, -(-size // CHUNK)
    )


def test_an_iterable_of_uneven_pieces_is_sealed_like_a_file(tmp_path: Path) -> None:
    seal((PLAIN[at : at + 777] for at in range(0, len(PLAIN), 777)), tmp_path / "f", KEY, META)
    assert read_sealed(tmp_path / "f", KEY).getvalue() == PLAIN


@pytest.mark.parametrize("manipulation", MANIPULATIONS)
def test_a_manipulated_file_is_refused_by_its_own_name(tmp_path: Path, manipulation: str) -> None:
    path = tmp_path / "0f9c2a"
    path.write_bytes(MANIPULATIONS[manipulation](sealed_bytes(tmp_path / "original")))
    with pytest.raises(DeliveryError, match="0f9c2a"):
        read_sealed(path, KEY)


def test_a_wrong_key_is_named_before_anything_is_decrypted(tmp_path: Path) -> None:
    sealed_bytes(tmp_path / "f")
    for other in (Key("landing.2", KEY.secret), Key("landing.1", bytes(32))):
        with pytest.raises(KeyFileError, match=r"sealed under landing\.1"):
            next(open_sealed(tmp_path / "f", other))


def test_the_meta_is_trusted_only_with_its_chunk(tmp_path: Path) -> None:
    sealed = sealed_bytes(tmp_path / "f")
    assert sealed_meta(tmp_path / "f", KEY) == META
    (tmp_path / "g").write_bytes(MANIPULATIONS["header edited"](sealed))
    with pytest.raises(DeliveryError):
        sealed_meta(tmp_path / "g", KEY)


def test_no_two_files_share_key_prefix_or_text(tmp_path: Path) -> None:
    files = [sealed_bytes(tmp_path / str(number), b"same text") for number in range(200)]
    headers = [json.loads(file[8 : header_end(file)]) for file in files]
    assert len({header["wrapped"] for header in headers}) == 200
    assert len({header["prefix"] for header in headers}) == 200
    assert len({file[header_end(file) :] for file in files}) == 200


def test_nothing_of_the_plaintext_is_in_the_file(tmp_path: Path) -> None:
    assert b"Mustermann" not in sealed_bytes(tmp_path / "f", b"Mustermann;Erika\r\n" * 9000)


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    def breaks_off() -> Iterator[bytes]:
        yield PLAIN
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        seal(breaks_off(), tmp_path / "f", KEY, META)
    assert list(tmp_path.iterdir()) == []


def test_only_the_owner_may_read_and_nothing_is_overwritten(tmp_path: Path) -> None:
    before = sealed_bytes(tmp_path / "f")
    assert (tmp_path / "f").stat().st_mode & 0o777 == 0o600
    with pytest.raises(DeliveryError, match="exists"):
        seal(io.BytesIO(b""), tmp_path / "f", KEY, META)
    assert (tmp_path / "f").read_bytes() == before


def test_a_missing_file_and_a_link_are_refused(tmp_path: Path) -> None:
    sealed_bytes(tmp_path / "f")
    (tmp_path / "link").symlink_to(tmp_path / "f")
    for name in ("link", "missing"):
        with pytest.raises(DeliveryError, match=name):
            read_sealed(tmp_path / name, KEY)
