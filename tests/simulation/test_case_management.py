"""What the case management delivers."""

from pathlib import Path

from delivery_readers import plain_rows, sqlite_rows


def test_active_cases_are_about_one_percent_of_the_residents(delivered: Path) -> None:
    rows = plain_rows(delivered / "truth/person_month.csv")
    residents = [r for r in rows if r["month"] == "2025-11" and r["foreign_resident"] == "1"]
    active = [r for r in residents if r["kim_case"] == "1"]
    assert 0.004 < len(active) / len(residents) < 0.02


def test_about_half_of_the_clients_have_no_register_number(delivered: Path) -> None:
    clients = sqlite_rows(delivered / "case_management/2025-11/case_management.sqlite", "clients")
    missing = sum(client["azr_number"] is None for client in clients)
    assert 0.4 < missing / len(clients) < 0.7


def test_phases_of_open_cases_are_below_90(delivered: Path) -> None:
    cases = sqlite_rows(delivered / "case_management/2025-11/case_management.sqlite", "cases")
    assert {c["phase"] for c in cases if c["close_date"]} == {90}
    assert all(int(str(c["phase"])) < 90 for c in cases if not c["close_date"])
