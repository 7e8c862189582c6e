"""Invent a delivery of a housing office, of people whom the immigration office of a demo knows.

    .venv/bin/python docs/examples/housing_office.py

Writes unterbringung.csv and its manifest.json into the inbox, for the newest month of the demo.
"""

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from kim_pipeline.settings import read_settings

PEOPLE = 300
KINDS = ("GU", "WOHNUNG", "HOTEL")
ACTIVE = "A"  # files of who lives here; B marks those who left
TAKEN_OVER = {
    "Familienname": "FAMILIENNAME",
    "Vornamen": "VORNAMEN",
    "Geburtsdatum": "GEBURTSDATUM",
    "Geschlecht": "GESCHLECHT",
    "Staatsangehörigkeit": "STAATSANGEHOERIGKEIT",
    "Straße": "STRASSE",
    "Hausnummer": "HAUSNUMMER",
    "PLZ": "PLZ",
    "Gemeindeschlüssel": "AGS",
}


def main() -> None:
    """Write the delivery and say where it lies."""
    inbox = read_settings().inbox
    office = max((inbox / "immigration_office").glob("20??-??"))
    folder = inbox / "housing_office" / office.name
    folder.mkdir(parents=True, exist_ok=True)
    people = known_people(office / "persons.csv")
    rows = [placement(number, person) for number, person in enumerate(people)]
    with (folder / "unterbringung.csv").open("w", encoding="utf-8-sig", newline="") as file:
        write = csv.DictWriter(file, list(rows[0]), delimiter=";")
        write.writeheader()
        write.writerows(rows)
    manifest = {"source": "housing_office", "period": office.name, "invented": True}
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    print(f"{len(rows)} placements in {folder}")


def known_people(path: Path) -> Sequence[Mapping[str, str]]:
    """Take people from all over the list of the immigration office."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        here = [row for row in csv.DictReader(file, delimiter=";") if row["AKTE"] == ACTIVE]
    return here[:: max(1, len(here) // PEOPLE)][:PEOPLE]


def placement(number: int, person: Mapping[str, str]) -> dict[str, str]:
    """Say where a person lives, since when, and what it costs in a month."""
    month, day = number % 9 + 1, number % 27 + 1
    return {
        "Aktenzeichen": f"W{70000 + number}",
        **{name: person[theirs] for name, theirs in TAKEN_OVER.items()},
        "Unterkunft": KINDS[number % len(KINDS)],
        "Einzug": f"{day:02}.{month:02}.2026",
        "Auszug": f"{day:02}.10.2026" if number % 10 == 0 else "",
        "Kosten": f"{300 + 7 * (number % 40)},50",
        "Bemerkung": "Schlüssel übergeben" if number % 4 == 0 else "",
    }


if __name__ == "__main__":
    main()
