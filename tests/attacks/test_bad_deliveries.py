"""Bad and hostile deliveries: each ends as its rule says, and nothing of a refused one stays."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from arrivals_office import Receiver
from bad_files import BAD_FILES
from bad_structures import BAD_STRUCTURES
from bad_workbooks import BAD_WORKBOOKS
from byte_search import ByteSearch
from receivers import SOURCES, put_back, receiver
from spoiling import Bad

from kim_pipeline.settings import Settings
from sources.contracts.delivery_rules import RULES, DeliveryRule

BAD = (*BAD_FILES, *BAD_STRUCTURES, *BAD_WORKBOOKS)
PAGE = Path(__file__).parents[2] / "docs" / "deliveries.md"


@pytest.fixture(scope="module")
def office(
    server_settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Receiver]:
    with receiver(server_settings, tmp_path_factory.mktemp("receiver")) as made:
        yield made


@pytest.fixture(scope="module")
def before(office: Receiver) -> dict[str, str]:
    """The warehouse with its good month; what is accepted later is taken back again."""
    return office.warehouse()


def test_the_good_deliveries_are_good(office: Receiver) -> None:
    for contract in SOURCES:
        with put_back(office, contract.source):
            assert office.receive(contract).result == "accepted"


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.name)
def test_a_bad_delivery_ends_as_its_rule_says_and_leaves_nothing(
    bad: Bad,
    office: Receiver,
    before: dict[str, str],
    search: ByteSearch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with put_back(office, bad.contract.source) as folder:
        if bad.again:
            assert office.receive(bad.contract).result == "accepted"
        bad.spoil(folder)
        ended = office.receive(bad.contract)
        assert (ended.result, ended.rows_rejected) == (bad.result, bad.rows_rejected), ended
        if bad.warns:
            assert bad.warns in ended.warned
        assert office.warehouse() == before
        assert not [*office.settings.incoming.rglob("*.parquet")]
        assert search.in_tree([office.settings.home]) == set()
    said = ended.message + caplog.text
    assert search.in_content(said.encode(), "what was said") == set()
    assert "Mustervogelschrei" not in said
    assert "\n" not in ended.message


def test_the_table_is_long_and_names_its_rules() -> None:
    assert len(BAD) >= 60
    assert len({bad.name for bad in BAD}) == len(BAD)
    by_name = {bad.result for bad in BAD} | {bad.warns for bad in BAD}
    assert by_name >= RULES.keys() - {"transport", "town_missing", "unknown_columns"}


@pytest.mark.parametrize("part", ["rules", "bad deliveries"])
def test_the_page_shows_what_holds(part: str) -> None:
    start, end, made = PARTS[part]
    text = PAGE.read_text("utf-8")
    before, _, rest = text.partition(start)
    shown, _, after = rest.partition(end)
    if os.environ.get("KIM_WRITE_DOCS"):
        PAGE.write_text(f"{before}{start}{made()}{end}{after}", "utf-8")
    else:
        assert shown == made()


def _rules() -> str:
    def follows(rule: DeliveryRule) -> str:
        return "always refused" if rule.fixed else f"{rule.default}, unless the contract says"

    head = "| rule | finds | what follows |\n|---|---|---|\n"
    return head + "".join(f"| `{r.name}` | {r.finds} | {follows(r)} |\n" for r in RULES.values())


def _table() -> str:
    head = "| # | delivery | of | threat | ends |\n|---|---|---|---|---|\n"
    return head + "".join(f"| {n} | {_row(bad)} |\n" for n, bad in enumerate(BAD, 1))


def _row(bad: Bad) -> str:
    ends = bad.result if bad.result == "accepted" else f"refused: `{bad.result}`"
    if bad.warns:
        ends += f", warns: `{bad.warns}`"
    if bad.rows_rejected:
        ends += f", {bad.rows_rejected} row refused"
    return " | ".join([bad.name, _kind(bad), bad.threat, ends])


def _kind(bad: Bad) -> str:
    return bad.contract.location.archive or bad.contract.location.format


PARTS = {
    "rules": ("<!-- rules -->\n", "<!-- end of rules -->\n", _rules),
    "bad deliveries": ("<!-- bad deliveries -->\n", "<!-- end -->\n", _table),
}
