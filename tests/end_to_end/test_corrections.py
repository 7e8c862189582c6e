"""A corrected delivery restates its month: the past stays readable, figures change as revisions."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from asked_runs import months_again
from own_kreis import OwnKreis, changed
from small_kreis import MONTHS
from spoil import Rows, edit_manifest, edit_rows, put_back
from told_report import published, told

from kim_pipeline.warehouse.schema.core import HISTORIES

EARLIER, MONTH, LATER = MONTHS
DAY = f"{MONTH}-01"
OFFICE = "immigration_office"
FROM, TO = "05158032", "05158036"  # Velbert, Wülfrath
TELLING = 5


@dataclass(frozen=True)
class Corrected:
    """The installation after the correction, and what it held before."""

    kreis: OwnKreis
    before: dict[str, bytes]
    known: str

    def as_of(self, query: str) -> list[tuple[object, ...]]:
        """Read `core.person_month` of the corrected month as known before the correction."""
        rows = "core.person_month_as_of(%s::timestamptz) p"
        return self.kreis.rows(f"{query} FROM {rows} WHERE month = '{DAY}'", self.known)

    def now(self, query: str) -> list[tuple[object, ...]]:
        """Read `core.person_month` of the corrected month as known now."""
        return self.kreis.rows(f"{query} FROM core.person_month p WHERE month = '{DAY}'")


def _correct(rows: Rows) -> Rows:
    """Move 40 persons to another town; give five rows faults that are counted, not refused."""
    living = [row for row in rows if row["AKTE"] == "A" and row["AGS"] == FROM]
    for row in living[:40]:
        row["AGS"] = TO
    faults = (
        {"GEBURTSDATUM": "31.02.1990"},
        {"GEBURTSDATUM": "00.00.1985"},
        {"GEBURTSDATUM": "00.05.1985"},
        {"GESCHLECHT": "x"},
        {"STAATSANGEHOERIGKEIT": "XYZ"},
    )
    for row, fault in zip(living[40:], faults, strict=False):
        row.update(fault, BEMERKUNG="corrected")
    return [*rows, dict(rows[0])]


@pytest.fixture(scope="module")
def corrected(disturbed: OwnKreis) -> Iterator[Corrected]:
    disturbed.must("run")
    ((known,),) = disturbed.rows("SELECT max(known_at)::text FROM quality.delivery")
    before = disturbed.dump()
    folder = disturbed.inbox / OFFICE / MONTH
    with put_back(folder):
        edit_rows(folder, "persons", _correct)
        edit_manifest(folder, lambda m: m.update(sequence=2, created="2025-11-20T06:00:00Z"))
        answer = disturbed.kim("run", "--month", MONTH)
        assert answer.code == 0, answer.err
        yield Corrected(disturbed, before, str(known))


def test_faults_in_single_rows_are_counted_and_their_rows_stay(corrected: Corrected) -> None:
    rows = corrected.kreis.rows(
        "SELECT sequence, status, rows_rejected FROM quality.delivery"
        " WHERE source = %s AND month = %s ORDER BY sequence", OFFICE, DAY,
    )  # fmt: skip
    assert rows == [(1, "accepted", 0), (2, "accepted", 1)]
    years = corrected.kreis.rows(
        "SELECT o.birth_year, n.birth_year, o.sex, n.sex, o.nationality, n.nationality"
        " FROM staging.immigration_office_persons n"
        " JOIN staging.immigration_office_persons o USING (row_key)"
        " WHERE n.valid_from = %s AND n.known_from > %s::timestamptz AND o.known_to = n.known_from"
        " AND (o.birth_year, o.sex, o.nationality)"
        " IS DISTINCT FROM (n.birth_year, n.sex, n.nationality)", DAY, corrected.known,
    )  # fmt: skip
    new = Counter((year, sex is None, nation is None) for _, year, _, sex, _, nation in years)
    assert new[None, False, False] == 1
    assert new[1985, False, False] == 2
    assert sum(count for (_, sex, _), count in new.items() if sex) == 1
    assert sum(count for (_, _, nation), count in new.items() if nation) == 1


def test_the_past_reads_as_it_was_known_then(corrected: Corrected) -> None:
    then = sorted(map(str, corrected.as_of("SELECT person_id, town_ags, sex, birth_year")))
    now = sorted(map(str, corrected.now("SELECT person_id, town_ags, sex, birth_year")))
    assert len(then) == len(now)
    moved = len(set(then) - set(now))
    assert 40 <= moved <= 46
    stored = corrected.before["core.person_month"].decode().splitlines()
    assert len([row for row in stored if DAY in row.split("\t")]) == len(then)


def test_every_history_as_of_then_equals_what_was_current_then(corrected: Corrected) -> None:
    tables = [name for name in corrected.before if f"{name}_history" in corrected.before]
    assert len(tables) == len(HISTORIES)
    for table in tables:
        then = corrected.kreis.rows(
            f"SELECT count(*) FROM {table}_as_of(%s::timestamptz)", corrected.known
        )
        assert then == [(len(corrected.before[table].splitlines()),)], table


def test_towns_change_as_the_correction_says(corrected: Corrected) -> None:
    query = "SELECT count(*) FILTER (WHERE town_ags = '{}')".format
    for town, sign in ((FROM, -1), (TO, 1)):
        ((then,),), ((now,),) = corrected.as_of(query(town)), corrected.now(query(town))
        assert 30 <= sign * (int(str(now)) - int(str(then))) <= 40


def test_only_recognisable_changes_are_revised_and_marked(corrected: Corrected) -> None:
    revised = corrected.kreis.rows(
        "SELECT n.true_numerator - o.true_numerator, n.true_denominator - o.true_denominator,"
        " n.true_value - o.true_value"
        " FROM audit.cell_ledger n JOIN audit.cell_ledger o USING"
        " (indicator_id, month, breakdown, town_ags, dimension_1, value_1, dimension_2, value_2)"
        " WHERE n.revision = 1 AND o.revision = 0"
        # A figure that can be told only now, or no more, is revised however small the change.
        " AND (n.true_numerator IS NULL) = (o.true_numerator IS NULL)"
        " AND (n.true_denominator IS NULL) = (o.true_denominator IS NULL)"
        " AND (n.true_value IS NULL) = (o.true_value IS NULL)"
    )
    assert revised
    for changes in revised:
        known = [abs(float(str(change))) for change in changes if change is not None]
        assert not known or max(known) >= TELLING
    shown = corrected.kreis.rows(
        "SELECT DISTINCT month::text, revision FROM published.indicator_value ORDER BY 1, 2"
    )
    assert shown == [(f"{EARLIER}-01", 0), (DAY, 0), (DAY, 1), (f"{LATER}-01", 0)]


def test_the_cell_of_each_town_is_revised(corrected: Corrected) -> None:
    rows = corrected.kreis.rows(
        "SELECT town_ags, revision, status FROM published.indicator_value"
        " WHERE indicator_id = 'S1' AND month = %s AND breakdown = 'town'", DAY,
    )  # fmt: skip
    found = {town: revision for town, revision, _ in rows}
    assert found == {town: int(town in (FROM, TO)) for town in found}


def test_the_report_shows_revised_figures_with_their_mark(corrected: Corrected) -> None:
    report = told(corrected.kreis)
    assert report.wrong(published(corrected.kreis)) == []
    mark = report.language.text("signs.spoken.revised")
    assert [one for one in report.figures() if mark in one.status] != []


def test_what_is_not_revised_stays_byte_for_byte(corrected: Corrected) -> None:
    name = "published.indicator_value"
    before = set(corrected.before[name].splitlines())
    now = set(corrected.kreis.dump("published")[name].splitlines())
    revised = corrected.kreis.rows(f"SELECT count(*) FROM {name} WHERE revision = 1")
    assert [(len(now - before),)] == revised == [(len(before - now),)]


def test_a_delivery_is_not_loaded_twice(corrected: Corrected) -> None:
    before = corrected.kreis.dump()
    assert corrected.kreis.must("run", "--month", MONTH) == f"{MONTH}  up to date\n"
    assert changed(before, corrected.kreis.dump()) == []


def test_the_sensor_asks_for_the_later_month_and_leaves_the_corrected_one_alone(
    corrected: Corrected, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert months_again(corrected.kreis, OFFICE, MONTH, monkeypatch) == [LATER]


def test_a_later_month_is_made_anew_from_the_corrected_past(
    corrected: Corrected, monkeypatch: pytest.MonkeyPatch
) -> None:
    published = corrected.kreis.dump("published")
    assert corrected.kreis.must("run", "--month", LATER).startswith(f"{LATER}  done")
    assert corrected.kreis.must("run", "--month", LATER) == f"{LATER}  up to date\n"
    assert months_again(corrected.kreis, OFFICE, MONTH, monkeypatch) == []
    assert changed(published, corrected.kreis.dump("published")) == []


def test_an_older_delivery_does_not_replace_a_newer_one(corrected: Corrected) -> None:
    before = corrected.kreis.dump()
    folder = corrected.kreis.inbox / OFFICE / MONTH
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    edit_manifest(folder, lambda m: m.update(sequence=1))
    answer = corrected.kreis.kim("run", "--month", MONTH)
    edit_manifest(folder, lambda m: m.update(manifest))
    assert answer.code == 1
    assert "delivery number 1 is older than number 2" in answer.err
    assert len(answer.err.strip().splitlines()) == 1
    assert changed(before, corrected.kreis.dump()) == ["audit.event", "quality.scorecard"]


def test_a_correction_dated_before_the_figures_still_restates_them(corrected: Corrected) -> None:
    kreis, folder = corrected.kreis, corrected.kreis.inbox / OFFICE / MONTH
    figures = "SELECT max(known_at)::text FROM quality.delivery WHERE status = 'accepted'"
    ((known,),) = kreis.rows(figures)
    count = f"SELECT count(*) FILTER (WHERE town_ags = '{TO}')"
    ((before,),) = corrected.now(count)
    edit_rows(folder, "persons", _correct)
    edit_manifest(folder, lambda m: m.update(sequence=3, created="2025-10-04T06:00:00Z"))
    assert f"\n{MONTH}  done" in kreis.must("run", "--month", MONTH)
    ((now,),) = corrected.now(count)
    assert int(str(now)) > int(str(before))
    assert replace(corrected, known=str(known)).as_of(count) == [(before,)]
    revision = "SELECT revision FROM published.indicator_value WHERE indicator_id = 'S1'"
    town = " AND month = %s AND breakdown = 'town' AND town_ags = %s"
    assert kreis.rows(revision + town, DAY, TO) == [(2,)]
