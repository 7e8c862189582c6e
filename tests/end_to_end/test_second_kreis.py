"""Another Kreis is another file of settings: no code knows the first."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from own_kreis import OwnKreis, installed
from small_kreis import ROOT

from kim_pipeline.kreis import read_kreis
from kim_pipeline.settings import Settings

TOWNS = {"05994004": "Kaltenfurt", "05994008": "Bad Öhlingen", "05994012": "Überhöchst"}
KREIS = """
name: Kreis Nirgendfeld
ags: "05994"
demo: true
first_month: 2024-02
time_zone: Europe/Berlin
towns:
  - {ags: "05994004", name: Kaltenfurt, weight: 3}
  - {ags: "05994008", name: Bad Öhlingen, weight: 2}
  - {ags: "05994012", name: Überhöchst, weight: 2}
"""


@pytest.fixture(scope="module")
def second(
    server_settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[OwnKreis]:
    folder = tmp_path_factory.mktemp("second")
    config = folder / "nirgendfeld.yaml"
    config.write_text(KREIS, "utf-8")
    with installed(server_settings, folder, config) as made:
        made.must(
            "simulate", "--out", str(made.inbox), "--persons", "400", "--months", "1",
            "--seed", "7",
        )  # fmt: skip
        made.must("keys", "init", "--demo")
        assert "2024-02  done" in made.must("run")
        yield made


def test_published_knows_its_towns_and_no_other(second: OwnKreis) -> None:
    rows = second.rows("SELECT DISTINCT town_ags FROM published.indicator_value")
    assert {row[0] for row in rows} == {"", *TOWNS}
    names = second.rows("SELECT town_ags, name FROM meta.town")
    assert dict(names) == TOWNS  # type: ignore[arg-type]


def test_the_report_names_its_kreis_and_no_town_of_the_first(second: OwnKreis) -> None:
    text = re.sub(r"<style>.*?</style>", "", second.page, flags=re.DOTALL)
    assert all(name in text for name in ("Kreis Nirgendfeld", "Februar\u00a02024", *TOWNS.values()))
    first = read_kreis(ROOT / "kreis.yaml")
    strange = (first.name, *(town.name for town in first.towns))
    assert [name for name in strange if name.split(" (")[0] in text] == []


def test_staging_and_core_hold_no_town_of_the_first(second: OwnKreis) -> None:
    held = second.dump("staging", "core", "published", "meta")
    first = [town.ags.encode() for town in read_kreis(Path(ROOT / "kreis.yaml")).towns]
    assert [name for name, rows in held.items() if any(ags in rows for ags in first)] == []
