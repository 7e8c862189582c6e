"""The token tables of a link run: of the right month, and gone when it ends."""

import os
import shutil
from datetime import UTC, date, datetime, timedelta

import pytest
from small_deliveries import CONTRACTS, JOBS, MONTH, OFFICE, PERSON, job_delivery, office_delivery

from kim_pipeline.errors import DeliveryError, LinkError
from kim_pipeline.privacy.keyring import Keyring
from kim_pipeline.privacy.token_sets import stamp
from kim_pipeline.settings import Settings
from kim_pipeline.warehouse.deliveries import Used
from sources.accepting.token_tables import (
    WRITING_TAKES,
    LinkInput,
    shredded_after,
    sweep,
    token_tables,
)
from sources.incoming.pseudonymise import load_incoming, pseudonymise, read_incoming
from sources.receiving.intake import pull

LATER = date(2026, 11, 1)
ALL = tuple(CONTRACTS.values())


@pytest.fixture
def used(settings: Settings, keyring: Keyring) -> tuple[Used, ...]:
    """Take in one delivery of two sources."""
    office_delivery(settings)
    job_delivery(settings)
    taken = []
    for contract in (OFFICE, JOBS):
        pulled = pull(contract, MONTH, settings, keyring)
        pseudonymise(contract, pulled, settings, keyring)
        taken.append(Used(contract.source, MONTH, 1, pulled.content_mac))
    return tuple(taken)


def chosen(used: tuple[Used, ...], month: date = MONTH) -> LinkInput:
    return LinkInput(month, used, b"")


def test_tokens_of_intake_serve_their_own_month(
    settings: Settings, keyring: Keyring, used: tuple[Used, ...]
) -> None:
    tables = token_tables(ALL, chosen(used), settings, keyring)
    for contract in (OFFICE, JOBS):
        waiting = read_incoming(settings, contract.source, MONTH, "tokens")
        assert tables[contract.source].equals(waiting)
        assert waiting.schema.metadata == stamp(MONTH)


def test_a_delivery_that_serves_a_later_month_gets_that_months_tokens(
    settings: Settings, keyring: Keyring, used: tuple[Used, ...]
) -> None:
    now = token_tables(ALL, chosen(used), settings, keyring)
    later = token_tables(ALL, chosen(used, LATER), settings, keyring)
    for source, table in later.items():
        assert table.schema.metadata == stamp(LATER)
        assert table["digest"] == now[source]["digest"]
        assert not set(table["family"].to_pylist()) & set(now[source]["family"].to_pylist())
        assert read_incoming(settings, source, MONTH, "tokens").equals(now[source])


def test_tokens_are_gone_after_a_link_run(
    settings: Settings, keyring: Keyring, used: tuple[Used, ...]
) -> None:
    with shredded_after(ALL, chosen(used), settings, keyring) as tables:
        assert set(tables) == {OFFICE.source, JOBS.source}
    assert not list(settings.home.rglob("tokens.parquet"))
    assert token_tables(ALL, chosen(used), settings, keyring).keys() == tables.keys()
    assert not list(settings.home.rglob("tokens.parquet"))


def test_tokens_are_gone_after_a_run_that_failed(
    settings: Settings, keyring: Keyring, used: tuple[Used, ...]
) -> None:
    with (
        pytest.raises(LinkError, match="stopped"),
        shredded_after(ALL, chosen(used), settings, keyring),
    ):
        raise LinkError("stopped")
    assert not list(settings.home.rglob("tokens.parquet"))


def test_a_newer_delivery_keeps_waiting_when_an_older_one_was_linked(
    settings: Settings, keyring: Keyring, used: tuple[Used, ...]
) -> None:
    office_delivery(settings, [PERSON | {"VORNAMEN": "Anna"}], sequence=2)
    newer = pull(OFFICE, MONTH, settings, keyring)
    pseudonymise(OFFICE, newer, settings, keyring)
    with shredded_after(ALL, chosen(used), settings, keyring) as tables:
        waiting = read_incoming(settings, OFFICE.source, MONTH, "tokens")
        assert tables[OFFICE.source]["given"] != waiting["given"]
    assert read_incoming(settings, OFFICE.source, MONTH, "tokens").equals(waiting)
    with pytest.raises(DeliveryError):
        read_incoming(settings, JOBS.source, MONTH, "tokens")


def test_a_delivery_that_is_gone_cannot_be_linked_again(
    settings: Settings, keyring: Keyring, used: tuple[Used, ...]
) -> None:
    shutil.rmtree(settings.landing)
    with pytest.raises(DeliveryError, match="sealed delivery is gone"):
        token_tables(ALL, chosen(used, LATER), settings, keyring)


def test_tokens_that_wait_for_an_older_month_go_and_their_rows_keep_waiting(
    settings: Settings, keyring: Keyring, used: tuple[Used, ...]
) -> None:
    waiting = load_incoming(settings, OFFICE.source, MONTH)
    rows = {
        table.name: read_incoming(settings, OFFICE.source, MONTH, table.name)
        for table in OFFICE.tables
    }
    with shredded_after(ALL, chosen((), LATER), settings, keyring):
        assert list(settings.home.rglob("tokens.parquet"))
    assert not list(settings.home.rglob("tokens.parquet"))
    assert load_incoming(settings, OFFICE.source, MONTH) == waiting
    for name, table in rows.items():
        assert read_incoming(settings, OFFICE.source, MONTH, name).equals(table)
    made_anew = token_tables(ALL, chosen(used), settings, keyring)
    assert [made_anew[u.source].schema.metadata for u in used] == [stamp(MONTH)] * len(used)


def test_tokens_of_the_linked_month_and_later_ones_keep_waiting(
    settings: Settings, used: tuple[Used, ...]
) -> None:
    before = sorted(settings.home.rglob("tokens.parquet"))
    assert len(before) == len(used)
    assert sweep(settings, MONTH, datetime.now(UTC)) == 0
    assert sorted(settings.home.rglob("tokens.parquet")) == before


def test_what_a_killed_intake_left_goes_unless_it_may_still_be_running(settings: Settings) -> None:
    now = datetime.now(UTC)
    left, running = (settings.incoming / OFFICE.source / name for name in (".0a", ".0b"))
    for folder in (left, running):
        folder.mkdir(parents=True)
        (folder / "tokens.parquet").write_bytes(b"")
    long_ago = (now - WRITING_TAKES - timedelta(minutes=1)).timestamp()
    os.utime(left, (long_ago, long_ago))
    assert sweep(settings, MONTH, now) == 1
    assert not left.exists()
    assert running.exists()
