"""The towns' social offices' deliveries: a workbook per town, each kept in its own manner."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]

from kim_pipeline.simulation.address_errors import flawless_address
from kim_pipeline.simulation.addresses import Address
from kim_pipeline.simulation.assumptions import assumptions
from kim_pipeline.simulation.asylum_grants import ANALOGOUS, STATUS_GROUPS, Grant, benefit_kind
from kim_pipeline.simulation.chance import share
from kim_pipeline.simulation.dates import add_months, last_day
from kim_pipeline.simulation.identity import PartialDate
from kim_pipeline.simulation.letters import systems
from kim_pipeline.simulation.manifest import DeliveredTable, write_manifest
from kim_pipeline.simulation.naturalisations import title_on
from kim_pipeline.simulation.place import Town
from kim_pipeline.simulation.records import Record
from kim_pipeline.simulation.remarks import remark
from kim_pipeline.simulation.world import World

SOURCE, SHEET, FILE = "asylum_benefits", "Leistungsempfaenger", "{town}.xlsx"
COLUMNS = (
    "Aktenzeichen;Familienname;Geburtsname;Vornamen;Geburtsdatum;Geburtsort;Geschlecht;"
    "Staatsangehoerigkeit;AZR-Nummer;Strasse;Hausnummer;PLZ;Gemeindeschluessel;Status;Unterkunft;"
    "Leistungsart;Beginn;Ende;Betrag;Bemerkung"
)
HEADER_ROW = 2
_NUMBERS = ("PLZ", "Gemeindeschluessel")
OLD_ANALOGOUS = "ANALOG18"
_STATUS = {"GESTATTUNG": "GESTATTUNG", "DULDUNG": "DULDUNG", "ANKUNFT": "ANKUNFTSNACHWEIS"}
Value = str | date | float | None


def delivered(world: World, month: date) -> dict[str, list[Record]]:
    """Return the records of a month by town: running grants and those ended of late."""
    today = last_day(month)
    oldest = add_months(today, -int(assumptions().number("months_after_grant")))
    found: dict[str, list[Record]] = {town.ags: [] for town in world.place.towns}
    for record in sorted(world.asylum_benefits, key=lambda record: record.given_number):
        grant = record.grant
        if grant is None or grant.recorded > today or grant.town_ags not in found:
            continue
        if grant.ended is None or grant.ended > oldest:
            found[grant.town_ags].append(record)
    return found


def recipient_row(world: World, record: Record, grant: Grant, today: date) -> dict[str, Value]:
    """Return one row of a worksheet; days are dates, whatever the town makes of them."""
    identity, address = record.identity_on(today), _address(record, grant, today)
    shared = record.life.household.home_on(min(today, grant.ended or today)).address.shared
    on = min(today, grant.ended or today)
    values: tuple[Value, ...] = (
        record.given_number,
        identity.family,
        identity.birth_name,
        identity.given,
        _birth(identity.birth),
        identity.birth_place,
        identity.sex,
        identity.nationality,
        identity.register_number,
        address.street,
        address.house_number,
        address.postcode,
        grant.town_ags,
        _status(record, on),
        "GU" if shared else "WOHNUNG",
        _kind(record, on),
        grant.began,
        grant.ended if grant.ended and grant.ended <= today else None,
        _amount(world, record),
        remark(record, today),
    )
    return dict(zip(COLUMNS.split(";"), values, strict=True))


def _address(record: Record, grant: Grant, today: date) -> Address:
    """Return the address as typed, or the true one where the typed one is of another town."""
    typed = record.address_on(today)
    if typed.ags == grant.town_ags:
        return typed
    homes = (home.address for home in record.life.household.homes)
    here = next((a for a in homes if a.ags == grant.town_ags), typed)
    return flawless_address(here, systems()[SOURCE])


def _birth(birth: PartialDate) -> Value:
    """Return a full birth date as a date, one known in part as text."""
    try:
        return date(birth.year, birth.month, birth.day)
    except ValueError:
        return birth.german()


def _status(record: Record, on: date) -> str:
    """Return the status that the office copied from the papers."""
    held = title_on(record.life.titles, on)
    return _STATUS[held.status_group] if held and held.status_group in STATUS_GROUPS else ""


def _kind(record: Record, on: date) -> str:
    """Return the kind of the benefits; here and there the code of the law before 2024 stands on."""
    kind = benefit_kind(record.life, on)
    forgotten = share(record.seed, "old code", record.number) < record.rates["code_as_text"]
    return OLD_ANALOGOUS if kind == ANALOGOUS and forgotten else kind


def _amount(world: World, record: Record) -> float:
    """Return the euros a month: the rate, and rent in most cases."""
    rate = assumptions().rate("asylum_benefit_amount", record.life.person.role)
    rent = share(world.seed, "asylum rent", record.number) * 280
    return round(rate + rent, 2)


def deliver_asylum_benefits(world: World, month: date, folder: Path, sequence: int) -> None:
    """Write the delivery of one month: a workbook per town, an empty one where nobody is."""
    today = last_day(month)
    by_town = delivered(world, month)
    for town in world.place.towns:
        rows = [
            recipient_row(world, record, record.grant, today)
            for record in by_town[town.ags]
            if record.grant
        ]
        _write_workbook(folder / FILE.format(town=town.ags), town, month, rows)
    count = sum(len(records) for records in by_town.values())
    write_manifest(folder, SOURCE, month, sequence, [DeliveredTable("recipients", FILE, count)])


def _write_workbook(path: Path, town: Town, month: date, rows: Iterable[dict[str, Value]]) -> None:
    with xlsxwriter.Workbook(path) as book:
        # The time inside the file is that of the delivery: equal deliveries are equal files.
        book.set_properties({"created": datetime(month.year, month.month, 1, tzinfo=UTC)})
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        sheet = book.add_worksheet(SHEET)
        sheet.write_string(0, 0, f"Leistungen nach dem AsylbLG, {town.name}, {month:%Y-%m}")
        sheet.write_row(HEADER_ROW - 1, 0, COLUMNS.split(";"))
        typed = _types_cells(town)
        for number, row in enumerate(rows, HEADER_ROW):
            for column, (name, value) in enumerate(row.items()):
                _write_cell(sheet, (number, column), _kept(name, value, typed), day)


def _types_cells(town: Town) -> bool:
    """Tell whether a town keeps real days and numbers in its cells; the others type texts."""
    return int(town.ags) // 4 % 2 == 0


def _kept(name: str, value: Value, typed: bool) -> Value:
    """Return a value as a town keeps it: real days and numbers, or texts."""
    if isinstance(value, date) and not typed:
        return f"{value:%d.%m.%Y}"
    if typed and name in _NUMBERS and isinstance(value, str) and value.isdigit():
        return float(value)
    return value


def _write_cell(sheet: Any, place: tuple[int, int], value: Value, day: Any) -> None:
    if isinstance(value, date):
        sheet.write_datetime(*place, value, day)
    elif isinstance(value, float):
        sheet.write_number(*place, value)
    elif value:
        sheet.write_string(*place, value)
