"""A zip archive is read within limits, and refused before it can do harm (T11)."""

import io
import stat
import struct
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from small_deliveries import COURSE, JOBS, MONTH, OFFICE, PERSON, PROCEDURE, TITLE, XML, csv_bytes

from kim_pipeline.errors import DeliveryError
from sources.contracts.contract import Contract
from sources.readers.archive import Archive, Limits
from sources.readers.reading import WHOLE, read_tables, roles


def zipped(contract: Contract) -> Contract:
    return replace(contract, location=replace(contract.location, archive="zip"))


def packed(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return sink.getvalue()


OFFICE_FILES = {
    "persons.csv": csv_bytes([PERSON]),
    "residence_titles.csv": csv_bytes([TITLE]),
    "integration_courses.csv": csv_bytes([COURSE]),
    "naturalisations.csv": csv_bytes([PROCEDURE]),
}
GOOD = packed(OFFICE_FILES)


def office(content: bytes) -> dict[str, int]:
    tables = read_tables(zipped(OFFICE), {WHOLE: io.BytesIO(content)}, MONTH, "office")
    return {name: table.count for name, table in tables.items()}


def refusal(content: bytes) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        office(content)
    assert "Canary" not in str(caught.value)
    return caught.value


def test_an_archive_holds_the_files_of_the_tables() -> None:
    assert roles(zipped(OFFICE)) == (WHOLE,)
    assert office(GOOD) == dict.fromkeys((table.name for table in OFFICE.tables), 1)
    assert office(packed(OFFICE_FILES | {"Canary-liesmich.txt": b"x"}))["persons"] == 1


def test_an_archive_holds_one_xml_file_of_any_name() -> None:
    content = packed({"Canary-2026.XML": XML.encode("cp1252")})
    tables = read_tables(zipped(JOBS), {WHOLE: io.BytesIO(content)}, MONTH, "jobs")
    assert tables["benefits"].count == 2


def test_a_missing_or_second_file_is_refused() -> None:
    without = {name: content for name, content in OFFICE_FILES.items() if "persons" not in name}
    assert refusal(packed(without)).rule == "wrong_file"
    two = packed({"a.xml": XML.encode("cp1252"), "b.xml": XML.encode("cp1252")})
    with pytest.raises(DeliveryError, match=r"exactly one \.xml file"):
        read_tables(zipped(JOBS), {WHOLE: io.BytesIO(two)}, MONTH, "jobs")


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_a_cut_off_archive_is_refused(share: float) -> None:
    assert refusal(GOOD[: int(len(GOOD) * share)]).rule == "half"


def test_every_changed_byte_of_a_content_is_found() -> None:
    start = GOOD.index(b"persons.csv") + len("persons.csv")
    for place in range(start, start + 60, 7):
        changed = GOOD[:place] + bytes([GOOD[place] ^ 0x55]) + GOOD[place + 1 :]
        assert refusal(changed).rule in {"half", "unsafe"}


def peak_growth(work: Callable[[], object]) -> int:
    """Tell by how many MiB the most memory ever held has grown."""

    def peak() -> int:
        lines = Path("/proc/self/status").read_text("ascii").splitlines()
        return int(next(line.split()[1] for line in lines if line.startswith("VmHWM:"))) >> 10

    before = peak()
    work()
    return peak() - before


def test_a_bomb_is_refused_at_once_and_in_little_memory() -> None:
    sink = io.BytesIO()
    with (
        zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("persons.csv", "w") as member,
    ):
        for _ in range(200):
            member.write(bytes(1 << 20))
    content = sink.getvalue()
    assert len(content) * 1000 < 220 << 20
    start = time.perf_counter()
    assert peak_growth(lambda: refusal(content)) < 50
    assert time.perf_counter() - start < 5
    assert "200 to 1" in str(refusal(content))


def lying(content: bytes, size: int) -> bytes:
    """Let the directory tell another size of the first member."""
    place = content.index(b"PK\x01\x02") + 24
    return content[:place] + struct.pack("<I", size) + content[place + 4 :]


@pytest.mark.parametrize("size", [1, 10, 1_000_000])
def test_a_size_that_lies_is_found(size: int) -> None:
    assert refusal(lying(GOOD, size)).rule in {"half", "unsafe"}


def test_overlapping_members_are_refused() -> None:
    content = bytearray(packed({"a.csv": b"Canary" * 50, "b.csv": b"Canary" * 50}, 0))
    directory = content.index(b"PK\x01\x02")
    second = content.index(b"PK\x01\x02", directory + 4)
    content[second + 42 : second + 46] = content[directory + 42 : directory + 46]
    with pytest.raises(DeliveryError, match="overlap"):
        Archive(io.BytesIO(bytes(content)), "office")


NAMES = [
    "../Canary.csv",
    "/etc/Canary.csv",
    "a/../../Canary",
    "C:\\Canary.csv",
    "a\\b.csv",
    "a\x01",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_path_name_that_leads_elsewhere_is_refused(name: str) -> None:
    error = refusal(packed(OFFICE_FILES | {name: b"Canary"}))
    assert (error.rule, "path name" in str(error)) == ("unsafe", True)


def special(change: Callable[[zipfile.ZipInfo], None]) -> bytes:
    info = zipfile.ZipInfo("Canary")
    change(info)
    sink = io.BytesIO(GOOD)
    with zipfile.ZipFile(sink, "a") as archive:
        archive.writestr(info, b"/etc/passwd")
    return sink.getvalue()


def test_a_link_is_refused() -> None:
    def link(info: zipfile.ZipInfo) -> None:
        info.external_attr = (stat.S_IFLNK | 0o777) << 16

    assert "no file" in str(refusal(special(link)))


def test_an_unusual_compression_is_refused() -> None:
    def bzip(info: zipfile.ZipInfo) -> None:
        info.compress_type = zipfile.ZIP_BZIP2

    assert "compression" in str(refusal(special(bzip)))


def test_an_encrypted_member_is_refused() -> None:
    content = bytearray(GOOD)
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert "encrypted" in str(refusal(bytes(content)))


def test_an_archive_inside_is_refused() -> None:
    assert "inside" in str(refusal(packed(OFFICE_FILES | {"persons.csv": GOOD})))


def test_names_that_differ_only_in_case_are_refused() -> None:
    assert "one name" in str(refusal(packed(OFFICE_FILES | {"PERSONS.CSV": b"Canary"})))


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (Limits(members=3), "more than 3 members"),
        (Limits(member_bytes=1 << 6), "a member of more than"),
        (Limits(total_bytes=1 << 9), "in all"),
    ],
)
def test_limits_hold(limits: Limits, said: str) -> None:
    with pytest.raises(DeliveryError, match=said):
        Archive(io.BytesIO(GOOD), "office", limits)
