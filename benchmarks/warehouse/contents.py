"""What stands in invented rows: codes of the contracts, dates in order, changes by version."""

from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import sqlalchemy as sa

from benchmarks.warehouse.draws import Column, Rows, dates, keys
from benchmarks.warehouse.tables import CASES, JOBS, SOURCES, persons_table, staged
from kim_pipeline.kreis import read_kreis
from kim_pipeline.warehouse.staging import attributes
from sources.contracts.code_lists import code_list

KREIS = read_kreis(Path(__file__).parents[2] / "kreis.yaml")
TOWNS = [town.ags for town in KREIS.towns]
STATES = ["475", "475", "163", "163", "166", "423", "439", "121", "137", "152"]
# Titles of these groups are more frequent than one of each group.
OFTEN = {"EU_FZ": 5, "NE": 3, "AE_HUM_SCHUTZ": 3, "AE_24": 2, "AE_FAM": 2}
CHANCE_TITLE = ("aufenthaltserlaubnis", "489")
TEXTS: dict[str, list[str]] = {
    "marital_status": ["LD", "VH", "GS", "VW"],
    "residence_status_reported": ["AUFENTHALTSERLAUBNIS", "NIEDERLASSUNGSERLAUBNIS", "DULDUNG"],
    "household_role": ["HV", "PARTNER", "KIND"],
    "benefit": ["SGB2"],
    "employment_type": ["SVB", "SVB", "GERINGFUEGIG"],
    "topic": ["SPRACHE", "ARBEIT", "WOHNEN", "EINBUERGERUNG", "AUFENTHALT", "GESUNDHEIT"],
    "body": ["KREIS", "STADT", "TRAEGER"],
    "lead_body": ["KREIS", "STADT"],
    "access_route": ["SELBST", "ABH", "JC", "SCHULE"],
    "phase": ["20", "30", "40", "50", "60", "80"],
    "state": ["OFFEN", "ERREICHT", "TEILWEISE", "VERFEHLT"],
    "to_body": ["JOBCENTER", "SPRACHKURSTRAEGER", "AUSLAENDERBEHOERDE", "JUGENDAMT"],
    "channel": ["PERSOENLICH", "TELEFON", "VIDEO"],
    "scope": ["VERKNUEPFUNG", "FALLKONFERENZ"],
    "course_type": ["01", "02", "04"],
    "result": ["B1", "A2", "TEILNAHME"],
    "legal_basis": ["P10", "P10", "P8"],
    "intake_route": ["KREIS", "STADT", "ONLINE"],
    "status": ["GESTATTUNG", "DULDUNG", "ANKUNFTSNACHWEIS"],
    "accommodation": ["GU", "WOHNUNG"],
    "file": ["A"],
}
TURNING = ("marital_status", "phase", "state", "accommodation", "channel", "lead_body")
NUMBERS = {"size": 5, "minutes": 90, "amount": 1_200}
# Days follow each other: each of these so many days, at most, after the one before it. Of the last
# ones a share of the rows, in percent, has none yet; a new version moves the newest a row has.
COURSES: dict[str, tuple[date, int, tuple[tuple[str, int, int], ...]]] = {
    "immigration_office_persons": (
        date(2008, 1, 1),
        6_700,
        (("arrived_on", 1, 0), ("arrived_in_district_on", 200, 0)),
    ),
    "immigration_office_integration_courses": (
        date(2021, 1, 1),
        1_800,
        (("entitled_on", 1, 0), ("began_on", 200, 20), ("ended_on", 400, 40)),
    ),
    "immigration_office_naturalisations": (
        date(2022, 6, 1),
        1_300,
        (
            ("appointment_requested_on", 1, 0),
            ("applied_on", 90, 0),
            ("complete_on", 90, 20),
            ("security_enquiry_on", 60, 30),
            ("security_answer_on", 90, 40),
            ("decided_on", 200, 50),
            ("certificate_on", 60, 60),
        ),
    ),
    "job_centre_benefit_communities": (date(2018, 1, 1), 2_800, (("applied_on", 1, 0),)),
    "job_centre_benefits": (date(2019, 1, 1), 2_500, (("began_on", 1, 0), ("ended_on", 900, 60))),
    "job_centre_employment": (date(2020, 1, 1), 2_200, (("began_on", 1, 0), ("ended_on", 600, 60))),
    "job_centre_case_management_episodes": (
        date(2022, 1, 1),
        1_500,
        (("began_on", 1, 0), ("ended_on", 300, 50)),
    ),
    "case_management_cases": (
        date(2022, 6, 1),
        1_300,
        (
            ("intake_on", 1, 0),
            ("clearing_ended_on", 30, 10),
            ("assessed_on", 30, 20),
            ("planned_on", 40, 30),
            ("evaluated_on", 200, 70),
            ("closed_on", 100, 80),
        ),
    ),
    "case_management_goals": (date(2022, 9, 1), 1_300, (("set_on", 1, 0), ("target_on", 200, 0))),
    "case_management_referrals": (
        date(2022, 9, 1),
        1_300,
        (("referred_on", 1, 0), ("accepted_on", 40, 30)),
    ),
    "case_management_contacts": (date(2022, 9, 1), 1_300, (("contact_on", 1, 0),)),
    "case_management_conferences": (date(2022, 9, 1), 1_300, (("conference_on", 1, 0),)),
    "case_management_consents": (
        date(2022, 6, 1),
        1_300,
        (("given_on", 1, 0), ("revoked_on", 300, 95)),
    ),
    "asylum_benefits_recipients": (
        date(2020, 1, 1),
        2_300,
        (("began_on", 1, 0), ("ended_on", 700, 80)),
    ),
}


