"""What a draft cannot know is asked, and what a contract leaves open is refused."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from sources.authoring.draft_contract import draft_contract
from sources.contracts.contract import inspect_contract
from sources.contracts.gaps import ASKED, gaps

OFFICE = Path(__file__).parents[2] / "sources" / "immigration_office.odcs.yaml"
IDS = [f"X-{n:03}" for n in range(12)]


def drafted(folder: Path, name: str, days: list[str]) -> dict[str, Any]:
    path = folder / "delivery.csv"
    rows = [f"{number};{day}" for number, day in zip(IDS, days, strict=True)]
    path.write_text("\n".join([f"Aktenzeichen;{name}", *rows]), "utf-8")
    document: dict[str, Any] = yaml.safe_load(draft_contract(path, "office", None, None).text)
    return document


def field(document: dict[str, Any], name: str) -> dict[str, Any]:
    fields = document["schema"][0]["properties"]
    return next(entry for entry in fields if entry["physicalName"] == name)


def problems(folder: Path, document: dict[str, Any]) -> list[str]:
    path = folder / "office.odcs.yaml"
    path.write_text(yaml.safe_dump(document, allow_unicode=True), "utf-8")
    return [problem.kind for problem in inspect_contract(path)[1]]


@pytest.mark.parametrize(
    "days",
    [
        [f"01/{n:02}/2026" for n in range(1, 13)],
        [f"{n}.3.26" for n in range(1, 13)],
        [f"{n:02}-MAI-1985" for n in range(1, 13)],
        [f"2026.05.{n:02}" for n in range(1, 13)],
        [f"2026-05-{n:02} 00:00:00" for n in range(1, 13)],
    ],
)
@pytest.mark.parametrize("name", ["Geburtsdatum", "Irgendwas"])
def test_a_date_of_unknown_form_is_a_question(tmp_path: Path, name: str, days: list[str]) -> None:
    document = drafted(tmp_path, name, days)
    asked = field(document, name)
    assert asked["logicalType"] == "date"
    assert asked["logicalTypeOptions"]["format"] == ASKED
    assert any(gap.where.endswith(f"format {asked['name']}") for gap in gaps(document))
    assert "gap" in problems(tmp_path, {**document, "status": "active"})


@pytest.mark.parametrize(("first", "form"), [("13/05", "dd/MM/yyyy"), ("05/13", "MM/dd/yyyy")])
def test_a_day_past_the_twelfth_answers_it(tmp_path: Path, first: str, form: str) -> None:
    days = [f"{first}/2026", *(f"01/{n:02}/2026" for n in range(1, 12))]
    asked = field(drafted(tmp_path, "Geburtsdatum", days), "Geburtsdatum")
    assert asked["logicalTypeOptions"]["format"] == form


def test_a_file_number_that_looks_like_a_date_stays_a_text(tmp_path: Path) -> None:
    path = tmp_path / "delivery.csv"
    path.write_text("\n".join(["Aktenzeichen;Status", *(f"{n}-12-77;A" for n in range(12))]))
    text = draft_contract(path, "office", None, None).text
    number = field(yaml.safe_load(text), "Aktenzeichen")
    assert number["logicalType"] == "string"


@pytest.mark.parametrize("form", ["dd.MM.yy", "d.M.yyyy", "dd.MM.yyyy HH:mm", "%d.%m.%Y"])
def test_a_date_form_that_nobody_reads_is_a_problem(tmp_path: Path, form: str) -> None:
    document = yaml.safe_load(OFFICE.read_text("utf-8"))
    field(document, "GEBURTSDATUM")["logicalTypeOptions"]["format"] = form
    assert problems(tmp_path, document) == ["date_form"]


@pytest.mark.parametrize(
    "pattern",
    [".*", ".+", r"^[\w ,.-]*$", r"\D{1,60}", "[A-Za-zÄÖÜäöüß]+", "(?s).{0,40}", "[A-Z]+"],
)
def test_a_pattern_that_names_fit_closes_nothing(tmp_path: Path, pattern: str) -> None:
    document = yaml.safe_load(OFFICE.read_text("utf-8"))
    field(document, "AGS")["logicalTypeOptions"]["pattern"] = pattern
    assert problems(tmp_path, document) == ["open_text"]


@pytest.mark.parametrize("pattern", ["^[0-9]{8}$", "[A-Z]{1,3}", "[a-z]{3}", r"P\d+[a-z]?"])
def test_a_pattern_of_codes_closes(tmp_path: Path, pattern: str) -> None:
    document = yaml.safe_load(OFFICE.read_text("utf-8"))
    field(document, "AGS")["logicalTypeOptions"]["pattern"] = pattern
    assert problems(tmp_path, document) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"enum": [{"value": "J", "label": "ja"}]},
        {"logicalTypeOptions": {"pattern": "[JN]"}},
    ],
)
def test_a_boolean_has_no_codes(tmp_path: Path, changes: dict[str, Any]) -> None:
    document = yaml.safe_load(OFFICE.read_text("utf-8"))
    entry = field(document, "AGS")
    entry.pop("logicalTypeOptions")
    entry |= {"logicalType": "boolean", **changes}
    assert "truth_values" in problems(tmp_path, document)


def test_a_field_whose_name_says_nothing_is_asked_for_in_english_too(tmp_path: Path) -> None:
    days = [f"2026-05-{n:02}" for n in range(1, 13)]
    told = [
        {entry["property"]: entry["value"] for entry in field(document, name)["customProperties"]}
        for name in ("Geburtsdatum", "Irgendwas")
        for document in (drafted(tmp_path, name, days),)
    ]
    assert [entry["descriptionEn"] for entry in told] == ["Date of birth.", ASKED]
