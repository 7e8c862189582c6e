"""What was done once stays done: a re-run changes nothing, and people keep their ids."""

from datetime import datetime

from own_kreis import OwnKreis, changed
from small_kreis import MONTHS


def test_months_that_are_up_to_date_are_left_alone(undisturbed: OwnKreis) -> None:
    assert undisturbed.must("run").splitlines() == [f"{month}  up to date" for month in MONTHS]


def test_a_month_run_again_changes_nothing_anywhere(undisturbed: OwnKreis) -> None:
    before, page = undisturbed.dump(), undisturbed.page
    assert before["published.indicator_value"]
    for month in MONTHS[1:]:
        assert undisturbed.must("run", "--month", month, "--again").startswith(f"{month}  done")
    assert changed(before, undisturbed.dump()) == []
    assert undisturbed.page == page


def test_a_run_leaves_no_connection_open(undisturbed: OwnKreis) -> None:
    others = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'kim'"
    undisturbed.must("run", "--month", MONTHS[0])
    assert undisturbed.rows(others) == [(0,)]


def test_person_ids_survive_from_month_to_month(undisturbed: OwnKreis) -> None:
    query = (
        "SELECT count(*), count(*) FILTER (WHERE known_to > now() + interval '1 year')"
        " FROM register.link WHERE known_from = %s"
    )
    (first,) = undisturbed.rows("SELECT min(known_from) FROM register.link")
    ((linked, kept),) = undisturbed.rows(query, first[0])
    assert isinstance(first[0], datetime)
    assert int(str(linked)) > 1000
    assert int(str(kept)) >= int(str(linked)) * 0.98
    ((moved, explained),) = undisturbed.rows(
        "SELECT count(*), count(*) FILTER (WHERE EXISTS (SELECT FROM register.event e"
        " WHERE l.person_id IN (e.person_id, e.other_person_id)))"
        " FROM register.link l WHERE known_to < now() + interval '1 year'"
    )
    assert moved == explained
