"""The register takes link runs in the order in which they were learnt, whatever their month."""

from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest

from kim_pipeline.warehouse import register
from kim_pipeline.warehouse.engine import owner_engine
from kim_pipeline.warehouse.provision import provision
from kim_pipeline.warehouse.register import Entry, LinkRun

OCTOBER, NOVEMBER = date(2025, 10, 1), date(2025, 11, 1)
KNOWN = datetime(2025, 11, 5, 6, tzinfo=UTC)
LATER = datetime(2025, 12, 5, 6, tzinfo=UTC)


def key(number: int) -> str:
    return f"00000000-0000-0000-0000-{number:012d}"


@pytest.fixture
def connection(warehouse_settings):
    engine = owner_engine(warehouse_settings)
    provision(engine, [], [], {})
    with engine.connect() as open_connection:
        yield open_connection
    engine.dispose()


def entry(month: date, known_at: datetime, links: dict[int, int], new: tuple[int, ...]) -> Entry:
    persons = [
        {
            "person_id": key(p),
            "founding_source": "job_centre",
            "founding_record": key(p),
            "founding_month": month,
            "counter": 0,
        }
        for p in new
    ]
    return Entry(
        LinkRun(month, known_at, b"digest", "model", {"summary": "{}"}),
        pd.DataFrame(
            {
                "source": "job_centre",
                "record_pseudonym": [key(r) for r in links],
                "person_id": [key(p) for p in links.values()],
            }
        ),
        pd.DataFrame(
            persons,
            columns=[
                "person_id",
                "founding_source",
                "founding_record",
                "founding_month",
                "counter",
            ],
        ),
        pd.DataFrame(
            columns=["source_l", "record_l", "source_r", "record_r", "weight", "kept"]
        ).astype({"weight": "float64", "kept": "bool"}),
        pd.DataFrame(
            {
                "kind": ["founded"] * len(new),
                "person_id": [key(p) for p in new],
                "other_person_id": pd.Series([None] * len(new), dtype="object"),
            }
        ),
    )


def test_a_late_run_for_an_earlier_month_is_learnt_after_all_before_it(connection):
    register.write(connection, entry(NOVEMBER, LATER, {1: 1, 2: 2}, (1, 2)))
    assert register.moment_after(connection, KNOWN) == LATER + timedelta(microseconds=1)


def test_the_first_run_is_learnt_with_its_deliveries(connection):
    assert register.moment_after(connection, KNOWN) == KNOWN


def test_links_of_records_a_run_did_not_see_stay(connection):
    register.write(connection, entry(OCTOBER, KNOWN, {1: 1, 2: 2}, (1, 2)))
    change = register.write(connection, entry(NOVEMBER, LATER, {1: 1, 3: 3}, (3,)))
    links = register.current_links(connection)
    assert links["person_id"].tolist() == [key(1), key(2), key(3)]
    assert (change.opened, change.closed) == (1, 0)


def test_an_id_is_remembered_after_its_links_have_moved_on(connection):
    register.write(connection, entry(OCTOBER, KNOWN, {1: 1, 2: 2}, (1, 2)))
    register.write(connection, entry(NOVEMBER, LATER, {1: 1, 2: 1}, ()))
    assert set(register.current_links(connection)["person_id"]) == {key(1)}
    assert set(register.given_ids(connection)) == {key(1), key(2)}


def test_the_newest_run_of_a_month_is_found_again(connection):
    register.write(connection, entry(OCTOBER, KNOWN, {1: 1}, (1,)))
    found = register.run_of(connection, OCTOBER)
    assert found is not None
    assert (found.known_at, found.input_digest) == (KNOWN, b"digest")
    assert register.last_run(connection, before=OCTOBER) is None
