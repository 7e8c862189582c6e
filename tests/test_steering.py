"""What a Kreis decides for steering: read strictly, shown beside its indicators."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kim_pipeline.errors import ConfigError
from kim_pipeline.indicators.catalogue import OWN, read_catalogue
from kim_pipeline.kreis import Kreis, read_kreis
from kim_pipeline.steering import Measure, Staff, Steering, Target, parse_steering

ROOT = Path(__file__).parents[1]
STAFF = {"office": "case_management", "posts": 7.5, "from": date(2026, 1, 1)}
TARGET = {"indicator": "S1", "at_most": 5, "by": date(2027, 1, 1), "set_by": "Rat"}
MEASURE = {
    "id": "M1",
    "title": "Beratung",
    "owner": "Projektgruppe",
    "field": "ARBEIT",
    "status": "running",
    "indicators": ["S1"],
}


def parse(**entries: Any) -> Steering:
    return parse_steering(entries, "kreis.yaml")


def kreis_with(folder: Path, text: str, own: str = "") -> Kreis:
    (folder / "own.yaml").write_text(own, "utf-8")
    head = (ROOT / "kreis.yaml").read_text("utf-8").split("# Full-time posts")[0]
    (folder / "kreis.yaml").write_text(head + text, "utf-8")
    return read_kreis(folder / "kreis.yaml")


def test_all_entries_are_read() -> None:
    read = parse(staff=[STAFF], targets=[TARGET], measures=[MEASURE])
    assert read.staff == (Staff("case_management", 7.5, date(2026, 1, 1), None),)
    assert read.targets == (Target("S1", "at_most", 5.0, date(2027, 1, 1), "Rat"),)
    by_hand = Measure("M1", "Beratung", "Projektgruppe", "ARBEIT", "running", None, None, ("S1",))
    assert read.measures == (by_hand,)
    assert parse() == Steering()


def test_posts_of_an_office_are_added_up_on_a_day() -> None:
    ended = STAFF | {"posts": 2, "to": date(2026, 6, 30)}
    read = parse(staff=[STAFF, ended, STAFF | {"office": "other"}])
    assert read.posts("case_management", date(2026, 6, 30)) == 9.5
    assert read.posts("case_management", date(2026, 7, 1)) == 7.5
    assert read.posts("case_management", date(2025, 12, 31)) is None
    assert read.posts("nobody", date(2026, 7, 1)) is None


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ({"staff": "many"}, "staff: write a list"),
        ({"staff": [STAFF | {"posts": 0}]}, r"staff\[0\].*missing \['posts'\]"),
        ({"staff": [STAFF | {"posts": "2"}]}, r"staff\[0\].posts"),
        ({"staff": [STAFF | {"from": "2026"}]}, r"staff\[0\].from"),
        ({"staff": [STAFF | {"to": date(2025, 1, 1)}]}, "before its first"),
        ({"targets": [TARGET | {"at_least": 4}]}, "either at_least or at_most"),
        ({"targets": [TARGET | {"at_most": "5"}]}, "either at_least or at_most"),
        ({"targets": [TARGET | {"by": 2027}]}, r"targets\[0\].by"),
        ({"targets": [TARGET, TARGET]}, "twice"),
        ({"targets": [TARGET | {"colour": "red"}]}, "unknown"),
        ({"measures": [MEASURE | {"status": "good"}]}, r"measures\[0\].status"),
        ({"measures": [MEASURE | {"indicators": "S1"}]}, "indicators"),
        ({"measures": [{"id": "M1"}]}, "missing"),
        ({"measures": [MEASURE, MEASURE]}, "twice"),
    ],
)
def test_a_wrong_entry_is_refused_by_its_place(entries: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=f"kreis.yaml.*{message}"):
        parse(**entries)


def test_the_demo_kreis_has_posts_targets_measures_and_an_indicator_of_its_own() -> None:
    catalogue = read_catalogue(read_kreis(ROOT / "kreis.yaml"))
    assert catalogue.steering.posts("case_management", date(2026, 10, 31)) == 16
    assert catalogue.steering.targets
    assert catalogue.steering.measures
    assert [i.id for i in catalogue.indicators if i.id.startswith(OWN)] == ["K_YOUNG"]
    assert read_catalogue().steering == Steering()


@pytest.mark.parametrize(
    ("text", "own", "message"),
    [
        ("targets: [{indicator: X9, at_least: 1, by: 2027-01-01, set_by: Rat}]", "", "'X9'"),
        (
            "measures: [{id: M1, title: T, owner: P, field: F, status: done, indicators: [X9]}]",
            "",
            "measure M1.*'X9'",
        ),
        ("indicators: own.yaml", "S1: {}", "K_ in front"),
        ("indicators: own.yaml", "[S1]", "K_ in front"),
        ("indicators: own.yaml", "K_A: {", "not valid YAML"),
        ("indicators: own.yaml", "K_A: {kind: count}", "K_A: missing"),
        ("indicators: lost.yaml", "", "lost.yaml is missing"),
    ],
)
def test_what_does_not_fit_the_catalogue_is_refused_by_name(
    text: str, own: str, message: str, tmp_path: Path
) -> None:
    kreis = kreis_with(tmp_path, text, own)
    with pytest.raises(ConfigError, match=message):
        read_catalogue(kreis)
