"""Every indicator traced back to the contract fields it is made from, as a table of the UI."""

from collections.abc import Mapping, Sequence

import dagster as dg

from assets.core_origins import core_origins
from assets.intake_origins import (
    candidates_origins,
    incoming_origins,
    links_origins,
    records_origins,
)
from assets.origins import CANDIDATES, LINKS, MONTHS, SPELLS, Origins, traced
from assets.published_origins import counted, published_origins
from kim_pipeline.indicators.indicator import Indicator
from sources.contracts.contract import Contract

FIGURES = "indicator_values"
COLUMNS = ("indicator", "name", "counts", "contract_fields")
_DELIVERY = "_delivery"


def ways(contracts: Sequence[Contract], indicators: Sequence[Indicator]) -> Mapping[str, Origins]:
    """Give the origins of the columns of every asset, by asset."""
    core = core_origins(contracts)
    return {
        **{contract.step("incoming"): incoming_origins(contract) for contract in contracts},
        **{contract.step("records"): records_origins(contract) for contract in contracts},
        CANDIDATES: candidates_origins(contracts),
        LINKS: links_origins(),
        SPELLS: core.of_spells(),
        MONTHS: core.of_months(),
        FIGURES: published_origins(indicators),
    }


def figure_traces(
    contracts: Sequence[Contract], indicators: Sequence[Indicator]
) -> dg.TableMetadataValue:
    """List for each indicator the person month columns it counts and the fields behind them."""
    known = ways(contracts, indicators)
    rows = [dg.TableRecord(_row(indicator, known)) for indicator in indicators]
    schema = dg.TableSchema(columns=[dg.TableColumn(name) for name in COLUMNS])
    return dg.MetadataValue.table(rows, schema)


def _row(indicator: Indicator, known: Mapping[str, Origins]) -> dict[str, str]:
    columns = sorted(counted(indicator)["value"])
    fields = {end for column in columns for end in traced((MONTHS, column), known)}
    told = (indicator.id, indicator.name_en, ", ".join(columns), _named(fields))
    return dict(zip(COLUMNS, told, strict=True))


def _named(fields: set[tuple[str, str]]) -> str:
    """Name the fields, source by source."""
    named: dict[str, list[str]] = {}
    for asset, column in sorted(fields):
        named.setdefault(asset.removesuffix(_DELIVERY), []).append(column)
    return "; ".join(f"{source}: {', '.join(columns)}" for source, columns in named.items())
