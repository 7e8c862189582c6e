"""The immigration office's delivery: four CSV files with German dates."""

import csv
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path

from kim_pipeline.simulation.assumptions import assumptions
from kim_pipeline.simulation.dates import add_months, last_day, years_between
from kim_pipeline.simulation.identity import PartialDate
from kim_pipeline.simulation.life_courses import Life
from kim_pipeline.simulation.manifest import DeliveredTable, write_manifest
from kim_pipeline.simulation.numbers import file_number, procedure_number
from kim_pipeline.simulation.planted import (
    birth_year_shift,
    register_number_as_recorded,
)
from kim_pipeline.simulation.records import Record
from kim_pipeline.simulation.remarks import remark
from kim_pipeline.simulation.world import World

SOURCE = "immigration_office"
COLUMNS = {
    "persons": (
        "AKTENZEICHEN;AZR_NR;FAMILIENNAME;GEBURTSNAME;VORNAMEN;FRUEHERE_NAMEN;ALIASNAMEN;"
        "GEBURTSDATUM;GEBURTSORT;GESCHLECHT;STAATSANGEHOERIGKEIT;FAMILIENSTAND;STRASSE;HAUSNUMMER;"
        "PLZ;AGS;EINREISE_DEUTSCHLAND;ZUZUG_KREIS;AKTE;ABGABEGRUND;ABGABEDATUM;VERWEIS_AUF;"
        "NICHT_IDENTISCH_MIT;BEMERKUNG"
    ),
    "residence_titles": "AKTENZEICHEN;LFD_NR;LISTE;SCHLUESSEL;ERTEILT_AM;GUELTIG_BIS;BEENDET_AM",
    "integration_courses": "AKTENZEICHEN;LFD_NR;KURSART;BERECHTIGT_AM;BEGINN;ENDE;ERGEBNIS",
    "naturalisations": (
        "ANTRAGSNR;AKTENZEICHEN;TERMINANFRAGE_AM;ANTRAG_AM;VOLLSTAENDIG_AM;SICHERHEITSANFRAGE_AM;"
        "SICHERHEITSANTWORT_AM;ENTSCHEIDUNG_AM;URKUNDE_AM;ERGEBNIS;GRUNDLAGE;AUFNAHMEWEG;AGS"
    ),
}
Row = tuple[str, ...]


def german(day: date | None, today: date | None = None) -> str:
    """Write a day as dd.mm.yyyy; nothing when unknown or, given a today, still to come."""
    if day is None or (today and day > today):
        return ""
    return _german(day)


@cache
def _german(day: date) -> str:
    return f"{day.day:02d}.{day.month:02d}.{day.year:04d}"


def delivered(world: World, month: date) -> list[Record]:
    """Return the files of a month: file A, and file B for some years."""
    today = last_day(month)
    oldest = add_months(today, -int(assumptions().number("file_b_months")))
    found = []
    for record in world.immigration_office:
        filed = record.filed
        if record.since <= today and (filed is None or filed > oldest):
            found.append(record)
    return sorted(found, key=lambda record: record.number)


def _status(life: Life, today: date) -> str:
    if life.married and life.married <= today:
        return "VH"
    if life.person.role == "KIND":
        return "LD"
    if len(life.household.members) > 1 and life.household.members[1].role == "PARTNER":
        return "VH"
    age = years_between(life.person.birth, today)
    draw = life.person.number * 37 % 100
    if age > 70:
        return "VW" if draw < 45 else "GS"
    return "LD" if draw < 72 else "GS" if draw < 90 else "NB" if draw < 95 else "VH"


marital_status = _status