def contents(rows: Rows) -> pa.Table:
    """Fill the columns that a delivery fills."""
    table = staged()[rows.table]
    known = _keys(rows) | _person(rows) | _course(rows)
    if rows.table.endswith("residence_titles"):
        known |= _titles(rows)
    if "outcome" in table.columns:
        known["outcome"] = _outcome(rows)
    names = attributes(table)
    return pa.table(
        {n: known[n] if n in known else _value(rows, n, table.c[n].type) for n in names}
    )


def _keys(rows: Rows) -> dict[str, Column]:
    source = next(name for name in SOURCES if rows.table.startswith(name))
    records = rows.ids if rows.table == persons_table(source) else rows.owners
    return {
        "row_key": keys(rows.table, rows.ids),
        "record_pseudonym": keys(f"{source} record", records),
        "case_key": keys(f"{CASES}_cases", rows.owners),
        "benefit_community": keys(f"{JOBS}_benefit_communities", rows.ids // 2),
    }


def _person(rows: Rows) -> dict[str, Column]:
    """Draw what sources agree on, or nearly: nationality differs now and then, towns with moves.

    Every third change is a move; every one where nothing else of a person changes.
    """
    person = Rows("person", rows.owners, rows.owners, rows.versions * 0)
    other = rows.share("other nationality", 2)
    towns, states = (person.number(n, len(o)) for n, o in (("town", TOWNS), ("state", STATES)))
    rare = 3 if "marital_status" in staged()[rows.table].columns else 1
    town = (towns + rows.versions // rare) % len(TOWNS)
    state = np.where(other, rows.number("state", len(STATES)), states)
    return {
        "sex": person.pick("sex", ["m", "w"]),
        "birth_year": pa.array(1945 + person.number("birth year", 78)),
        "nationality": pa.array(STATES).take(state),
        "town_ags": pa.array(TOWNS).take(town),
    }


def _course(rows: Rows) -> dict[str, Column]:
    if rows.table not in COURSES:
        return {}
    first, span, steps = COURSES[rows.table]
    day, done = rows.day("first", first, span), rows.number("how far", 100)
    ends = [*(share for _, _, share in steps[1:]), 100]
    found = {}
    for (name, days, share), end in zip(steps, ends, strict=True):
        day = day + rows.number(name, days)
        newest = (done >= share) & (done < end)
        found[name] = dates(day + rows.versions * 7 * newest, done < share)
    return found


def _titles(rows: Rows) -> dict[str, Column]:
    """Give everybody a running title, prolonged with each version, and some an ended one."""
    earlier = rows.ids != rows.owners
    code = rows.number("title", len(_current_titles()))
    lists, codes = zip(*_current_titles(), strict=True)
    granted = np.where(
        earlier, rows.day("old", date(2015, 1, 1), 2_000), rows.day("new", date(2022, 1, 1), 1_500)
    )
    until = granted + 730 + rows.number("term", 730) + rows.versions * 90
    ended = (date(2021, 1, 1) - date(1970, 1, 1)).days + rows.number("end", 300)
    return {
        "title_list": pa.array(lists).take(code),
        "title_code": pa.array(codes).take(code),
        "granted_on": dates(granted),
        "valid_until": dates(until),
        "ended_on": dates(ended, ~earlier),
    }


@cache
def _current_titles() -> list[tuple[str, str]]:
    """List a code of each status group that may be reported today, frequent groups repeatedly."""
    found: dict[str, tuple[str, str]] = {}
    for row in code_list("residence_titles").to_pylist():
        group = row["status_group"]
        if group and not row["dropped_from"] and not row["reportable_to"]:
            found.setdefault(group, (row["list"], row["code"]))
    found["AE_CHANCE"] = CHANCE_TITLE
    return [title for group, title in found.items() for _ in range(OFTEN.get(group, 1))]


def _outcome(rows: Rows) -> Column:
    """End naturalisations as their dates say; a referral has an outcome of its own."""
    if rows.table.endswith("referrals"):
        return rows.pick("outcome", ["AUFGENOMMEN", "AUFGENOMMEN", "BERATEN", "ABGELEHNT"])
    done = rows.number("how far", 100)
    decided = np.where(rows.share("refused", 20), 1, 2)
    place = np.where(done < 50, 0, np.where(done < 60, 1, decided))
    return pa.array(["OFFEN", "ABGELEHNT", "EINGEBUERGERT"]).take(place)


def _value(rows: Rows, name: str, kind: sa.types.TypeEngine[object]) -> Column:
    """Fill any other column by its name; what nobody knows stays empty."""
    if name in TEXTS:
        return rows.pick(name, TEXTS[name], turning=name in TURNING)
    if name in NUMBERS:
        return pa.array(1 + rows.number(name, NUMBERS[name], turning=True))
    if isinstance(kind, sa.Boolean):
        return pa.array(np.zeros(len(rows.ids), bool))
    return pa.nulls(len(rows.ids), pa.string())
