"""`kim erase` takes a record out of everything, the next month does not bring it back (T31)."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import pyarrow as pa
import pytest
from own_kreis import OwnKreis, installed
from small_kreis import MONTHS
from spoil import read_rows

from kim_pipeline.privacy.keyring import load_keyring
from kim_pipeline.privacy.pseudonyms import pseudonyms
from kim_pipeline.settings import Settings
from sources.contracts.contract import load_contracts
from sources.contracts.leading import PERSON

pytestmark = pytest.mark.long
OFFICE, FIRST, NEXT = "immigration_office", *MONTHS[:2]
PUBLISHED = ("published", "audit")


@dataclass(frozen=True)
class Story:
    """One record was erased after the first month; the second was run after that."""

    kreis: OwnKreis
    name: str
    said: str
    published: dict[str, bytes]
    after: dict[str, bytes]


def _number(kreis: OwnKreis) -> str:
    """Choose a record that is delivered in both months."""
    numbers = [
        {row["AKTENZEICHEN"] for row in read_rows(kreis.inbox / OFFICE / month / "persons.csv")}
        for month in (FIRST, NEXT)
    ]
    return min(numbers[0] & numbers[1])


def _pseudonym(kreis: OwnKreis, number: str) -> str:
    sources = [contract.source for contract in load_contracts()]
    keyring = load_keyring(kreis.settings, sources, demo_allowed=True)
    made = pseudonyms(pa.array([number]), keyring.pseudonym_key(OFFICE), PERSON)
    return str(made[0])


@pytest.fixture(scope="module")
def story(
    first_month: OwnKreis, server_settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("erased")
    with installed(server_settings, folder, like=first_month) as kreis:
        number = _number(kreis)
        name = _pseudonym(kreis, number)
        assert _places(kreis, name)
        before = kreis.dump(*PUBLISHED)
        (folder / "numbers.txt").write_text(f"{number}\n", encoding="utf-8")
        (folder / "numbers.txt").chmod(0o600)
        said = kreis.must(
            "erase", "--source", OFFICE, "--id-file", str(folder / "numbers.txt"),
            "--because", "Asked for by the person.",
        )  # fmt: skip
        yield Story(kreis, name, said, before, kreis.dump(*PUBLISHED))


def _places(kreis: OwnKreis, name: str) -> list[str]:
    """Name the tables and files that hold a pseudonym, as text or as bytes."""
    tables = [table for table, rows in kreis.dump().items() if name.encode() in rows]
    files = [path for path in kreis.settings.home.rglob("*") if path.is_file()]
    needles = (name.encode(), UUID(name).bytes)
    return tables + [str(p) for p in files if any(n in p.read_bytes() for n in needles)]


def test_the_record_is_in_no_table_and_no_file(story: Story) -> None:
    assert _places(story.kreis, story.name) == []
    assert "records found" in story.said
    assert not list((story.kreis.settings.landing / OFFICE).glob("*/*"))


def test_ledger_and_published_figures_stay_and_the_log_tells_of_it(story: Story) -> None:
    changed = {t for t in story.published if story.published[t] != story.after[t]}
    assert changed == {"audit.event"}
    assert "entries hold" in story.kreis.must("audit", "verify")
    assert "records erased" in story.kreis.must("audit", "list")


def test_the_next_delivery_does_not_bring_it_back(story: Story) -> None:
    story.kreis.must("run", "--month", NEXT)
    assert _places(story.kreis, story.name) == []
    count = "SELECT count(*) FROM core.person_month WHERE month = %s"
    assert story.kreis.rows(count, f"{NEXT}-01")[0][0] > 100
