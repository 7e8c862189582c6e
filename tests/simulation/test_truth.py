"""The truth covers what is delivered."""

from pathlib import Path

from delivery_readers import csv_rows, plain_rows, sqlite_rows, workbook_rows, xml_root


def _delivered_numbers(out: Path, source: str) -> set[tuple[str, str]]:
    """Give the numbers, each with the town in which it holds."""
    if source == "asylum_benefits":
        files = (out / source).glob("*/*.xlsx")
        return {(f.stem, str(row["Aktenzeichen"])) for f in files for row in workbook_rows(f)}
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
    return {("", number) for number in numbers}


def test_the_truth_knows_the_person_of_every_record(delivered: Path) -> None:
    records = plain_rows(delivered / "truth/records.csv")
    for source in ("immigration_office", "job_centre", "case_management", "asylum_benefits"):
        known = [(r["town_ags"], r["person_number"]) for r in records if r["source"] == source]
        assert len(known) == len(set(known))
        assert _delivered_numbers(delivered, source) <= set(known)


def test_every_record_belongs_to_a_person_of_the_truth(delivered: Path) -> None:
    persons = {row["person"] for row in plain_rows(delivered / "truth/persons.csv")}
    assert {row["person"] for row in plain_rows(delivered / "truth/records.csv")} <= persons


def test_hard_cases_of_all_kinds_are_planted(delivered: Path) -> None:
    rows = plain_rows(delivered / "truth/hard_cases.csv")
    pairs = {row["kind"] for row in rows if row["other_person"]}
    alone = {row["kind"] for row in rows if not row["other_person"]}
    assert pairs == {"twins", "siblings_on_1_january", "father_and_son", "same_name_and_birth"}
    assert alone >= {"moved_within", "re_entry", "corrected_identity"}


def test_who_comes_back_has_a_second_file_under_the_same_person(delivered: Path) -> None:
    person = {r["person_number"]: r["person"] for r in plain_rows(delivered / "truth/records.csv")}
    rows = plain_rows(delivered / "truth/hard_cases.csv")
    returned = {row["person"] for row in rows if row["kind"] == "re_entry"}
    files: dict[str, set[str]] = {}
    for row in csv_rows(delivered / "immigration_office/2025-11/persons.csv"):
        files.setdefault(person[row["AKTENZEICHEN"]], set()).add(row["AKTE"])
    assert any(files.get(name) == {"A", "B"} for name in returned)


def test_a_corrected_identity_leaves_its_old_name_as_an_alias(delivered: Path) -> None:
    files = csv_rows(delivered / "immigration_office/2025-11/persons.csv")
    aliases = [row["ALIASNAMEN"] for row in files if row["ALIASNAMEN"]]
    assert 0.002 < len(aliases) / len(files) < 0.05
    assert all(", " in alias for text in aliases for alias in text.split("|"))


def test_a_person_has_one_row_of_truth_per_month(delivered: Path) -> None:
    rows = plain_rows(delivered / "truth/person_month.csv")
    keys = [(row["person"], row["month"]) for row in rows]
    assert len(keys) == len(set(keys))
