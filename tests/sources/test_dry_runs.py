"""A dry run tells what would become of a delivery, in counts, and keeps nothing."""

from dataclasses import replace
from pathlib import Path

import pytest
from small_deliveries import (
    CASES,
    JOBS,
    MONTH,
    OFFICE,
    PERSON,
    XML,
    case_delivery,
    csv_bytes,
    job_delivery,
    office_delivery,
)
from typer.testing import CliRunner

from kim_pipeline.commands.contracts import contract_app
from kim_pipeline.errors import DeliveryError
from kim_pipeline.settings import Settings
from sources.authoring.dry_run import Trial, dry_run

RUNNER = CliRunner()


def tried(settings: Settings, path: Path, **options: str) -> dict[str, Trial]:
    run = dry_run(OFFICE, path, MONTH, settings, **options)
    return {trial.table.name: trial for trial in run.trials}


def persons(**changes: str) -> dict[str, str]:
    return {**PERSON, **changes}


def test_a_good_delivery_would_be_loaded_whole(settings: Settings) -> None:
    trials = tried(settings, office_delivery(settings))
    assert trials.keys() == {table.name for table in OFFICE.tables}
    assert all(t.counts.rows_accepted == t.counts.rows_read == 1 for t in trials.values())
    fates = trials["persons"].fates
    assert fates["pseudonymise"] == {"person_number": 1}
    assert fates["coarsen"] == {"birth_date": 1}
    assert fates["drop"] == {"remark": 1}
    assert "family_name" in fates["link"]
    assert "town_ags" in fates["open"]


def test_rejected_rows_are_counted_by_reason_and_do_not_end_the_run(settings: Settings) -> None:
    rows = [persons(), persons(AKTENZEICHEN=""), persons()]
    trial = tried(settings, office_delivery(settings, rows))["persons"]
    reasons = {(r.reason, r.count, r.rows) for r in trial.counts.rejections}
    assert trial.rejected == 2
    assert {rows for _, _, rows in reasons} == {(3,), (4,)}
    assert trial.too_many


def test_unreadable_values_and_findings_are_counted(settings: Settings) -> None:
    rows = [persons(STAATSANGEHOERIGKEIT="zz9", AZR_NR="150301123456X")]
    trial = tried(settings, office_delivery(settings, rows))["persons"]
    assert trial.counts.unreadable["nationality"].count == 1
    assert trial.counts.findings["azr_number_plausible"] == 1


def test_one_file_of_several_is_enough(settings: Settings) -> None:
    folder = office_delivery(settings)
    assert tried(settings, folder / "persons.csv").keys() == {"persons"}
    other = folder.parent / "other.csv"
    other.write_bytes(csv_bytes([PERSON]))
    with pytest.raises(DeliveryError, match="--table, one of persons"):
        tried(settings, other)
    assert tried(settings, other, table="persons").keys() == {"persons"}


def test_a_folder_that_lacks_a_file_says_which_table(settings: Settings) -> None:
    folder = office_delivery(settings)
    (folder / "naturalisations.csv").unlink()
    with pytest.raises(DeliveryError, match=r"naturalisations\.csv.*\[missing\]"):
        tried(settings, folder)


def test_xml_and_databases_are_tried_as_they_are(settings: Settings) -> None:
    path = job_delivery(settings) / "xsozial.xml"
    trials = dry_run(JOBS, path, MONTH, settings).trials
    assert {t.table.name: t.counts.rows_read for t in trials}["benefits"] == 2
    path = case_delivery(settings) / "case_management.sqlite"
    without_consent = replace(CASES, consent=None)
    trials = dry_run(without_consent, path, MONTH, settings).trials
    assert {t.table.name: t.counts.rows_accepted for t in trials}["clients"] == 1


def test_nothing_is_written(settings: Settings) -> None:
    folder = office_delivery(settings)
    before = sorted(settings.home.rglob("*"))
    tried(settings, folder)
    assert sorted(settings.home.rglob("*")) == before


def test_the_command_prints_no_value(settings: Settings) -> None:
    rows = [persons(), persons(AKTENZEICHEN=""), persons(GEBURTSDATUM="99.99.1999")]
    folder = office_delivery(settings, rows)
    for more in ([], ["--json"]):
        answer = RUNNER.invoke(contract_app, ["test", OFFICE.source, "--file", str(folder), *more])
        assert isinstance(answer.exception, DeliveryError)
        assert "would be refused" in str(answer.exception)
        for value in PERSON.values():
            assert len(value) < 5 or value not in answer.output


def test_the_command_checks_the_month_only_when_told(settings: Settings) -> None:
    path = str(job_delivery(settings, XML) / "xsozial.xml")
    asked = ["test", JOBS.source, "--file", path]
    assert RUNNER.invoke(contract_app, asked).exit_code == 0
    assert RUNNER.invoke(contract_app, [*asked, "--month", "2026-10"]).exit_code == 0
    answer = RUNNER.invoke(contract_app, [*asked, "--month", "2026-09"])
    assert isinstance(answer.exception, DeliveryError)