def person_row(world: World, record: Record, today: date) -> Row:
    """Return one row of persons."""
    life, seed = record.life, world.seed
    person, identity, address = life.person, record.identity_on(today), record.address_on(today)
    away = record.filed is not None and record.filed <= today
    shift = birth_year_shift(seed, person)
    birth = identity.birth
    if shift:
        birth = PartialDate(birth.year + shift, birth.month, min(birth.day, 28))
    others = world.not_identical.get(person.number, ())
    number = register_number_as_recorded(seed, person, identity.register_number)
    return (
        record.number,
        number,
        identity.family,
        identity.birth_name,
        identity.given,
        "|".join(identity.former_names),
        "|".join(identity.aliases),
        birth.german(),
        identity.birth_place,
        identity.sex,
        identity.nationality,
        _status(life, today),
        address.street,
        address.house_number,
        address.postcode,
        address.ags,
        german(person.arrived),
        german(person.arrived_in_district),
        "B" if away else "A",
        life.left_reason if away else "",
        german(life.left) if away else "",
        record.duplicate_of,
        "|".join(file_number(other * 2) for other in others),
        remark(record, today),
    )


def title_rows(record: Record, today: date) -> list[Row]:
    """Return the titles of a file; a second file of a person knows the last one only."""
    life = record.life
    held = [t for t in record.titles if t.granted <= today]
    if record.number != file_number(life.person.number * 2):
        held = held[-1:]
    end = life.left if life.left and life.left_reason == "EINBUERGERUNG" else None
    rows: list[Row] = []
    for index, title in enumerate(held, 1):
        ended = title.ended if index < len(held) else end
        rows.append(
            (
                record.number,
                str(index),
                title.list,
                title.code,
                german(title.granted),
                german(title.valid_until),
                german(ended, today),
            )
        )
    return rows


def course_rows(record: Record, today: date) -> list[Row]:
    """Return the courses of a file."""
    return [
        (
            record.number,
            str(index),
            course.kind,
            german(course.entitled),
            german(course.began, today),
            german(course.ended, today),
            course.result if course.ended and course.ended <= today else "",
        )
        for index, course in enumerate(record.life.courses, 1)
        if course.entitled <= today
    ]


def naturalisation_rows(record: Record, today: date) -> list[Row]:
    """Return the procedure of a person, if one was requested."""
    procedure = record.life.naturalisation
    if procedure is None or (procedure.requested or procedure.applied) > today:
        return []
    ended = procedure.certificate or procedure.decided
    if ended and ended <= add_months(today, -int(assumptions().number("procedure_months"))):
        return []
    outcome = procedure.outcome if ended and ended <= today else "OFFEN"
    stages = (
        procedure.requested,
        procedure.applied,
        procedure.complete,
        procedure.enquired,
        procedure.answered,
        procedure.decided,
        procedure.certificate,
    )
    ags = record.life.household.home_on(procedure.applied).address.ags
    return [
        (
            procedure_number(record.life.person.number),
            record.number,
            *(german(stage, today) for stage in stages),
            outcome,
            procedure.basis,
            procedure.route,
            ags,
        )
    ]


def _write(folder: Path, table: str, rows: Iterable[Row]) -> DeliveredTable:
    with (folder / f"{table}.csv").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
        writer.writerow(COLUMNS[table].split(";"))
        number = 0
        for number, row in enumerate(rows, 1):  # noqa: B007 (the count is used after the loop)
            writer.writerow(row)
    return DeliveredTable(table, f"{table}.csv", number)


def deliver_immigration_office(world: World, month: date, folder: Path, sequence: int) -> None:
    """Write the delivery of one month."""
    today, records = last_day(month), delivered(world, month)
    main = [r for r in records if r.number == file_number(r.life.person.number * 2)]
    tables = [
        _write(folder, "persons", (person_row(world, r, today) for r in records)),
        _write(
            folder,
            "residence_titles",
            (row for r in records for row in title_rows(r, today)),
        ),
        _write(folder, "integration_courses", (row for r in main for row in course_rows(r, today))),
        _write(
            folder, "naturalisations", (row for r in main for row in naturalisation_rows(r, today))
        ),
    ]
    write_manifest(folder, SOURCE, month, sequence, tables)
