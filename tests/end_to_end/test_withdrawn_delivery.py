"""A bad delivery that was accepted is found late and taken back; runs restate what it touched."""

import json
import os
import re
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from own_kreis import Answer, OwnKreis, changed, installed
from small_kreis import ROOT
from spoil import Rows, edit_manifest, edit_rows, read_rows

from kim_pipeline.settings import Settings

FIRST, MONTH = "2025-08", "2025-09"
OFFICE = "immigration_office"
FROM, TO = "05158032", "05158036"  # Velbert, Wülfrath
LEFT = 6
PERSON_MONTH = (
    "SELECT person_id::text, town_ags, sex, age, status_group"
    f" FROM core.person_month WHERE month = '{MONTH}-01' ORDER BY 1"
)


@dataclass(frozen=True)
class Story:
    """What was so before the bad delivery, and what each command said."""

    kreis: OwnKreis
    good: list[tuple[object, ...]]
    bad: list[tuple[object, ...]]
    restated: str
    withdrawn: str
    run: str
    moved: int


def _moved(rows: Rows) -> Rows:
    """Move all but a few of one town to another, as a wrong file would."""
    living = [row for row in rows if row["AGS"] == FROM]
    for row in living[LEFT:]:
        row["AGS"] = TO
    return rows


@pytest.fixture(scope="module")
def story(
    two_months: OwnKreis, server_settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Story]:
    with installed(server_settings, tmp_path_factory.mktemp("withdrawn"), like=two_months) as kreis:
        good = kreis.rows(PERSON_MONTH)
        folder = kreis.inbox / OFFICE / MONTH
        there = sum(row["AGS"] == FROM for row in read_rows(folder / "persons.csv"))
        edit_rows(folder, "persons", _moved)
        edit_manifest(folder, lambda m: m.update(sequence=2))
        restated = kreis.must("run", "--month", MONTH)
        bad = kreis.rows(PERSON_MONTH)
        withdrawn = kreis.must(
            "delivery", "withdraw", "--source", OFFICE, "--month", MONTH,
            "--because", "Wrong towns, found by the statistics office.",
        )  # fmt: skip
        again = kreis.must("run", "--month", MONTH)
        yield Story(kreis, good, bad, restated, withdrawn, again, there - LEFT)


def test_a_restatement_says_what_it_changed(story: Story) -> None:
    assert f"{MONTH}  {OFFICE} delivery 2 restates the month" in story.restated
    found = re.search(
        r"^  persons: (\d+) rows changed, 0 new, 0 gone$", story.restated, re.MULTILINE
    )
    assert found is not None
    assert int(found[1]) == story.moved > 20
    assert "  naturalisations: 0 rows changed, 0 new, 0 gone" in story.restated


def test_the_withdrawal_says_what_it_changed_and_what_serves_instead(story: Story) -> None:
    lines = story.withdrawn.splitlines()
    assert lines[0] == f"{MONTH}  {OFFICE} delivery 2 withdrawn"
    assert f"  persons: {story.moved} rows changed, 0 new, 0 gone" in lines
    assert lines[-2:] == [
        f"  its delivery of {MONTH} serves instead",
        f"  next: kim run --from {MONTH}",
    ]


def test_the_month_is_what_it_was_before_the_bad_delivery(story: Story) -> None:
    assert story.bad != story.good
    assert story.kreis.rows(PERSON_MONTH) == story.good
    assert f"{MONTH}  withdrawn: {OFFICE}; its delivery of {MONTH} serves" in story.run
    assert f"{MONTH}  done" in story.run


def test_figures_changed_only_as_marked_revisions(story: Story) -> None:
    revisions = story.kreis.rows(
        "SELECT town_ags, revision FROM published.indicator_value WHERE indicator_id = 'S1'"
        " AND month = %s AND breakdown = 'town'", f"{MONTH}-01",
    )  # fmt: skip
    assert {town: revision for town, revision in revisions if revision} == {FROM: 2, TO: 2}
    first = story.kreis.rows(
        "SELECT DISTINCT revision FROM published.indicator_value WHERE month = %s", f"{FIRST}-01"
    )
    assert first == [(0,)]


