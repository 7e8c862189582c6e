"""A warehouse with a few invented person months and published figures, to export from."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import sqlalchemy as sa
from indicators.person_months import MONTH, invent, store
from small_kreis import ROOT

from kim_pipeline.export.making import Place
from kim_pipeline.kreis import Kreis, read_kreis
from kim_pipeline.privacy.keyring import Keyring, open_keys
from kim_pipeline.privacy.keys import make_keys
from kim_pipeline.settings import Settings
from kim_pipeline.warehouse.engine import owner_engine, role_engine
from kim_pipeline.warehouse.schema import audit, published

PERSONS = 2000
BOTH = ("csv", "parquet")
RELEASE = "2026-10 2026-11-05 1"
_LABELS = {
    "indicator_id": "S1",
    "month": MONTH,
    "breakdown": "total",
    "town_ags": "",
    "dimension_1": "",
    "value_1": "",
    "dimension_2": "",
    "value_2": "",
}
_VALUE = {"numerator": None, "denominator": 1200, "value": 1200.0, "status": "published"}


@dataclass
class House:
    """An installation as far as exports know one."""

    settings: Settings
    kreis: Kreis
    keyring: Keyring
    engine: sa.Engine

    @contextmanager
    def transaction(self, doing: str) -> Iterator[sa.Connection]:
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self, role: str, doing: str) -> Iterator[sa.Connection]:
        with role_engine(self.settings, role).connect() as connection:
            yield connection

    def told(self, exports_file: Path) -> "House":
        """Let the Kreis decide about exports in another file."""
        return replace(self, kreis=replace(self.kreis, exports_file=exports_file))

    def ledger(self) -> list[sa.RowMapping]:
        with self.engine.connect() as connection:
            rows = connection.execute(sa.select(audit.export).order_by(audit.export.c.position))
            return list(rows.mappings())


def open_house(settings: Settings) -> House:
    """Make keys, persons and one published figure."""
    apart = replace(settings, keys=settings.home / "no-keys")
    make_keys(apart.demo_keys, ["extract", "audit"], b"", demo=True)
    keyring = open_keys(apart, ["extract", "audit"], demo_allowed=True)
    engine = owner_engine(apart)
    store(engine, invent(PERSONS, seed=1))
    house = House(apart, read_kreis(ROOT / "kreis.yaml"), keyring, engine)
    publish(house)
    return house


def publish(house: House, **told: object) -> None:
    """Write one indicator and its value, in the ledger too."""
    entry = {**_LABELS, **_VALUE, "revision": 0, "provisional": False, "release": RELEASE}
    with house.transaction("") as connection:
        connection.execute(
            published.indicator.insert().values(
                indicator_id="S1",
                name_de='=HYPERLINK("x")',
                name_en="@stock",
                definition_de="-1 Person",
                definition_en="Persons",
                kind="count",
                unit="persons",
                baustein="I",
                sources="immigration_office",
                linked=False,
                since_last_month=False,
                position=1,
                protection="noise",
            )
        )
        connection.execute(
            audit.cell_ledger.insert().values(
                **entry, known_at=sa.func.now(), true_denominator=1199, ptable="1", kid="k"
            )
        )
        row = {**entry, "known_on": date(2026, 11, 5), "unit": "persons"}
        connection.execute(published.indicator_value.insert().values(**row))


def place(folder: Path) -> Place:
    """Name a new folder for an export in both formats."""
    return Place(folder / "out", BOTH)
