"""Between two versions of a contract: what breaks, what adds, what only says it otherwise."""

from dataclasses import replace
from pathlib import Path

import pytest
from small_deliveries import CONTRACTS, JOBS

from sources.contracts.contract import Contract, load_contract
from sources.contracts.differences import differences, next_version


def changed(tmp_path: Path, old: str, new: str) -> Contract:
    text = JOBS.path.read_text("utf-8")
    assert old in text
    path = tmp_path / "new.odcs.yaml"
    path.write_text(text.replace(old, new, 1), "utf-8")
    return load_contract(path)


@pytest.mark.parametrize("name", sorted(CONTRACTS))
def test_a_contract_does_not_differ_from_itself(name: str) -> None:
    assert differences(CONTRACTS[name], CONTRACTS[name]) == ()


@pytest.mark.parametrize(
    ("old", "new", "effect", "where"),
    [
        ("encoding: windows-1252", "encoding: UTF-8", "breaking", "delivery"),
        ("physicalName: Familienname", "physicalName: Nachname", "breaking", "persons.family_name"),
        ("domain: benefit_community, column: benefit_community", "domain: community, column: "
         "benefit_community", "breaking", "persons.benefit_community"),
        ("minimum: 1, maximum: 30", "minimum: 1, maximum: 20", "breaking",
         "benefit_communities.size"),
        ("minimum: 1, maximum: 30", "minimum: 1", "additive", "benefit_communities.size"),
        ("minimum: 1, maximum: 30", "minimum: 0, maximum: 30", "additive",
         "benefit_communities.size"),
        ("          - {value: 'KIND', label: Kind}\n", "", "breaking", "persons.household_role"),
        ("          - {value: 'KIND', label: Kind}\n", "          - {value: 'KIND', label: Kind}\n"
         "          - {value: 'OPA', label: Opa}\n", "additive", "persons.household_role"),
        ("businessName: Beginn", "businessName: Anfang", "neutral", "benefits.began_on"),
        ("maxRejectedRowsPercent, value: 2", "maxRejectedRowsPercent, value: 1", "breaking",
         "persons"),
        ("unknownColumns, value: warn", "unknownColumns, value: reject", "breaking", "persons"),
        ("'0 7 4 * *'", "'0 7 6 * *'", "neutral", "contract"),
        ("          - rule: birth_date_is_1_january\n            arguments: "
         "{birth_date: birth_date}\n", "", "breaking", "persons"),
    ],
)  # fmt: skip
def test_a_change_has_its_effect(
    tmp_path: Path, old: str, new: str, effect: str, where: str
) -> None:
    found = differences(JOBS, changed(tmp_path, old, new))
    assert [(entry.effect, entry.where) for entry in found] == [(effect, where)]


def test_a_field_that_must_be_there_breaks_and_one_that_may_adds() -> None:
    table = JOBS.tables[0]
    sex = table.field("sex")
    for required, effect in ((True, "breaking"), (False, "additive")):
        more = replace(sex, name="more", delivered="Mehr", required=required)
        grown = replace(table, fields=(*table.fields, more))
        found = differences(JOBS, replace(JOBS, tables=(grown, *JOBS.tables[1:])))
        assert [(entry.effect, entry.where) for entry in found] == [(effect, "persons.more")]
        back = differences(replace(JOBS, tables=(grown, *JOBS.tables[1:])), JOBS)
        assert [entry.effect for entry in back] == ["breaking"]


def test_a_table_less_breaks_and_a_table_more_adds() -> None:
    fewer = replace(JOBS, tables=JOBS.tables[1:])
    assert [entry.effect for entry in differences(JOBS, fewer)] == ["breaking"]
    assert [entry.effect for entry in differences(fewer, JOBS)] == ["additive"]


@pytest.mark.parametrize(
    ("old", "new", "due"),
    [
        ("encoding: windows-1252", "encoding: UTF-8", "2.0.0"),
        ("minimum: 1, maximum: 30", "minimum: 1", "1.1.0"),
        ("businessName: Beginn", "businessName: Anfang", "1.0.1"),
        ("description: Eine XML-Datei", "description: Nur eine Datei", "1.0.0"),
    ],
)
def test_the_gravest_effect_says_the_next_version(
    tmp_path: Path, old: str, new: str, due: str
) -> None:
    assert next_version("1.0.0", differences(JOBS, changed(tmp_path, old, new))) == due
