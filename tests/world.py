"""A few persons written by hand as if delivered, and what core makes of them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa

from kim_pipeline.core.build import Knowledge, build_person_month, build_spells
from kim_pipeline.core.definitions import read_definitions
from kim_pipeline.core.feeds import Feed
from kim_pipeline.warehouse.schema import core, register
from kim_pipeline.warehouse.schema.base import FOREVER, FOREVER_DATE
from kim_pipeline.warehouse.schema.person_month import person_month
from kim_pipeline.warehouse.schema.quality import delivery
from sources.accepting.staging import feeds as declared_feeds
from sources.accepting.staging import staging_tables
from sources.contracts.contract import load_contracts

MONTH = date(2025, 9, 1)
KNOWN = datetime(2025, 10, 5, 6, tzinfo=UTC)
LATER = datetime(2025, 11, 5, 6, tzinfo=UTC)
CONTRACTS = {contract.source: contract for contract in load_contracts()}
FEEDS = declared_feeds(tuple(CONTRACTS.values()))
DEFINITIONS = read_definitions()
TOWN = "05158004"


def key(number: int) -> str:
    """Write a small number as a key, so that a test can name it."""
    return f"00000000-0000-0000-0000-{number:012d}"


def staged() -> dict[str, sa.Table]:
    """Describe the staging tables of all contracts by name."""
    return {t.name: t for c in CONTRACTS.values() for t in staging_tables(c).values()}


class World:
    """Writes records as if delivered, and reads what was made of them."""

    def __init__(self, connection: sa.Connection, tables: Mapping[str, sa.Table]) -> None:
        self.connection, self.tables = connection, tables

    def deliver(
        self, source: str, month: date = MONTH, known_at: datetime = KNOWN, sequence: int = 1
    ) -> None:
        number = self.connection.execute(sa.select(sa.func.count()).select_from(delivery)).scalar()
        self.connection.execute(
            delivery.insert().values(
                delivery_id=(number or 0) + 1,
                source=source,
                month=month,
                sequence=sequence,
                received_at=known_at,
                known_at=known_at,
                status="accepted",
                rows_delivered=1,
                rows_rejected=0,
                rows_opened=1,
                rows_closed=0,
                content_mac=b"x",
                contract_version="1",
                code_version="1",
            )
        )

    def row(self, table: str, row_key: int, **values: Any) -> None:
        times = {
            "valid_from": MONTH,
            "valid_to": FOREVER_DATE,
            "known_from": KNOWN,
            "known_to": FOREVER,
        }
        columns = {"row_key": key(row_key), **times, "asserted_by": 1, **values}
        self.connection.execute(self.tables[table].insert().values(**columns))

    def restate(self, table: str, row_key: int, **changes: Any) -> None:
        """Learn later that a row was otherwise than delivered: nothing of it stays but its past."""
        staged = self.tables[table]
        same = (staged.c.row_key == key(row_key), staged.c.known_to == FOREVER)
        rows = self.connection.execute(sa.select(staged).where(*same)).mappings().all()
        self.connection.execute(staged.update().where(*same).values(known_to=LATER))
        for row in rows:
            later = {"known_from": LATER, "known_to": FOREVER, **changes}
            self.connection.execute(staged.insert().values(**{**row, **later}))

    def link(self, source: str, record: int, person: int) -> None:
        self.connection.execute(
            register.link.insert().values(
                source=source, record_pseudonym=key(record), person_id=key(person), known_from=KNOWN
            )
        )

    def resident(self, record: int, person: int, **values: Any) -> None:
        given = {
            "nationality": "475",
            "sex": "w",
            "birth_year": 1990,
            "town_ags": TOWN,
            "file": "A",
            "arrived_on": date(2024, 1, 15),
        }
        self.row(
            "immigration_office_persons",
            record,
            record_pseudonym=key(record),
            **{**given, **values},
        )
        self.link("immigration_office", record, person)

    def title(
        self, row_key: int, record: int, title_code: str, granted_on: date, **values: Any
    ) -> None:
        self.row(
            "immigration_office_residence_titles",
            row_key,
            record_pseudonym=key(record),
            title_list="aufenthaltserlaubnis",
            title_code=title_code,
            granted_on=granted_on,
            **values,
        )

    def client(self, record: int, person: int, **values: Any) -> None:
        given = {"nationality": "475", "sex": "w", "birth_year": 1990, "town_ags": TOWN}
        self.row("job_centre_persons", record, record_pseudonym=key(record), **{**given, **values})
        self.link("job_centre", record, person)

    def benefit(
        self, row_key: int, record: int, began_on: date, ended_on: date | None = None
    ) -> None:
        self.row(
            "job_centre_benefits",
            row_key,
            record_pseudonym=key(record),
            benefit="SGB2",
            began_on=began_on,
            ended_on=ended_on,
        )

    def case(self, record: int, case: int, person: int, **values: Any) -> None:
        self.row("case_management_clients", record, record_pseudonym=key(record))
        self.link("case_management", record, person)
        given = {"body": "KREIS", "intake_on": date(2025, 3, 1), **values}
        self.row("case_management_cases", case, record_pseudonym=key(record), **given)

    def build(
        self, month: date = MONTH, known_at: datetime = KNOWN, feeds: Sequence[Feed] = FEEDS
    ) -> None:
        known = Knowledge(month, known_at)
        self.connection.commit()
        with self.connection.begin():
            build_spells(self.connection, feeds, known, DEFINITIONS)
        with self.connection.begin():
            self.change = build_person_month(self.connection, feeds, known, DEFINITIONS)

    def month_of(self, person: int, month: date = MONTH) -> sa.RowMapping:
        table = person_month
        query = sa.select(table).where(
            table.c.person_id == key(person), table.c.month == month, table.c.known_to == FOREVER
        )
        return self.connection.execute(query).mappings().one()

    def spells(self, name: str, *columns: str) -> list[tuple[Any, ...]]:
        table = core.HISTORIES[name]
        query = sa.select(*(table.c[c] for c in columns)).where(table.c.known_to == FOREVER)
        return sorted(map(tuple, self.connection.execute(query)), key=repr)

    def spells_as_of(
        self, name: str, *columns: str, known_on: datetime = KNOWN
    ) -> list[tuple[Any, ...]]:
        then = getattr(sa.func.core, f"{name}_as_of")
        kinds = core.HISTORIES[name].c
        table = then(known_on).table_valued(*(sa.column(c, kinds[c].type) for c in columns))
        return sorted(map(tuple, self.connection.execute(sa.select(table))), key=repr)
