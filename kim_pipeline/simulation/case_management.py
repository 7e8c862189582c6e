"""The case management's delivery: one SQLite database with ISO dates."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from string import Template

from kim_pipeline.simulation.cases import Case, Referral
from kim_pipeline.simulation.chance import share
from kim_pipeline.simulation.dates import days, last_day
from kim_pipeline.simulation.manifest import DeliveredTable, write_manifest
from kim_pipeline.simulation.nationalities import nationalities
from kim_pipeline.simulation.planted import planted
from kim_pipeline.simulation.records import Record
from kim_pipeline.simulation.remarks import remark
from kim_pipeline.simulation.world import World

SOURCE, FILE = "case_management", "case_management.sqlite"
Value = str | int | None
COLUMNS = {
    "clients": "client_id given_name family_name birth_name birth_date birth_place sex nationality "
    "street house_number postcode town_ags azr_number notes",
    "cases": "case_id client_id body town_ags access_route intake_date clearing_end "
    "assessment_date plan_date evaluation_date close_date close_reason phase lead_body",
    "goals": "goal_id case_id topic set_date target_date state",
    "referrals": "referral_id case_id to_body topic referral_date accepted_date outcome",
    "contacts": "contact_id case_id contact_date channel minutes interpreter_language",
    "conferences": "conference_id case_id conference_date bodies",
    "consents": "consent_id client_id scope given_on revoked_on",
}
_INTEGERS = frozenset({"phase", "minutes"})
# Names come from `COLUMNS` alone; SQL takes no marks for names.
_CREATE = Template("CREATE TABLE $table ($fields, PRIMARY KEY ($key))")
_INSERT = Template("INSERT INTO $table VALUES ($marks)")


@dataclass
class _Rows:
    """The rows of all tables, gathered client by client."""

    tables: dict[str, list[tuple[Value, ...]]] = field(
        default_factory=lambda: {name: [] for name in COLUMNS}
    )

    def add(self, table: str, *values: Value) -> None:
        """Add a row."""
        self.tables[table].append(values)


def _iso(day: date | None, today: date) -> str | None:
    return day.isoformat() if day and day <= today else None


def _client(rows: _Rows, world: World, record: Record, today: date) -> None:
    identity, address = record.identity_on(today), record.address_on(today)
    rows.add(
        "clients",
        record.number,
        identity.given,
        identity.family,
        identity.birth_name or None,
        identity.birth.iso(),
        identity.birth_place or None,
        identity.sex or None,
        _nationality(world, record, identity.nationality, today),
        address.street,
        address.house_number or None,
        address.postcode,
        address.ags,
        identity.register_number or None,
        remark(record, today) or None,
    )
    consent = record.cases[0]
    if consent.consent and consent.clearing <= today:
        given = _iso(consent.clearing, today)
        revoked = _iso(consent.consent_revoked, today)
        rows.add("consents", f"{record.number}-E1", record.number, "VERKNUEPFUNG", given, revoked)
        if consent.conferences:
            rows.add(
                "consents", f"{record.number}-E2", record.number, "FALLKONFERENZ", given, revoked
            )


def _nationality(world: World, record: Record, code: str, today: date) -> str:
    """Return the nationality, in a few records as a word in the code field."""
    life, text = record.life, share(world.seed, "free text", record.number)
    if life.left_reason == "EINBUERGERUNG" and life.left and life.left <= today:
        late = share(world.seed, "old nationality", record.number)
        code = code if late < record.rates["nationality_not_updated"] else "000"
    known = nationalities().get(code)
    return known.state if known and text < record.rates["code_as_text"] else code


def _case(rows: _Rows, world: World, record: Record, index: int, today: date) -> None:
    number, case = f"{record.number}-F{index + 1}", record.cases[index]
    person = record.life.person.number
    planned, assessed = case.planned, case.assessed
    if planted(world.seed, "phase_order", person):
        planned, assessed = assessed - days(30), planned
    closed = _iso(case.closed, today)
    reason = case.close_reason if closed else None
    if planted(world.seed, "closed_without_reason", person):
        reason = None
    town = record.life.household.home_on(case.intake).address.ags
    rows.add(
        "cases",
        number,
        record.number,
        case.body,
        town,
        case.access_route,
        _iso(case.intake, today),
        _iso(case.clearing, today),
        _iso(assessed, today),
        _iso(planned, today),
        _iso(case.evaluated, today),
        closed,
        reason,
        case.phase_on(today),
        (case.lead_body or None) if case.planned <= today else None,
    )
    _details(rows, number, case, today)


def _details(rows: _Rows, number: str, case: Case, today: date) -> None:
    for index, goal in enumerate(case.goals, 1):
        if goal.set_on <= today:
            state = goal.state if min(goal.target, case.closed) <= today else "OFFEN"
            dates = goal.set_on.isoformat(), goal.target.isoformat()
            rows.add("goals", f"{number}-Z{index}", number, goal.topic, *dates, state)
    for index, referral in enumerate(case.referrals, 1):
        if referral.on <= today:
            rows.add("referrals", f"{number}-V{index}", number, *_referral(referral, today))
    _meetings(rows, number, case, today)


def _meetings(rows: _Rows, number: str, case: Case, today: date) -> None:
    for index, contact in enumerate(case.contacts, 1):
        if contact.on <= today:
            how = contact.channel, contact.minutes, contact.language or None
            rows.add("contacts", f"{number}-K{index}", number, contact.on.isoformat(), *how)
    for index, meeting in enumerate(case.conferences, 1):
        if meeting.on <= today:
            when = meeting.on.isoformat()
            rows.add("conferences", f"{number}-C{index}", number, when, meeting.bodies)


def _referral(referral: Referral, today: date) -> tuple[Value, ...]:
    known = referral.accepted is None or referral.accepted <= today
    return (
        referral.to_body,
        referral.topic,
        referral.on.isoformat(),
        _iso(referral.accepted, today),
        (referral.outcome or None) if known else None,
    )


def rows_of(world: World, month: date) -> dict[str, list[tuple[Value, ...]]]:
    """Return the rows of all tables as they stand at the end of a month."""
    today, rows = last_day(month), _Rows()
    for record in sorted(world.case_management, key=lambda record: record.number):
        if record.since <= today:
            _client(rows, world, record, today)
            for index, case in enumerate(record.cases):
                if case.intake <= today:
                    _case(rows, world, record, index, today)
    return rows.tables


def _create(table: str, columns: list[str]) -> str:
    fields = ", ".join(f"{c} {'INTEGER' if c in _INTEGERS else 'TEXT'}" for c in columns)
    return _CREATE.substitute(table=table, fields=fields, key=columns[0])


def deliver_case_management(world: World, month: date, folder: Path, sequence: int) -> None:
    """Write the delivery of one month; the file is made anew so that its bytes are the same."""
    path = folder / FILE
    path.unlink(missing_ok=True)
    tables = rows_of(world, month)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("BEGIN")
        for table, rows in tables.items():
            columns = COLUMNS[table].split()
            connection.execute(_create(table, columns))
            marks = ", ".join("?" * len(columns))
            connection.executemany(_INSERT.substitute(table=table, marks=marks), rows)
        connection.execute("COMMIT")
    counts = [DeliveredTable(table, FILE, len(rows)) for table, rows in tables.items()]
    write_manifest(folder, SOURCE, month, sequence, counts)
