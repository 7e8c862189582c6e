"""A record that is erased while a step is at work does not come back with what the step writes."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import ClassVar

import dagster as dg
import pytest
import sqlalchemy as sa
from databases import fresh_database
from small_deliveries import FOLDER, JOBS, MONTH, OFFICE, PERSON, job_delivery, office_delivery
from small_kreis import ROOT

from assets.accept import records_asset
from assets.linking import propose_links, register_links
from assets.months import months_of
from assets.pseudonymise import incoming_asset
from assets.resources import Hub
from kim_pipeline.commands.erase import erase
from kim_pipeline.errors import LinkError
from kim_pipeline.privacy.keys import init_keys
from kim_pipeline.settings import Settings
from kim_pipeline.warehouse.schema import register
from sources.accepting.outdated import OF_ALL_SOURCES
from sources.accepting.staging import staging_tables
from sources.contracts.contract import Contract

NUMBERS = {f"A1000000{n}": f"15030112345{n}" for n in range(1, 5)}
Then = Callable[[], None]


class Watched(Hub):
    """A hub that lets something happen before or within a transaction of a certain name."""

    # Of the class, since each step gets a copy of its resource.
    before: ClassVar[dict[str, Then]] = {}
    within: ClassVar[dict[str, Then]] = {}

    @contextmanager
    def transaction(self, doing: str, *, alone: bool = False) -> Iterator[sa.Connection]:
        self.before.pop(doing, lambda: None)()
        with super().transaction(doing, alone=alone) as connection:
            self.within.pop(doing, lambda: None)()
            yield connection


@pytest.fixture(scope="module")
def office(server_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """A hub to which two sources deliver, one of them four persons."""
    home = tmp_path_factory.mktemp("meanwhile")
    with fresh_database(server_settings) as settings, pytest.MonkeyPatch.context() as patch:
        patch.setenv("KIM_HOME", str(home))
        patch.setenv("KIM_INBOX", str(home / "inbox"))
        patch.setenv("KIM_KEYS", str(home / "no-keys"))
        patch.setenv("KIM_CONFIG", str(ROOT / "kreis.yaml"))
        patch.setenv("KIM_WAREHOUSE_URL", str(settings.warehouse_url))
        hub = Hub()
        init_keys(hub.settings.demo_keys, [c.source for c in hub.contracts], b"", demo=True)
        office_delivery(hub.settings, [PERSON | _own(number) for number in NUMBERS])
        job_delivery(hub.settings)
        yield hub


def _own(number: str) -> dict[str, str]:
    return {"AKTENZEICHEN": number, "AZR_NR": NUMBERS[number], "VERWEIS_AUF": ""}


def _erase(hub: Hub, number: str) -> None:
    file = Path(hub.settings.home / "numbers.txt")
    file.write_text(f"{number}\n", "utf-8")
    file.chmod(0o600)
    erase(source=OFFICE.source, id_file=file, because="Asked for.", as_json=True)


def _make(hub: Hub, asset: dg.AssetsDefinition) -> dg.ExecuteInProcessResult:
    return dg.materialize(
        [asset], partition_key=FOLDER, resources={"hub": hub}, raise_on_error=False
    )


def _ready(hub: Hub, contract: Contract) -> dg.ExecuteInProcessResult:
    return _make(hub, incoming_asset(contract, months_of(hub.kreis)))


def _accept(hub: Hub, contract: Contract) -> dg.ExecuteInProcessResult:
    return _make(hub, records_asset(contract, months_of(hub.kreis)))


def _take_in(hub: Hub) -> None:
    for contract in (OFFICE, JOBS):
        assert _ready(hub, contract).success
        assert _accept(hub, contract).success


def _erasing_within(doing: str, hub: Hub, number: str) -> Thread:
    """Erase beside a step: begun within its transaction, still waiting when that goes on."""
    erasing = Thread(target=_erase, args=(hub, number))

    def begin() -> None:
        erasing.start()
        erasing.join(1)
        assert erasing.is_alive()

    Watched.within[doing] = begin
    return erasing


def _left_by_links(hub: Hub) -> list[Path]:
    places = (hub.settings.home / name for name in OF_ALL_SOURCES)
    return [file for place in places for file in place.rglob("*.parquet")]


def _waiting(hub: Hub) -> Path:
    return hub.settings.incoming / OFFICE.source / FOLDER


def test_rows_that_are_being_made_ready_go_with_the_erasure_that_waits_for_them(
    office: Hub,
) -> None:
    erasing = _erasing_within("Keeping records from being erased", office, "A10000001")
    assert _ready(Watched(), OFFICE).success
    erasing.join(60)
    assert not erasing.is_alive()
    assert not _waiting(office).exists()


def test_rows_from_before_an_erasure_are_not_accepted_after_it(office: Hub, tmp_path: Path) -> None:
    assert _ready(office, OFFICE).success
    shutil.copytree(_waiting(office), tmp_path / "kept")
    _erase(office, "A10000002")
    shutil.copytree(tmp_path / "kept", _waiting(office))
    refused = _accept(office, OFFICE)
    (failed,) = refused.get_step_failure_events()
    assert "1 of its records were erased" in str(failed.step_failure_data.user_failure_data)
    persons = staging_tables(OFFICE)["persons"]
    with office.transaction("Reading") as connection:
        assert not connection.execute(sa.select(persons)).all()


@pytest.mark.long
def test_links_that_were_made_meanwhile_are_not_laid_by(office: Hub) -> None:
    _take_in(office)
    Watched.before["Laying links by"] = lambda: _erase(office, "A10000003")
    with pytest.raises(LinkError, match="were erased while 2026-10 was linked"):
        propose_links(Watched(), MONTH)
    assert not _left_by_links(office)


def test_a_month_whose_proposal_was_erased_is_not_said_to_be_linked(office: Hub) -> None:
    _take_in(office)
    with pytest.raises(LinkError, match="No links are proposed for 2026-10"):
        register_links(office, MONTH)


@pytest.mark.long
def test_what_links_remember_goes_with_the_erasure_that_waits_for_them(office: Hub) -> None:
    _take_in(office)
    propose_links(office, MONTH)
    assert _left_by_links(office)
    erasing = _erasing_within("Writing the register", office, "A10000004")
    opened = register_links(Watched(), MONTH)["links_opened"]
    erasing.join(60)
    assert not _left_by_links(office)
    with office.transaction("Reading") as connection:
        assert len(connection.execute(sa.select(register.link)).all()) == opened - 1
