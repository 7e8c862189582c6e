"""The register takes link runs in the order in which they were learnt, whatever their month."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest
import sqlalchemy as sa

from kim_pipeline.warehouse import register
from kim_pipeline.warehouse.engine import owner_engine, role_engine
from kim_pipeline.warehouse.link_run import LinkRun
from kim_pipeline.warehouse.provision import provision
from kim_pipeline.warehouse.register import Entry

OCTOBER, NOVEMBER, DECEMBER = date(2025, 10, 1), date(2025, 11, 1), date(2025, 12, 1)
KNOWN = datetime(2025, 11, 5, 6, tzinfo=UTC)
LATER = datetime(2025, 12, 5, 6, tzinfo=UTC)
LATEST = datetime(2026, 1, 5, 6, tzinfo=UTC)


def key(number: int) -> str:
    return f"00000000-0000-0000-0000-{number:012d}"


@pytest.fixture
def connection(warehouse_settings):
    engine = owner_engine(warehouse_settings)
    provision(engine, [], [], {})
    with engine.connect() as open_connection:
        yield open_connection
    engine.dispose()


EDGE = ["source_l", "record_l", "source_r", "record_r", "weight", "probability", "kept"]


def edges(*judged: tuple[int, int, float, float, bool]) -> pd.DataFrame:
    rows = [("job_centre", key(a), "job_centre", key(b), *more) for a, b, *more in judged]
    types = {"weight": "float64", "probability": "float64", "kept": "bool"}
    return pd.DataFrame(rows, columns=EDGE).astype(types)


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
        edges(),
        pd.DataFrame(
            {
                "kind": ["founded"] * len(new),
                "person_id": [key(p) for p in new],
                "other_person_id": pd.Series([None] * len(new), dtype="object"),
                "records": 1,
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
    assert set(register.given_ids(connection).to_pylist()) == {key(1), key(2)}


def judgements(connection) -> list[tuple[str, float, bool, bool]]:
    """List the ledger's rows: right record, weight, kept, still open."""
    rows = connection.execute(
        sa.text(
            "SELECT right(record_r::text, 1), weight, kept, known_to > now() + interval '1 year'"
            " FROM register.edge ORDER BY record_r, known_from"
        )
    )
    return [tuple(row) for row in rows]


def test_a_pair_judged_as_before_is_not_written_again(connection):
    first = entry(OCTOBER, KNOWN, {1: 1, 2: 1, 3: 3}, (1, 3))
    register.write(connection, replace(first, edges=edges((1, 2, 20.0, 0.99, True))))
    later = entry(NOVEMBER, LATER, {1: 1, 2: 1, 3: 3}, ())
    register.write(connection, replace(later, edges=edges((1, 2, 21.0, 0.98, True))))
    assert judgements(connection) == [("2", 20.0, True, True)]


def test_a_pair_judged_anew_closes_its_row_and_opens_another(connection):
    first = entry(OCTOBER, KNOWN, {1: 1, 2: 1, 3: 3}, (1, 3))
    judged = edges((1, 2, 20.0, 0.99, True), (1, 3, -1.0, 0.3, False))
    register.write(connection, replace(first, edges=judged))
    later = entry(NOVEMBER, LATER, {1: 1, 2: 2, 3: 3}, (2,))
    register.write(connection, replace(later, edges=edges((1, 2, 20.0, 0.99, False))))
    assert judgements(connection) == [
        ("2", 20.0, True, False),
        ("2", 20.0, False, True),
        ("3", -1.0, False, False),
    ]


def test_a_pair_with_a_record_not_delivered_keeps_its_judgement(connection):
    first = entry(OCTOBER, KNOWN, {1: 1, 2: 1}, (1,))
    register.write(connection, replace(first, edges=edges((1, 2, 20.0, 0.99, True))))
    register.write(connection, entry(NOVEMBER, LATER, {1: 1}, ()))
    assert judgements(connection) == [("2", 20.0, True, True)]


PRESENT = "SELECT person_id::text, present_id::text FROM core.person_redirect ORDER BY 1"
MERGES = (
    "SELECT kind, person_id::text, other_person_id::text FROM core.person_id_history"
    " WHERE kind = 'merged' ORDER BY month"
)


def merge(entered: Entry, ended: int, goes_on: int) -> Entry:
    event = pd.DataFrame(
        {
            "kind": ["merged"],
            "person_id": [key(ended)],
            "other_person_id": [key(goes_on)],
            "records": [1],
        }
    )
    return replace(entered, events=event)


def test_an_analyst_follows_every_id_through_any_chain_of_merges(connection, warehouse_settings):
    register.write(connection, entry(OCTOBER, KNOWN, {1: 1, 2: 2, 3: 3}, (1, 2, 3)))
    register.write(connection, merge(entry(NOVEMBER, LATER, {1: 1, 2: 1, 3: 3}, ()), 2, 1))
    last = merge(entry(DECEMBER, LATEST, {1: 3, 2: 3, 3: 3}, ()), 1, 3)
    register.write(connection, last)
    connection.commit()
    with role_engine(warehouse_settings, "kim_analyst").connect() as analyst:
        present = analyst.execute(sa.text(PRESENT)).all()
        merges = analyst.execute(sa.text(MERGES)).all()
    assert [tuple(row) for row in present] == [(key(n), key(3)) for n in (1, 2, 3)]
    assert [tuple(row) for row in merges] == [
        ("merged", key(2), key(1)),
        ("merged", key(1), key(3)),
    ]


def test_an_id_that_was_split_leads_to_all_its_parts(connection):
    register.write(connection, entry(OCTOBER, KNOWN, {1: 1, 2: 1, 3: 1}, (1,)))
    register.write(connection, entry(NOVEMBER, LATER, {1: 1, 2: 1, 3: 3}, (3,)))
    present = connection.execute(
        sa.text(
            "SELECT present_id::text, records FROM core.person_redirect"
            " WHERE person_id = :asked ORDER BY 1"
        ),
        {"asked": key(1)},
    )
    assert [tuple(row) for row in present] == [(key(1), 2), (key(3), 1)]


def test_links_are_known_as_they_were_at_every_run(connection):
    register.write(connection, entry(OCTOBER, KNOWN, {1: 1, 2: 2}, (1, 2)))
    register.write(connection, entry(NOVEMBER, LATER, {1: 1, 2: 1}, ()))
    assert [run.month for run in register.runs(connection)] == [OCTOBER, NOVEMBER]
    before, after = (register.links_at(connection, at) for at in (KNOWN, LATER))
    assert sorted(before["person_id"]) == [key(1), key(2)]
    assert sorted(after["person_id"]) == [key(1), key(1)]


def test_the_newest_run_of_a_month_is_found_again(connection):
    register.write(connection, entry(OCTOBER, KNOWN, {1: 1}, (1,)))
    found = register.run_of(connection, OCTOBER)
    assert found is not None
    assert (found.known_at, found.input_digest) == (KNOWN, b"digest")
    assert register.last_run(connection, before=OCTOBER) is None
