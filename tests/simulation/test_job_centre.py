"""What the job centre delivers."""

from pathlib import Path

from delivery_readers import plain_rows, xml_root


def test_about_half_of_the_persons_are_germans(delivered: Path) -> None:
    persons = xml_root(delivered / "job_centre/2025-11/xsozial.xml").findall("Person")
    germans = sum(p.findtext("Staatsangehoerigkeit") == "000" for p in persons)
    assert 0.44 < germans / len(persons) < 0.62


def test_most_foreigners_are_known_to_the_immigration_office(delivered: Path) -> None:
    records = plain_rows(delivered / "truth/records.csv")
    office = {r["person"] for r in records if r["source"] == "immigration_office"}
    person = {r["person_number"]: r["person"] for r in records if r["source"] == "job_centre"}
    foreign = [
        p.findtext("Kundennummer", "")
        for p in xml_root(delivered / "job_centre/2025-11/xsozial.xml").findall("Person")
        if p.findtext("Staatsangehoerigkeit") != "000"
    ]
    known = sum(person[number] in office for number in foreign)
    assert 0.88 < known / len(foreign) < 0.98


def test_some_people_get_a_new_customer_number_after_a_break(delivered: Path) -> None:
    records = [
        r for r in plain_rows(delivered / "truth/records.csv") if r["source"] == "job_centre"
    ]
    again = len(records) - len({r["person"] for r in records})
    assert 0.01 < again / len(records) < 0.25


def test_every_spell_ends_after_it_begins(delivered: Path) -> None:
    root = xml_root(delivered / "job_centre/2025-11/xsozial.xml")
    for benefit in root.findall("Person/Leistung"):
        end = benefit.findtext("Ende")
        assert not end or benefit.findtext("Beginn", "") <= end
