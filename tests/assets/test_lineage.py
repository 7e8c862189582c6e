"""Lineage of columns: from a published figure back to the fields of the contracts."""

from functools import cache

import dagster as dg
import pytest
from code_location import ROOT, graph

from assets.core_queries import month_reads, spell_reads
from assets.figure_traces import figure_traces, ways
from assets.origins import MONTHS, Origin, Origins, traced
from kim_pipeline.core.build import DERIVED
from kim_pipeline.indicators.catalogue import read_catalogue
from kim_pipeline.kreis import read_kreis
from kim_pipeline.warehouse.schema.person_month import PARTS
from sources.contracts.contract import load_contracts

CONTRACTS = load_contracts()
INDICATORS = read_catalogue(read_kreis(ROOT / "kreis.yaml")).indicators
FIELDS = {
    (contract.step("delivery"), f"{table.name}.{field.name}")
    for contract in CONTRACTS
    for table in contract.tables
    for field in table.fields
}

pytestmark = pytest.mark.usefixtures("in_the_root")


@cache
def known() -> dict[str, Origins]:
    return dict(ways(CONTRACTS, INDICATORS))


def test_every_query_of_core_tells_the_origin_of_every_column() -> None:
    assert {p: set(found) for p, found in month_reads().items()} == {
        part: set(names) for part, names in PARTS.items()
    }
    assert set(spell_reads()) == set(DERIVED)


def test_every_column_comes_from_contract_fields_in_the_end() -> None:
    for asset, origins in known().items():
        for column in origins:
            ends = traced((asset, column), known())
            assert ends <= FIELDS, (asset, column, sorted(ends - FIELDS))
            assert ends, (asset, column)


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("asylum_benefit", ("job_centre_delivery", "benefits.benefit")),
        ("case_ever", ("case_management_delivery", "cases.intake_on")),
        ("birth_year", ("immigration_office_delivery", "persons.birth_date")),
        ("status_group", ("immigration_office_delivery", "residence_titles.title_code")),
        ("status_group_of_none", ()),
    ],
)
def test_a_flag_of_a_person_month_is_followed_to_the_field_that_says_so(
    column: str, field: Origin
) -> None:
    ends = traced((MONTHS, column), known())
    assert field in ends if field else ends == {(MONTHS, column)}


def test_dagster_is_told_each_step_from_the_published_figure_to_the_field() -> None:
    waiting, ends = [("indicator_values", "numerator")], set()
    seen = set(waiting)
    while waiting:
        asset, column = waiting.pop()
        lineage = graph().get(dg.AssetKey(asset)).metadata.get("dagster/column_lineage")
        deps = lineage.deps_by_column.get(column, []) if lineage else []
        above = {(dep.asset_key.to_user_string(), dep.column_name) for dep in deps} - seen
        if not deps:
            ends.add((asset, column))
        waiting += above
        seen |= above
    assert ends <= FIELDS
    assert {asset for asset, _ in ends} == {contract.step("delivery") for contract in CONTRACTS}


def test_each_indicator_names_its_sources_by_their_fields() -> None:
    rows = {r.data["indicator"]: r.data for r in figure_traces(CONTRACTS, INDICATORS).records}
    assert set(rows) == {indicator.id for indicator in INDICATORS}
    assert "case_management: " in rows["C3"]["contract_fields"]
    assert "cases.intake_on" in rows["C3"]["contract_fields"]
    assert rows["C3"]["counts"] == "case_ever, newly_arrived"
