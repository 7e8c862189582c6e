"""An XÖV file is read by a contract alone: DIN 91379 names, dates known to day, month or year."""

import io
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np
import pytest
from small_deliveries import MONTH

from kim_pipeline.errors import ContractError, DeliveryError
from sources.contracts.contract import load_contract
from sources.incoming.typing import type_table
from sources.readers.delivered import Delivered
from sources.readers.xml_document import DECLARATION_BYTES
from sources.readers.xml_reader import read_xml, stream_xml

CONTRACT = load_contract(Path(__file__).parent / "xoev" / "xauslaender.odcs.yaml")
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<xa:bestand xmlns:xa="urn:example:xauslaender" xmlns:xi="urn:example:xinneres" monat="2026-10">
"""
NAME = "Ǆoão-Ḫālid C̨̆anary D’Ângelo Æṣ̌ß"


def person(number: int, born: str = "<xi:jahr>1985</xi:jahr>", titles: str = "") -> str:
    return f"""<xa:person kennung="P{number}"><xi:name>
<xi:familienname><xi:name>{NAME}</xi:name></xi:familienname>
<xi:vornamen><xi:name>Şule</xi:name></xi:vornamen></xi:name>
<xi:frueherername><xi:name>Kılıç</xi:name></xi:frueherername>
<xi:frueherername><xi:name>Aydın</xi:name></xi:frueherername>
<xi:geburt><xi:datum>{born}</xi:datum></xi:geburt>{titles}</xa:person>"""


def message(*persons: str, office: str = "05158000") -> str:
    head = f"<xa:kopf><xa:behoerde>{office}</xa:behoerde></xa:kopf>"
    return f"<xa:nachricht>{head}{''.join(persons)}</xa:nachricht>"


def delivery(*messages: str) -> bytes:
    return f"{HEAD}{''.join(messages)}</xa:bestand>".encode()


def read(content: bytes) -> dict[str, Delivered]:
    return read_xml(io.BytesIO(content), CONTRACT, MONTH, "office")


def test_names_keep_every_letter_and_repeated_names_become_a_list() -> None:
    persons = read(delivery(message(person(1))))["persons"].rows
    assert persons["family_name"].to_pylist() == [NAME]
    assert persons["other_names"].to_pylist() == ["Kılıç|Aydın"]
    assert persons["person_number"].to_pylist() == ["P1"]


def test_what_a_message_says_once_holds_for_its_persons_alone() -> None:
    first = message(person(1), person(2), office="05158000")
    rows = read(delivery(first, message(person(3), office="05158004")))["persons"].rows
    assert rows["office"].to_pylist() == ["05158000", "05158000", "05158004"]


def test_titles_know_their_person() -> None:
    titles = "".join(f"<xa:titel><xa:art><code>0{n}</code></xa:art></xa:titel>" for n in (1, 2))
    rows = read(delivery(message(person(1), person(2, titles=titles))))["titles"].rows
    assert rows["person_number"].to_pylist() == ["P2", "P2"]
    assert rows["title_code"].to_pylist() == ["01", "02"]


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("<xi:jahrMonatTag>1985-05-17</xi:jahrMonatTag>", (1985, 5, 17, "day")),
        ("<xi:jahrMonat>1985-05</xi:jahrMonat>", (1985, 5, None, "month")),
        ("<xi:jahr>1985</xi:jahr>", (1985, None, None, "year")),
        ("<xi:unbekannt>true</xi:unbekannt>", (None, None, None, "unknown")),
    ],
)
def test_a_partly_known_date_says_what_is_known(
    written: str, known: tuple[int | str | None, ...]
) -> None:
    rows = read(delivery(message(person(1, written))))["persons"].rows
    typed = type_table(rows, CONTRACT.table("persons"), CONTRACT.location.text)
    assert tuple(typed.columns["birth_date"].to_pylist()[0].values()) == known
    assert not typed.counts(np.arange(1, rows.num_rows + 1))


@pytest.mark.parametrize(
    "wrong",
    [
        delivery(message(person(1, "<xi:jahr>Canary</xi:jahr>"))),
        delivery(message(person(1)).replace(' kennung="P1"', "")),
        delivery(message(person(1)), "<xa:canary/>"),
    ],
)
def test_what_its_schema_does_not_allow_is_refused_by_its_line(wrong: bytes) -> None:
    with pytest.raises(DeliveryError, match=r"not valid by its schema at line \d+") as caught:
        read(wrong)
    assert caught.value.rule == "changed_header"
    assert "anary" not in str(caught.value)


def test_a_missing_schema_is_the_contract_s_fault() -> None:
    location = CONTRACT.location
    other = replace(location, xml=replace(location.xml, schema="other.xsd"))
    contract = replace(CONTRACT, location=other)
    with pytest.raises(ContractError, match=r"xmlSchema other\.xsd is missing"):
        read_xml(io.BytesIO(delivery(message(person(1)))), contract, MONTH, "office")


def test_streamed_rows_are_the_same_rows() -> None:
    content = delivery(*(message(person(number)) for number in range(500)))
    parts = [batch for name, batch in stream_xml(io.BytesIO(content), CONTRACT, MONTH, "office")]
    assert sum(batch.num_rows for batch in parts) == read(content)["persons"].count == 500


class Endless(io.RawIOBase):
    """A file whose first record goes on and on."""

    def __init__(self) -> None:
        start = (HEAD + message(person(1))).partition("<xi:geburt>")[0].encode()
        filler = "<xi:frueherername><xi:name>x</xi:name></xi:frueherername>" * 10_000
        self._parts = [start, *[filler.encode()] * 70]

    def read(self, size: int = -1) -> bytes:
        if size == DECLARATION_BYTES:
            return HEAD.encode()[:50]
        return self._parts.pop(0) if self._parts else b""

    def seek(self, offset: int, whence: int = 0) -> int:
        return 0


def test_a_record_without_end_is_refused_before_it_fills_the_memory() -> None:
    plain = replace(CONTRACT.location, xml=replace(CONTRACT.location.xml, schema=None))
    contract = replace(CONTRACT, location=plain)
    with pytest.raises(DeliveryError, match="a record has more than 32 MiB") as caught:
        read_xml(cast(BinaryIO, Endless()), contract, MONTH, "office")
    assert caught.value.rule == "unsafe"
