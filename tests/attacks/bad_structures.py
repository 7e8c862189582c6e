"""Bad deliveries of structured files: XML, archives, databases, made to break their readers."""

import io
import shutil
import stat
import struct
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from good_deliveries import CASES, JOBS, OFFICE
from spoiling import Bad, Spoil, content, manifest, sqlite, swap

XML, DATABASE, ZIP = "xsozial.xml", "case_management.sqlite", "delivery.zip"
ZIPPED = replace(
    OFFICE,
    location=replace(
        OFFICE.location,
        template="${KIM_INBOX}/immigration_office/{month}/delivery.zip",
        archive="zip",
    ),
)
LAUGHS = "".join(
    f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "Mustervogelschrei"}">' for n in range(12)
)


def _xml(change: Callable[[bytes], bytes]) -> Spoil:
    return content(XML, change)


def _doctype(inside: str, name: str = "&e;") -> Spoil:
    """Put a document type before the root and use its entity in the first name."""

    def change(whole: bytes) -> bytes:
        named = whole.replace(b"<Familienname>", f"<Familienname>{name}".encode(), 1)
        return named.replace(b"<XSozial", f"<!DOCTYPE XSozial {inside}>\n<XSozial".encode(), 1)

    return _xml(change)


def _deep(whole: bytes) -> bytes:
    return whole.replace(b"</XSozial>", b"<a>" * 20_000 + b"</a>" * 20_000 + b"</XSozial>")


def _zip(make: Callable[[zipfile.ZipFile, Path], object]) -> Spoil:
    """Pack the folder's files as `make` does it, and take the files away."""

    def spoil(folder: Path) -> None:
        with zipfile.ZipFile(folder / ZIP, "w", zipfile.ZIP_DEFLATED) as archive:
            make(archive, folder)

    return spoil


def _good(archive: zipfile.ZipFile, folder: Path) -> None:
    for table in OFFICE.tables:
        archive.write(folder / table.delivered, table.delivered)


def _also(name: str, inside: bytes = b"x", mode: int = 0) -> Spoil:
    """Pack what is agreed and one member more."""

    def make(archive: zipfile.ZipFile, folder: Path) -> None:
        _good(archive, folder)
        member = zipfile.ZipInfo("placeholder")
        member.filename = name
        member.external_attr = mode << 16
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a name that is there already
            archive.writestr(member, inside, zipfile.ZIP_DEFLATED)

    return _zip(make)


def _bomb(archive: zipfile.ZipFile, folder: Path) -> None:
    for table in OFFICE.tables[1:]:
        archive.write(folder / table.delivered, table.delivered)
    archive.writestr(OFFICE.tables[0].delivered, b"0" * 100_000_000)


def _many(archive: zipfile.ZipFile, folder: Path) -> None:
    _good(archive, folder)
    for number in range(5_000):
        archive.writestr(f"{number}.csv", b"")


def _one_less(archive: zipfile.ZipFile, folder: Path) -> None:
    for table in OFFICE.tables[1:]:
        archive.write(folder / table.delivered, table.delivered)


def _inner() -> bytes:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("persons.csv", b"x" * 1000)
    return inner.getvalue()


def _nested(archive: zipfile.ZipFile, folder: Path) -> None:
    _one_less(archive, folder)
    archive.writestr(OFFICE.tables[0].delivered, _inner())


def _in_directory(offset: int, form: str, value: int) -> Spoil:
    """Pack what is agreed, then lie in the archive's directory about its first member."""

    def spoil(folder: Path) -> None:
        _zip(_good)(folder)
        whole = bytearray((folder / ZIP).read_bytes())
        struct.pack_into(form, whole, whole.index(b"PK\x01\x02") + offset, value)
        (folder / ZIP).write_bytes(bytes(whole))

    return spoil


def _overlapping(folder: Path) -> None:
    """Let the second entry of the directory point at the bytes of the first."""
    _zip(_good)(folder)
    whole = bytearray((folder / ZIP).read_bytes())
    first = whole.index(b"PK\x01\x02")
    second = whole.index(b"PK\x01\x02", first + 4)
    whole[second + 42 : second + 46] = whole[first + 42 : first + 46]
    (folder / ZIP).write_bytes(bytes(whole))


