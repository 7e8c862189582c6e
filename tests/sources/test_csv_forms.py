"""CSV is read in the form the contract says, and its encoding is found out where it says `auto`."""

import io
from dataclasses import replace

import pytest
from small_deliveries import OFFICE, PERSON, csv_bytes

from kim_pipeline.errors import DeliveryError
from sources.contracts.location import Location
from sources.readers.csv_reader import read_csv, stream_csv
from sources.readers.delivered import Delivered, join

PERSONS = OFFICE.table("persons")
AUTO = replace(OFFICE.location, encoding="auto")
WESTERN = PERSON | dict.fromkeys(("GEBURTSNAME", "ALIASNAMEN", "FRUEHERE_NAMEN"), "")
WESTERN["VORNAMEN"] = "Änne €"


def office(content: bytes, location: Location = AUTO) -> Delivered:
    return read_csv(io.BytesIO(content), PERSONS, location, "office")


@pytest.mark.parametrize(
    ("written", "found"),
    [("utf-8-sig", "utf-8"), ("utf-8", "utf-8"), ("cp1252", "cp1252"), ("utf-16", "utf-16")],
)
def test_the_encoding_is_found_out_for_every_file(written: str, found: str) -> None:
    delivered = office(csv_bytes([WESTERN], written))
    assert delivered.encoding == found
    assert delivered.rows["given_names"].to_pylist() == ["Änne €"]


@pytest.mark.parametrize(("written", "said"), [("utf-8", "cp1252"), ("utf-8", "latin-1")])
def test_a_header_read_in_another_encoding_says_encoding(written: str, said: str) -> None:
    fields = tuple(replace(f, delivered=f.delivered.replace("U", "Ü")) for f in PERSONS.fields)
    table = replace(PERSONS, fields=fields)
    content = ";".join(field.delivered for field in fields).encode(written) + b"\r\n"
    location = replace(OFFICE.location, encoding=said)
    with pytest.raises(DeliveryError) as caught:
        read_csv(io.BytesIO(content), table, location, "office")
    assert caught.value.rule == "encoding"
    assert read_csv(io.BytesIO(content), table, replace(location, encoding="utf-8"), "x").count == 0
    with pytest.raises(DeliveryError) as caught:
        read_csv(io.BytesIO(content.replace(b"AGS", b"PLZ")), table, AUTO, "office")
    assert caught.value.rule == "changed_header"


@pytest.mark.parametrize("content", [b"\x81Canary", b"Canary\0", b"\xef\xbb\xbfCan\xffary"])
def test_what_is_no_text_is_refused_by_its_rule(content: bytes) -> None:
    with pytest.raises(DeliveryError) as caught:
        office(content)
    assert caught.value.rule == "encoding"
    assert "Canary" not in str(caught.value)


def test_lines_above_the_header_are_skipped() -> None:
    text = replace(OFFICE.location.text, header_row=3)
    content = b"Auszug der Beh\xc3\xb6rde\r\n\r\n" + csv_bytes([PERSON], "utf-8")
    delivered = office(content, replace(AUTO, text=text))
    assert delivered.rows["family_name"].to_pylist() == [PERSON["FAMILIENNAME"]]


def test_the_number_of_a_bad_line_is_that_of_the_file() -> None:
    good = csv_bytes([PERSON | {"BEMERKUNG": ""}] * 3, "utf-8").splitlines(keepends=True)
    good.insert(3, b"A2;Canary\r\n")
    assert office(b"".join(good)).malformed == (4,)


def test_delimiter_and_quote_are_those_of_the_contract() -> None:
    text = replace(OFFICE.location.text, delimiter="|", quote_char="'")
    cells = {name: f"'{value}'" for name, value in PERSON.items()}
    content = "\n".join(("|".join(cells), "|".join(cells.values()))).encode()
    assert office(content, replace(AUTO, text=text)).rows["remark"].to_pylist() == [
        PERSON["BEMERKUNG"]
    ]


def test_streamed_rows_are_the_same_rows() -> None:
    content = csv_bytes([PERSON] * 9000)
    batches = [*stream_csv(io.BytesIO(content), PERSONS, OFFICE.location, "office")]
    assert len(batches) > 1
    assert sum(batch.num_rows for batch in batches) == office(content).count
    assert batches[0].schema.names == office(content).rows.column_names


def test_several_files_become_one_table() -> None:
    one, two = office(csv_bytes([PERSON])), office(csv_bytes([WESTERN] * 2, "cp1252"))
    both = join([one, replace(two, malformed=(7,), padded={"town_ags": 2})])
    assert (both.count, both.encoding, both.padded) == (4, None, {"town_ags": 2})
    assert join([one, one]).encoding == "utf-8"
