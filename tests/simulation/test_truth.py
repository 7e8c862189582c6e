"""The truth covers what is delivered."""

from pathlib import Path

from delivery_readers import csv_rows, plain_rows, sqlite_rows, xml_root


def _delivered_numbers(out: Path, source: str) -> set[str]:
    numbers: set[str] = set()
    for folder in (out / source).iterdir():
        if source == "immigration_office":
            numbers |= {row["AKTENZEICHEN"] for row in csv_rows(folder / "persons.csv")}
        elif source == "job_centre":
            root = xml_root(folder / "xsozial.xml")
            numbers |= {person.findtext("Kundennummer", "") for person in root.findall("Person")}
        else:
            rows = sqlite_rows(folder / "case_management.sqlite", "clients")
            numbers |= {str(row["client_id"]) for row in rows}
    return numbers


def test_the_truth_knows_the_person_of_every_record(delivered: Path) -> None:
    records = plain_rows(delivered / "truth/records.csv")
    for source in ("immigration_office", "job_centre", "case_management"):
        known = [r["person_number"] for r in records if r["source"] == source]
        assert len(known) == len(set(known))
        assert _delivered_numbers(delivered, source) <= set(known)


def test_every_record_belongs_to_a_person_of_the_truth(delivered: Path) -> None:
    persons = {row["person"] for row in plain_rows(delivered / "truth/persons.csv")}
    assert {row["person"] for row in plain_rows(delivered / "truth/records.csv")} <= persons


def test_hard_cases_are_planted(delivered: Path) -> None:
    kinds = {row["kind"] for row in plain_rows(delivered / "truth/hard_cases.csv")}
    assert kinds == {"twins", "siblings_on_1_january", "father_and_son", "same_name_and_birth"}
