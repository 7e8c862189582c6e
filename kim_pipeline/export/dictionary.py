"""The data dictionary as files: a page in each language, and CSV for those who would filter it."""

import csv
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path

import jinja2
import sqlalchemy as sa
import yaml

from kim_pipeline.export.described import Dictionary, Row, Table, read_dictionary
from kim_pipeline.export.formulas import harmless
from kim_pipeline.kreis import Kreis
from kim_pipeline.warehouse.schema.base import SCHEMAS

LOCALES = ("de", "en")
_HERE = Path(__file__).parent


def write_dictionary(connection: sa.Connection, kreis: Kreis, folder: Path) -> list[Path]:
    """Write `dictionary.de.html`, `dictionary.en.html` and one CSV per kind of entry.

    The same warehouse gives the same bytes.
    """
    found = read_dictionary(connection)
    folder.mkdir(parents=True, exist_ok=True)
    written = [folder / f"dictionary.{locale}.html" for locale in LOCALES]
    for locale, path in zip(LOCALES, written, strict=True):
        path.write_text(render(found, kreis, locale), encoding="utf-8")
    for name, rows in _lists(found).items():
        path = folder / f"{name}.csv"
        _write_csv(path, rows)
        written.append(path)
    return written


def render(found: Dictionary, kreis: Kreis, locale: str) -> str:
    """Render the page of one language; it asks for no other file."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    texts = yaml.safe_load((_HERE / "templates" / "texts.yaml").read_text("utf-8"))
    return environment.get_template("dictionary.html.j2").render(
        t=texts[locale],
        locale=locale,
        other=next(other for other in LOCALES if other != locale),
        kreis=kreis,
        schemas=_by_schema(found.tables),
        indicators=found.indicators,
        lists=_by_list(found.codes, locale),
    )


def _by_schema(tables: Sequence[Table]) -> dict[str, list[Table]]:
    """Group tables by schema, in the order in which an analyst meets them; histories go last."""
    order = {schema: number for number, schema in enumerate(SCHEMAS)}
    ranked = sorted(tables, key=lambda t: (order[t.schema], t.name.endswith("_history"), t.name))
    return {schema: list(group) for schema, group in groupby(ranked, lambda t: t.schema)}


def _by_list(codes: Sequence[Row], locale: str) -> dict[str, list[dict[str, object]]]:
    label = f"label_{locale}"
    shown = [{**row, "label": row.get(label) or row["label_de"]} for row in codes]
    return {str(name): list(group) for name, group in groupby(shown, lambda row: row["code_list"])}


def _lists(found: Dictionary) -> dict[str, list[Mapping[str, object]]]:
    tables: list[Mapping[str, object]] = []
    columns: list[Mapping[str, object]] = []
    for table in found.tables:
        place = {"schema": table.schema, "table": table.name}
        tables.append({**place, **_meanings(table.meaning), "as_of": table.as_of})
        columns += [
            {
                **place,
                "column": column.name,
                "data_type": column.data_type,
                "key": column.key,
                **_meanings(column.meaning),
            }
            for column in table.columns
        ]
    return {
        "tables": tables,
        "columns": columns,
        "indicators": list(found.indicators),
        "codes": list(found.codes),
    }


def _meanings(meaning: Mapping[str, str]) -> dict[str, str]:
    return {f"description_{locale}": meaning[locale] for locale in LOCALES}


def _write_csv(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    """Write rows as CSV with a byte order mark, which spreadsheets need to see UTF-8."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(rows[0] if rows else ())
        writer.writerows([_text(value) for value in row.values()] for row in rows)


def _text(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    return harmless(value) if isinstance(value, str) else value
