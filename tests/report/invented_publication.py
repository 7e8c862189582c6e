"""Writes invented figures to the tables of `published`, as the disclosure step would."""

import sqlalchemy as sa

from kim_pipeline.report.figures import Cell, Estimate, Figures, Indicator, Part
from kim_pipeline.warehouse.schema import published


def publish(connection: sa.Connection, figures: Figures) -> None:
    """Write the figures to the tables of `published`."""
    rows = {
        published.indicator: _indicator_rows(figures),
        published.indicator_value: _value_rows(figures),
        published.measure: _measure_rows(figures),
        published.measure_indicator: [
            {"measure_id": measure.id, "indicator_id": name}
            for measure in figures.measures
            for name in measure.indicator_ids
        ],
        published.source_quality: [
            {"month": figures.month, "name_de": d.name}
            | {name: value for name, value in vars(d).items() if name not in {"name", "first"}}
            for d in figures.deliveries
        ],
        published.link_quality: [
            {
                "month": figures.month,
                "source": rate.source,
                "other_source": rate.other_source,
                "nationality_group": rate.group,
                **_numbers(rate.cell),
                **_bands(rate.estimate),
                "release": "invented",
            }
            for rate in figures.link_rates
        ],
    }
    for table, entries in rows.items():
        connection.execute(table.insert(), entries)


def _indicator_rows(figures: Figures) -> list[dict[str, object]]:
    return [
        {
            "indicator_id": entry.indicator_id,
            "name_de": entry.name,
            "name_en": entry.name,
            "definition_de": entry.definition,
            "definition_en": entry.definition,
            "kind": entry.kind,
            "unit": entry.unit,
            "baustein": entry.baustein,
            **_target(entry),
            "sources": entry.sources,
            "linked": entry.linked,
            "since_last_month": False,
            "position": position,
            "protection": "noise",
        }
        for position, entry in enumerate(figures.indicators)
    ]


def _target(entry: Indicator) -> dict[str, object]:
    target = entry.target
    names = {"direction": "direction", "value": "value", "by": "by", "set_by": "set_by"}
    return {f"target_{name}": getattr(target, at, None) for name, at in names.items()}


def _measure_rows(figures: Figures) -> list[dict[str, object]]:
    names = ("title", "owner", "field", "status", "first_day", "last_day")
    return [
        {"measure_id": measure.id, "position": position}
        | {name: getattr(measure, name) for name in names}
        for position, measure in enumerate(figures.measures)
    ]


def _value_rows(figures: Figures) -> list[dict[str, object]]:
    units = {entry.indicator_id: entry.unit for entry in figures.indicators}
    empty = dict.fromkeys(("dimension_1", "value_1", "dimension_2", "value_2"), "")
    common = {"known_on": figures.known_on, "release": "invented"}
    rows = [
        {
            **common,
            "indicator_id": name,
            "month": month,
            "breakdown": "town" if town else "total",
            "town_ags": town,
            **empty,
            **_marked(cell),
            "unit": units[name],
        }
        for (name, month, town), cell in figures.cells.items()
    ]
    for (name, breakdown, month), parts in figures.breakdowns.items():
        for part in parts:
            place = {"indicator_id": name, "month": month, "breakdown": breakdown}
            values = _dimensions(breakdown, part)
            unit = {"unit": units[name], "town_ags": part.town}
            rows.append(common | place | empty | values | _marked(part.cell) | unit)
    return rows


def _dimensions(breakdown: str, part: Part) -> dict[str, object]:
    found: dict[str, object] = {}
    for at, (name, value) in enumerate(zip(breakdown.split("+"), part.values, strict=True), 1):
        found |= {f"dimension_{at}": name, f"value_{at}": value}
    return found


def _marked(cell: Cell) -> dict[str, object]:
    return {**_numbers(cell), "revision": int(cell.revised), "provisional": cell.provisional}


def _numbers(cell: Cell) -> dict[str, object]:
    return {
        "numerator": cell.numerator,
        "denominator": cell.denominator,
        "value": cell.value,
        "status": cell.status,
    }


def _bands(estimate: Estimate) -> dict[str, object]:
    bands = {"precision": estimate.precision, "recall": estimate.recall}
    row: dict[str, object] = {"estimate_status": estimate.status}
    for name, band in bands.items():
        low, high = band or (None, None)
        row |= {name: low, f"{name}_low": low, f"{name}_high": high}
    return row
