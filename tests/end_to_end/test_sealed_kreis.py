"""A Kreis whose authorities seal their deliveries has the same warehouse as an open one."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from own_kreis import OwnKreis, changed, installed
from small_kreis import ROOT

from kim_pipeline.settings import Settings
from sources.contracts.contract import load_contracts

MONTH = "2025-08"
pytestmark = pytest.mark.long
SIZE = ("--persons", "300", "--months", "1", "--seed", "5")
# What names the very bytes that came, and the moment of a run, differs by nature.
OWN = {
    "quality.delivery", "register.link_run", "register.recontact", "audit.release",
    "audit.key_registry",
}  # fmt: skip


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo Kreis, told that its authorities seal."""
    folder = tmp_path_factory.mktemp("config")
    text = (ROOT / "kreis.yaml").read_text("utf-8").replace("map:\n", "deliveries: sealed\nmap:\n")
    (folder / "kreis.yaml").write_text(text, "utf-8")
    shutil.copytree(ROOT / "kreis", folder / "kreis")
    return folder / "kreis.yaml"


@pytest.fixture(scope="module")
def opened(
    server_settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[OwnKreis]:
    with installed(server_settings, tmp_path_factory.mktemp("open")) as made:
        made.must("simulate", "--out", str(made.inbox), *SIZE)
        made.must("keys", "init", "--demo")
        made.must("run")
        yield made


@pytest.fixture(scope="module")
def sealed(
    server_settings: Settings, tmp_path_factory: pytest.TempPathFactory, config: Path
) -> Iterator[OwnKreis]:
    with installed(server_settings, tmp_path_factory.mktemp("sealed"), config) as made:
        made.must("keys", "init", "--demo")
        raw = made.inbox.parent / "raw"
        made.must("simulate", "--out", str(raw), *SIZE)
        for contract in load_contracts():
            made.must(
                "seal", "--contract", str(contract.path), "--in", str(raw),
                "--out", str(made.inbox), "--month", MONTH,
            )  # fmt: skip
        shutil.rmtree(raw)
        made.must("run")
        yield made


def test_the_warehouse_is_the_same(opened: OwnKreis, sealed: OwnKreis) -> None:
    one, other = opened.dump(), sealed.dump()
    assert len(one) > 40
    assert set(changed(one, other)) <= OWN
    for table in ("staging.job_centre_persons", "register.link", "published.indicator_value"):
        assert one[table] == other[table] != b""


def test_the_book_of_deliveries_differs_in_the_digest_alone(
    opened: OwnKreis, sealed: OwnKreis
) -> None:
    query = "SELECT to_jsonb(d) - 'content_mac' FROM quality.delivery d ORDER BY delivery_id"
    assert opened.rows(query) == sealed.rows(query) != []


def test_every_person_of_a_source_can_be_reached_again_in_both(
    opened: OwnKreis, sealed: OwnKreis
) -> None:
    query = "SELECT source, record_pseudonym, kid, known_from FROM register.recontact ORDER BY 1, 2"
    found = opened.rows(query)
    assert found == sealed.rows(query)
    persons = "SELECT count(DISTINCT record_pseudonym) FROM staging.immigration_office_persons"
    ((count,),) = opened.rows(persons)
    assert len([row for row in found if row[0] == "immigration_office"]) == count


def test_both_know_their_keys_by_the_same_signs(opened: OwnKreis, sealed: OwnKreis) -> None:
    query = (
        "SELECT domain, kid, kcv, sentinel FROM audit.key_registry WHERE domain <> 'receiving'"
        " ORDER BY domain"
    )
    assert opened.rows(query) == sealed.rows(query) != []


def test_the_hub_runs_again_without_any_key_of_an_authority_and_changes_nothing(
    sealed: OwnKreis,
) -> None:
    before, keys = sealed.dump(), sealed.settings.demo_keys
    aside = keys.with_name("aside")
    aside.mkdir()
    for pattern in ("pseudonym-*", "sender-*", "recontact-*", "link.key.json"):
        for path in keys.glob(pattern):
            path.rename(aside / path.name)
    try:
        sealed.must("run", "--again")
    finally:
        for path in aside.iterdir():
            path.rename(keys / path.name)
    assert changed(before, sealed.dump()) == []