def _cut_zip(folder: Path) -> None:
    _zip(_good)(folder)
    content(ZIP, lambda whole: whole[: len(whole) // 2])(folder)


def _damaged_zip(folder: Path) -> None:
    _zip(_good)(folder)
    content(ZIP, lambda whole: whole[:300] + bytes(200) + whole[500:])(folder)


def _linked_database(folder: Path) -> None:
    path = folder / DATABASE
    shutil.move(path, path.with_name("other.sqlite"))
    path.symlink_to(path.with_name("other.sqlite"))


TEXTS = (
    Bad("XML cut off", JOBS, _xml(lambda b: b[: len(b) * 2 // 3]), "half"),
    Bad("XML cut between two persons", JOBS,
        _xml(lambda b: b[: b.rindex(b"<Person>")] + b"</XSozial>"), "half"),
    Bad("the same XML twice in a file", JOBS, _xml(lambda b: b + b), "half"),
    Bad("XML of another month", JOBS, swap(XML, b'"2026-10"', b'"2026-09"'), "wrong_month", "T40"),
    Bad("XML of another kind", JOBS, swap(XML, b"XSozial", b"XAndere"), "wrong_file"),
    Bad("XML that says another encoding", JOBS, swap(XML, b"windows-1252", b"utf-7"), "encoding"),
    Bad("XML without rows", JOBS,
        lambda f: (_xml(lambda b: b[: b.index(b"<Person>")] + b"</XSozial>")(f),
                   manifest(tables={})(f)), "persons_present"),
    Bad("a billion laughs", JOBS, _doctype(f"[{LAUGHS}]", "&l11;"), "unsafe", "T10"),
    Bad("quadratic growth", JOBS, _doctype(f'[<!ENTITY e "{"x" * 50_000}">]', "&e;" * 500),
        "unsafe", "T10"),
    Bad("an entity that is a file", JOBS, _doctype('[<!ENTITY e SYSTEM "file:///etc/passwd">]'),
        "unsafe", "T10"),
    Bad("an entity from the network", JOBS,
        _doctype('[<!ENTITY e SYSTEM "http://127.0.0.1:9/x">]'), "unsafe", "T10"),
    Bad("a DTD from the network", JOBS, _doctype('SYSTEM "http://127.0.0.1:9/x.dtd"', ""),
        "unsafe", "T10"),
    Bad("a parameter entity", JOBS,
        _doctype('[<!ENTITY % p SYSTEM "file:///etc/hostname"> %p;]', ""), "unsafe", "T10"),
    Bad("an empty document type", JOBS, _doctype("[ ]", ""), "unsafe", "T10"),
    Bad("an inclusion of a file", JOBS,
        swap(XML, b"</XSozial>",
             b'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd"'
             b' parse="text"/></XSozial>'), "accepted", "T10"),
    Bad("a stylesheet to fetch", JOBS,
        swap(XML, b"<XSozial", b'<?xml-stylesheet href="http://127.0.0.1:9/x.xsl"?>\n<XSozial'),
        "accepted", "T10"),
    Bad("XML nested 20,000 deep", JOBS, _xml(_deep), "half", "T10"),
)  # fmt: skip
ARCHIVES = (
    Bad("a good archive", ZIPPED, _zip(_good), "accepted"),
    Bad("a zip bomb of 1,000 : 1", ZIPPED, _zip(_bomb), "unsafe", "T11"),
    Bad("an archive inside the archive", ZIPPED, _zip(_nested), "unsafe", "T11"),
    Bad("5,000 members", ZIPPED, _zip(_many), "unsafe", "T11"),
    Bad("members that overlap", ZIPPED, _overlapping, "unsafe", "T11"),
    Bad("a size that lies low", ZIPPED, _in_directory(24, "<I", 10), "half", "T11"),
    Bad("a size that lies high", ZIPPED, _in_directory(24, "<I", 0xFFFFFFF0), "unsafe", "T11"),
    Bad("an encrypted member", ZIPPED, _in_directory(8, "<H", 1), "unsafe", "T11"),
    Bad("a compression nobody knows", ZIPPED, _in_directory(10, "<H", 99), "unsafe", "T11"),
    Bad("a member that climbs out", ZIPPED, _also("../../owned.csv"), "unsafe", "T12"),
    Bad("a member with an absolute path", ZIPPED, _also("/etc/owned.csv"), "unsafe", "T12"),
    Bad("a member with backslashes", ZIPPED, _also("..\\..\\owned.csv"), "unsafe", "T12"),
    Bad("a member on another drive", ZIPPED, _also("C:owned.csv"), "unsafe", "T12"),
    Bad("a member more, named to be read the other way", ZIPPED, _also("a\u202evsc.exe"),
        "accepted", "T12"),
    Bad("a member more, named like a device", ZIPPED, _also("CON"), "accepted", "T12"),
    Bad("a member that is a link", ZIPPED,
        _also("notes.csv", b"/etc/passwd", stat.S_IFLNK | 0o777), "unsafe", "T12"),
    Bad("two members of one name", ZIPPED, _also("persons.csv"), "unsafe", "T11"),
    Bad("an archive cut off", ZIPPED, _cut_zip, "half"),
    Bad("an archive damaged inside", ZIPPED, _damaged_zip, "half"),
    Bad("a member is missing", ZIPPED, _zip(_one_less), "wrong_file"),
    Bad("no archive at all", ZIPPED, lambda f: (f / ZIP).write_bytes(b"persons" * 100), "half"),
)  # fmt: skip
DATABASES = (
    Bad("no database", CASES, lambda f: (f / DATABASE).write_bytes(b"Mustervogelschrei " * 99),
        "unreadable"),
    Bad("a database cut off", CASES, content(DATABASE, lambda b: b[: len(b) // 2]), "unreadable"),
    Bad("a database behind a link", CASES, _linked_database, "unsafe", "T12"),
    Bad("a table is missing", CASES, sqlite("DROP TABLE cases"), "changed_header"),
    Bad("a column is missing", CASES,
        sqlite('ALTER TABLE clients RENAME COLUMN sex TO "x; DROP TABLE clients"'),
        "changed_header", "T13"),
    Bad("a view that loads a program", CASES,
        sqlite("ALTER TABLE goals RENAME TO g",
               "CREATE VIEW goals AS SELECT load_extension('/tmp/x') AS goal_id, * FROM g"),
        "changed_header", "T13"),
    Bad("bytes for texts", CASES, sqlite("UPDATE clients SET sex = x'C328'"), "fields_readable"),
)  # fmt: skip
BAD_STRUCTURES = (*TEXTS, *ARCHIVES, *DATABASES)
