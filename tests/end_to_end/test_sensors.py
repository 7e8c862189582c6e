"""What comes late is taken in when it comes, and nothing twice."""

import pytest
from asked_runs import late_deliveries
from own_kreis import OwnKreis
from small_kreis import MONTHS

from assets.jobs import intake_job_name
from sources.contracts.contract import load_contracts


def test_a_month_that_lies_there_and_was_never_pulled_is_taken_in(
    two_months: OwnKreis, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = sorted(intake_job_name(contract.source) for contract in load_contracts())
    assert late_deliveries(two_months, monkeypatch) == [(job, MONTHS[2]) for job in jobs]


def test_nothing_is_taken_in_twice(undisturbed: OwnKreis, monkeypatch: pytest.MonkeyPatch) -> None:
    assert late_deliveries(undisturbed, monkeypatch) == []
