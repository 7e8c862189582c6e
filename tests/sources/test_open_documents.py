"""Open documents (ODS) are workbooks like any other, in what is read and in what is refused."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import replace

import pytest
from small_deliveries import OFFICE, PERSON

from kim_pipeline.errors import DeliveryError
from sources.contracts.contract import Contract
from sources.readers.workbook_reader import read_workbook

PERSONS = "persons.csv"
MANIFEST = 'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'
OPEN = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
)


def open_document(rows: Sequence[Sequence[str]], repeated: int = 1) -> bytes:
    cells = [
        "".join(
            f'<table:table-cell office:value-type="string" '
            f'table:number-columns-repeated="{repeated}"><text:p>{cell}</text:p></table:table-cell>'
            for cell in row
        )
        for row in rows
    ]
    body = "".join(
        f'<table:table-row table:number-rows-repeated="{repeated}">{row}</table:table-row>'
        for row in cells
    )
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", 8) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", f"<manifest:manifest {MANIFEST}/>")
        archive.writestr(
            "content.xml",
            f"<office:document-content {OPEN}><office:body><office:spreadsheet><table:table "
            f'table:name="{PERSONS}">{body}</table:table></office:spreadsheet></office:body>'
            "</office:document-content>",
        )
    return sink.getvalue()


def open_contract() -> Contract:
    location = replace(OFFICE.location, format="ods")
    return replace(OFFICE, location=location, tables=(OFFICE.table("persons"),))


def test_an_open_document_is_read_like_any_workbook() -> None:
    row = PERSON | {"BEMERKUNG": "Canary"}
    content = open_document([list(row), list(row.values())])
    read = read_workbook(io.BytesIO(content), open_contract(), "office")["persons"]
    assert read.rows["family_name"].to_pylist() == [PERSON["FAMILIENNAME"]]


def test_an_open_document_that_repeats_its_cells_without_end_is_refused() -> None:
    content = open_document([["Canary"]], repeated=1_000_000)
    with pytest.raises(DeliveryError) as caught:
        read_workbook(io.BytesIO(content), open_contract(), "office")
    assert caught.value.rule in {"half", "unsafe"}
    assert "Canary" not in str(caught.value)