def test_what_was_known_in_between_can_still_be_read(story: Story) -> None:
    ((known,),) = story.kreis.rows(
        "SELECT known_at::text FROM quality.delivery WHERE status = 'withdrawn'"
    )
    then = story.kreis.rows(
        PERSON_MONTH.replace("core.person_month", "core.person_month_as_of(%s::timestamptz)"),
        known,
    )
    assert then == story.bad


def test_the_book_lists_it_with_its_reason(story: Story) -> None:
    answer = story.kreis.must("delivery", "list", "--source", OFFICE, "--month", MONTH, "--json")
    rows = [(row["sequence"], row["status"], row["restates"]) for row in json.loads(answer)]
    assert rows == [(1, "accepted", ""), (2, "withdrawn", "yes"), (3, "withdrawal", "yes")]
    assert "found by the statistics office" in answer


def test_nothing_more_happens_and_the_withdrawn_file_is_not_taken_again(story: Story) -> None:
    before = story.kreis.dump()
    assert story.kreis.must("run", "--month", MONTH).endswith(f"{MONTH}  up to date\n")
    assert changed(before, story.kreis.dump()) == []
    refused = story.kreis.kim(
        "delivery", "withdraw", "--source", OFFICE, "--month", MONTH, "--sequence", "2",
        "--because", "Once more.",
    )  # fmt: skip
    assert (refused.code, "no accepted delivery number 2" in refused.err) == (1, True)


def test_the_audit_log_tells_it_and_a_changed_entry_is_found(story: Story) -> None:
    kreis = story.kreis
    assert kreis.must("audit", "verify") == "1 entries hold\n"
    (entry,) = json.loads(kreis.must("audit", "list", "--json"))
    assert (entry["action"], entry["source"], entry["month"]) == (
        "delivery withdrawn", OFFICE, MONTH,
    )  # fmt: skip
    kreis.execute("UPDATE audit.event SET reason = 'Other.'")
    answer = kreis.kim("audit", "verify")
    kreis.execute("UPDATE audit.event SET reason = 'Wrong towns, found by the statistics office.'")
    assert (answer.code, "altered at position 1" in answer.err) == (1, True)
    assert kreis.must("audit", "verify") == "1 entries hold\n"


def _with_approvals(kreis: OwnKreis, old: str, new: str) -> Answer:
    text = (ROOT / "kreis.yaml").read_text("utf-8")
    assert old in text
    config = kreis.settings.home / "kreis.yaml"
    shutil.copytree(ROOT / "kreis", config.parent / "kreis", dirs_exist_ok=True)
    config.write_text(text.replace(old, new), "utf-8")
    return kreis.kim("run", "--month", MONTH, KIM_CONFIG=str(config))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("2035-12-31", str(date.today() - timedelta(days=1)), "approval ended on"),  # noqa: DTZ011
        ("recipient: Kreis Mettmann", "recipient: Kreis Anderswo", "names another recipient"),
    ],
)
def test_outside_its_approval_a_run_refuses_before_it_opens_a_file(
    story: Story, old: str, new: str, says: str
) -> None:
    inbox = story.kreis.inbox / OFFICE
    inbox.rename(inbox.with_name("away"))
    answer = _with_approvals(story.kreis, old, new)
    inbox.with_name("away").rename(inbox)
    assert (answer.code, says in answer.err) == (1, True), answer.err


def test_what_was_kept_long_enough_is_deleted_and_logged(story: Story) -> None:
    kreis = story.kreis
    before = kreis.dump("staging", "core", "published")
    folder = kreis.settings.landing / OFFICE / FIRST
    long_ago = time.time() - 91 * 24 * 3600
    for path in folder.iterdir():
        os.utime(path, (long_ago, long_ago))
    said = kreis.must("run", "--month", MONTH)
    assert f"{OFFICE}  files deleted (retention); see: kim audit list" in said
    assert list(folder.iterdir()) == []
    assert len(list((kreis.settings.landing / OFFICE / MONTH).iterdir())) == 2
    entry = json.loads(kreis.must("audit", "list", "--json"))[-1]
    assert (entry["action"], entry["source"]) == ("files deleted", OFFICE)
    assert entry["counts"] == "sealed 1, waiting 0, feedback 0, kept_days 90"
    assert kreis.must("audit", "verify") == "2 entries hold\n"
    assert "older than" not in kreis.must("run", "--month", MONTH)
    assert changed(before, kreis.dump("staging", "core", "published")) == []
