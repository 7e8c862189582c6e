"""The job centre's delivery: one XML file in windows-1252, written person by person."""

from datetime import date
from pathlib import Path
from typing import TextIO
from xml.sax.saxutils import escape

from kim_pipeline.simulation.assumptions import assumptions
from kim_pipeline.simulation.benefits import Spell
from kim_pipeline.simulation.chance import share
from kim_pipeline.simulation.dates import add_months, days, last_day
from kim_pipeline.simulation.immigration_office import marital_status
from kim_pipeline.simulation.letters import fit_letters, systems
from kim_pipeline.simulation.manifest import DeliveredTable, write_manifest
from kim_pipeline.simulation.naturalisations import title_on
from kim_pipeline.simulation.records import Record
from kim_pipeline.simulation.world import World

SOURCE, FILE = "job_centre", "xsozial.xml"
_LETTERS = systems()[SOURCE].letters
_SEX = {"m": "1", "w": "2", "d": "3", "": ""}
_STATUS = {
    "NE": "NIEDERLASSUNGSERLAUBNIS",
    "DA_EU": "NIEDERLASSUNGSERLAUBNIS",
    "EU_FZ": "FREIZUEGIGKEIT",
    "AE_24": "VORUEBERGEHENDER_SCHUTZ",
    "GESTATTUNG": "AUFENTHALTSGESTATTUNG",
    "DULDUNG": "DULDUNG",
    "DEUTSCH": "DEUTSCH",
    "ANTRAG_FIKTION": "FIKTIONSBESCHEINIGUNG",
    "ANDERE": "UNBEKANNT",
}
_FREE_TEXT = ("Duldung 60a", "AE 25/2", "siehe Akte", "EU", "AE bis Dez.")
_AMOUNTS = {"HV": (640, 1180), "PARTNER": (480, 720), "KIND": (330, 480)}


def known_spells(record: Record, today: date) -> list[Spell]:
    """Return the spells entered by a day."""
    return [spell for spell in record.spells if spell.recorded <= today and spell.began <= today]


def delivered(world: World, month: date) -> list[Record]:
    """Return the customers with a receipt in the last few months."""
    today = last_day(month)
    oldest = add_months(today, -int(assumptions().number("months_after_receipt")))
    return sorted(
        (
            record
            for record in world.job_centre
            if any(spell.ended > oldest for spell in known_spells(record, today))
        ),
        key=lambda record: record.number,
    )


def _tag(name: str, value: str) -> str:
    return f"<{name}>{escape(fit_letters(value, _LETTERS))}</{name}>" if value else f"<{name}/>"


def _element(name: str, fields: list[tuple[str, str]]) -> str:
    return f"<{name}>{''.join(_tag(key, value) for key, value in fields)}</{name}>"


def _iso(day: date | None, today: date) -> str:
    return day.isoformat() if day and day <= today else ""


def _benefit_pieces(spell: Spell, today: date) -> list[tuple[date, str, int]]:
    """Cut a spell at each new year, when amounts change: (begin, end or empty, step)."""
    pieces = []
    first = max(2023, spell.began.year)
    began, year = spell.began, first
    while date(year, 12, 31) < min(spell.ended, today):
        pieces.append((began, date(year, 12, 31).isoformat(), year - first))
        began, year = date(year + 1, 1, 1), year + 1
    pieces.append((began, _iso(spell.ended, today), year - first))
    return pieces


def benefit_elements(world: World, record: Record, today: date) -> list[str]:
    """Return the benefits of a customer."""
    low, high = _AMOUNTS[record.life.person.role]
    elements: list[str] = []
    for spell in known_spells(record, today):
        draw = share(world.seed, "amount", record.number, spell.began.isoformat())
        amount = int(low * 100 + draw * (high - low) * 100)
        for began, ended, step in _benefit_pieces(spell, today):
            euro, cent = divmod(amount + step * 1200, 100)
            elements.append(
                _element(
                    "Leistung",
                    [
                        ("LfdNr", str(len(elements) + 1)),
                        ("Art", "SGB2"),
                        ("Beginn", began.isoformat()),
                        ("Ende", ended),
                        ("Betrag", f"{euro},{cent:02d}"),
                    ],
                )
            )
    return elements


def activity_elements(record: Record, today: date) -> list[str]:
    """Return employments and case-management episodes since the first receipt."""
    first, last = record.spells[0].began, record.spells[-1].ended + days(62)
    jobs = [j for j in record.life.jobs if first <= j.began <= min(today, last)]
    episodes = [e for e in record.life.episodes if first <= e.began <= min(today, last)]
    return [
        _element(
            "Beschaeftigung",
            [
                ("LfdNr", str(index)),
                ("Art", job.kind),
                ("Beginn", job.began.isoformat()),
                ("Ende", _iso(job.ended, today)),
            ],
        )
        for index, job in enumerate(jobs, 1)
    ] + [
        _element(
            "Fallmanagement",
            [
                ("LfdNr", str(index)),
                ("Handlungsfeld", episode.topic),
                ("Beginn", episode.began.isoformat()),
                ("Ende", _iso(episode.ended, today)),
            ],
        )
        for index, episode in enumerate(episodes, 1)
    ]


