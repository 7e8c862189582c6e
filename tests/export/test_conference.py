"""Each project group and town gets its figures, targets and measures, and nothing else."""

import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from databases import fresh_database
from disclosure.publishing import KEYS
from exporting import House, open_house
from indicators.person_months import KNOWN, MONTH
from python_calamine import CalamineWorkbook

from kim_pipeline.disclosure.release import publish_month
from kim_pipeline.errors import DisclosureError
from kim_pipeline.export.making import export_conference
from kim_pipeline.indicators.catalogue import read_catalogue
from kim_pipeline.periods import next_month
from kim_pipeline.settings import Settings
from kim_pipeline.warehouse.schema import audit, meta, published

GROUP, TOWN = "group-projektgruppe-einbuergerung", "town-erkrath"


@pytest.fixture(scope="module")
def released(
    server_settings: Settings, provisioned_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """A house that has published one month of the catalogue of its Kreis."""
    home = tmp_path_factory.mktemp("conference") / "kim-home"
    with fresh_database(server_settings, provisioned_database) as settings:
        house = open_house(replace(settings, home=home, inbox=home / "inbox"))
        _publish(house)
        yield house
        house.engine.dispose()


def _publish(house: House) -> None:
    with house.transaction("") as connection:
        for table in (published.indicator, published.indicator_value, audit.cell_ledger):
            connection.execute(table.delete())
        connection.execute(meta.town.delete())
        towns = [{"town_ags": town.ags, "name": town.name} for town in house.kreis.towns]
        connection.execute(meta.town.insert(), towns)
        connection.execute(
            meta.code.insert().values(
                code_list="handlungsfelder", code="EINBUERGERUNG", label_de="Einbürgerung",
                label_en="Naturalisation", valid_from=date(1900, 1, 1),
            )
        )  # fmt: skip
        catalogue = read_catalogue(house.kreis)
        publish_month(connection, MONTH, KNOWN, KEYS, catalogue, provisional=True)


def _sheets(path: Path) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_path(str(path))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_project_group_sees_the_indicators_of_its_measures_with_their_targets(
    released: House, tmp_path: Path
) -> None:
    made = export_conference(released, None, tmp_path / "out", "de")
    folders = {path.name for path in (tmp_path / "out").iterdir() if path.is_dir()}
    assert {GROUP, "group-projektgruppe-arbeit", TOWN} <= folders
    assert len(folders) == 2 + len(released.kreis.towns)
    sheets = _sheets(tmp_path / "out" / GROUP / "conference.xlsx")
    assert list(sheets) == ["Kennzahlen", "Verlauf", "Maßnahmen"]
    now = [row for row in sheets["Kennzahlen"] if str(row[0]).startswith("N6")]
    assert {row[0] for row in now} == {"N6", "N6_open"}
    (whole,) = [row for row in now if row[:3:2] == ["N6", "Kreis"]]
    assert whole[4:8] == ["Tage", "vorläufig", "höchstens 365", "2027-12-31"]
    assert whole[8] == (whole[3] - 365 if whole[3] > 365 else "erreicht")
    assert [row[:5] for row in sheets["Maßnahmen"][1:2]] == [
        [
            "M1",
            "Antragsunterlagen bei der ersten Beratung gemeinsam prüfen",
            "Projektgruppe Einbürgerung",
            "Einbürgerung",
            "läuft",
        ]
    ]
    assert sheets["Verlauf"][0] == ["Nr.", "Kennzahl", "Ort", "2026-10"]
    assert (made.first_month, made.last_month, made.kind) == (MONTH, MONTH, "published")
    assert released.ledger()[-1]["rows"] == made.rows > 100


def test_a_town_sees_its_own_figures_and_the_kreis_and_no_other_town(
    released: House, tmp_path: Path
) -> None:
    export_conference(released, MONTH, tmp_path / "out", "de")
    figures = _rows(tmp_path / "out" / TOWN / "figures.csv")
    assert {row["town_ags"] for row in figures} == {"", "05158004"}
    assert {row["breakdown"] for row in figures} == {"total", "town"}
    served = {(row["indicator_id"], row["town_ags"]): row["value"] for row in figures}
    query = sa.select(published.indicator_value).where(
        published.indicator_value.c.town_ags == "05158004",
        published.indicator_value.c.breakdown == "town",
        published.indicator_value.c.status == "published",
    )
    with released.reading("kim_report", "") as reader:
        shown = {row.indicator_id: row.value for row in reader.execute(query)}
    assert shown
    assert {name: float(served[name, "05158004"]) for name in shown} == shown
    sheets = _sheets(tmp_path / "out" / TOWN / "conference.xlsx")
    places = {row[2] for row in sheets["Kennzahlen"][1:] if row[0] and row[2]}
    assert places == {"Erkrath", "Kreis"}


def test_papers_are_the_same_bytes_again_and_described(released: House, tmp_path: Path) -> None:
    def read(folder: Path) -> dict[str, bytes]:
        files = (path for path in folder.rglob("*") if path.is_file())
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}

    for name in ("one", "two"):
        export_conference(released, MONTH, tmp_path / name, "en")
    one = read(tmp_path / "one")
    assert one == read(tmp_path / "two")
    told = json.loads(one.pop("datapackage.json"))
    assert {entry["path"] for entry in told["resources"]} == set(one)
    assert told["title"].startswith("Papers for the conference")
    export_conference(released, MONTH, tmp_path / "one", "de")


def test_what_the_ledger_does_not_hold_leaves_in_no_paper(released: House, tmp_path: Path) -> None:
    with pytest.raises(DisclosureError, match="Nothing is published for 2026-11"):
        export_conference(released, next_month(MONTH), tmp_path / "out", "de")
    value = published.indicator_value
    for other in (1, -1):
        changed = value.update().where(value.c.value > 100).values(value=value.c.value + other)
        with released.transaction("") as connection:
            connection.execute(changed)
        if other > 0:
            with pytest.raises(DisclosureError, match="are not in the ledger as they stand"):
                export_conference(released, MONTH, tmp_path / "out", "de")
    assert not (tmp_path / "out").exists()
    assert [entry["outcome"] for entry in released.ledger()][-2:] == ["refused", "refused"]
