"""Samples of zip archives: the CSV files inside are tables, or one XML file or workbook is all."""

import io
from dataclasses import replace
from pathlib import PurePosixPath
from typing import BinaryIO

from sources.authoring.samples import Sample, SampleTable, no_table
from sources.authoring.text_samples import sample_csv
from sources.authoring.workbook_samples import sample_workbook
from sources.authoring.xml_samples import sample_xml
from sources.contracts.location import WORKBOOKS
from sources.readers.archive import Archive
from sources.readers.workbook_reader import MOST_BYTES

ZIP = {"archive": "zip"}


def sample_archive(stream: BinaryIO, header_row: int | None) -> Sample:
    """Read what is inside, within the limits of the intake.

    Raises DeliveryError when it is no safe archive, or holds files of several forms or none known.
    """
    archive = Archive(stream, "The file")
    texts = [name for name in archive.names if _kind(name) == "csv"]
    others = [name for name in archive.names if _kind(name) in ("xml", *WORKBOOKS)]
    if texts and not others:
        return _tables(archive, texts, header_row)
    if texts or len(others) != 1:
        raise no_table("holds neither CSV files alone nor one XML file or workbook")
    name, kind = others[0], _kind(others[0])
    with archive.open(name, nested=kind in WORKBOOKS) as member:
        if kind == "xml":
            return _zipped(sample_xml(member))
        content = io.BytesIO(member.read(MOST_BYTES))
    return _zipped(sample_workbook(content, kind, header_row))


def _kind(name: str) -> str:
    return PurePosixPath(name).suffix.lower().lstrip(".")


def _tables(archive: Archive, names: list[str], header_row: int | None) -> Sample:
    """Read each CSV file as a table; all must be written in one way, for a contract knows one."""
    samples = []
    for name in names:
        with archive.open(name) as member:
            samples.append(sample_csv(member, header_row))
    first = samples[0]
    if any((one.encoding, one.marks) != (first.encoding, first.marks) for one in samples):
        raise no_table("holds CSV files of different encodings, delimiters or header rows")
    tables = [one.tables[0] for one in samples]
    values = {v.casefold() for t in tables for column in t.columns.values() for v in column if v}
    called = tuple(
        _called(n, name, t, values)
        for n, (name, t) in enumerate(zip(names, tables, strict=True), 1)
    )
    return _zipped(replace(first, tables=called, single=False))


def _called(number: int, name: str, table: SampleTable, values: set[str]) -> SampleTable:
    """Name a table by its file, unless a part of that name is a value."""
    words = PurePosixPath(name).stem.casefold().replace("-", "_").replace(" ", "_").split("_")
    hidden = any(word in values for word in (PurePosixPath(name).stem.casefold(), *words))
    return replace(table, delivered=f"TABELLE_{number}.csv" if hidden else name)


def _zipped(sample: Sample) -> Sample:
    return replace(sample, marks={**sample.marks, **ZIP})