def status_as_reported(world: World, record: Record, today: date) -> str:
    """Return the residence status in the job centre's words, a few as free text."""
    draw = share(world.seed, "status", record.number)
    if draw < record.rates["code_as_text"]:
        return _FREE_TEXT[int(draw * 1e6) % len(_FREE_TEXT)]
    seen = add_months(today, -int(draw * 7))
    held = title_on(record.life.titles, max(seen, record.spells[0].began))
    group = held.status_group if held else "ANDERE"
    return _STATUS.get(group, "AUFENTHALTSERLAUBNIS")


def nationality_as_reported(world: World, record: Record, code: str, today: date) -> str:
    """Return the nationality; a naturalisation is not seen in every record."""
    life = record.life
    if life.left_reason == "EINBUERGERUNG" and life.left and life.left <= today:
        unseen = (
            share(world.seed, "old nationality", record.number)
            < record.rates["nationality_not_updated"]
        )
        return code if unseen else "000"
    return code


def person_fields(world: World, record: Record, today: date) -> list[tuple[str, str]]:
    """Return the fields of one person."""
    person, identity = record.life.person, record.identity_on(today)
    address = record.address_on(today)
    nationality = nationality_as_reported(world, record, identity.nationality, today)
    return [
        ("Kundennummer", record.number),
        ("Familienname", identity.family),
        ("Vorname", identity.given),
        ("Geburtsname", identity.birth_name),
        ("Geburtsdatum", identity.birth.iso()),
        ("Geburtsort", identity.birth_place),
        ("Geschlecht", _SEX[identity.sex]),
        ("Staatsangehoerigkeit", nationality),
        ("Familienstand", marital_status(record.life, today)),
        ("Strasse", address.street),
        ("Hausnummer", address.house_number),
        ("PLZ", address.postcode),
        ("AGS", address.ags),
        ("Aufenthaltsstatus", status_as_reported(world, record, today)),
        ("BGNummer", known_spells(record, today)[-1].community),
        ("Rolle", person.role),
    ]


def person_element(world: World, record: Record, today: date) -> str:
    """Return one person with everything that belongs to it."""
    inner = "".join(_tag(key, value) for key, value in person_fields(world, record, today))
    parts = [*benefit_elements(world, record, today), *activity_elements(record, today)]
    return f"<Person>{inner}{''.join(parts)}</Person>\n"


def community_elements(records: list[Record], today: date) -> list[str]:
    """Return the benefit communities of the delivered persons."""
    sizes: dict[str, list[Record]] = {}
    for record in records:
        sizes.setdefault(known_spells(record, today)[-1].community, []).append(record)
    elements = []
    for community, members in sorted(sizes.items()):
        applied = min(s.began for s in known_spells(members[0], today)) - days(9)
        elements.append(
            _element(
                "Bedarfsgemeinschaft",
                [
                    ("BGNummer", community),
                    ("Groesse", str(len(members))),
                    ("AGS", members[0].address_on(today).ags),
                    ("Antragsdatum", applied.isoformat()),
                ],
            )
            + "\n"
        )
    return elements


def _write(file: TextIO, world: World, records: list[Record], month: date) -> dict[str, int]:
    today = last_day(month)
    counts = dict.fromkeys(("Person", "Leistung", "Beschaeftigung", "Fallmanagement"), 0)
    file.write('<?xml version="1.0" encoding="windows-1252"?>\n')
    file.write(f'<XSozial Berichtsmonat="{month:%Y-%m}">\n')
    for record in records:
        element = person_element(world, record, today)
        for name in counts:
            counts[name] += element.count(f"<{name}>")
        file.write(element)
    communities = community_elements(records, today)
    file.writelines(communities)
    file.write("</XSozial>\n")
    return counts | {"Bedarfsgemeinschaft": len(communities)}


def deliver_job_centre(world: World, month: date, folder: Path, sequence: int) -> None:
    """Write the delivery of one month."""
    with (folder / FILE).open("w", encoding="windows-1252", newline="\n") as file:
        counts = _write(file, world, delivered(world, month), month)
    names = {
        "persons": "Person",
        "benefit_communities": "Bedarfsgemeinschaft",
        "benefits": "Leistung",
        "employment": "Beschaeftigung",
        "case_management_episodes": "Fallmanagement",
    }
    tables = [DeliveredTable(name, FILE, counts[tag]) for name, tag in names.items()]
    write_manifest(folder, SOURCE, month, sequence, tables)
