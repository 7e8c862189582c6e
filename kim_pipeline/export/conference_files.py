"""The packs of a conference as files: for each a workbook to read, and CSV for further use."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import yaml

from kim_pipeline.export.conference import Holding, Pack, packs, values_of
from kim_pipeline.export.conference_book import write_book
from kim_pipeline.export.files import CSV, write_files
from kim_pipeline.export.package import PROFILE
from kim_pipeline.kreis import Kreis
from kim_pipeline.periods import format_month

CONFERENCE_TABLES = tuple(
    f"published.{name}" for name in ("indicator", "indicator_value", "measure", "measure_indicator")
)
_TEXTS = Path(__file__).parent / "templates" / "texts.yaml"
_BOOK = "conference.xlsx"
_MEDIA = {
    ".csv": "text/csv",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_MEASURE = pa.schema(
    [(n, pa.string()) for n in ("measure_id", "title", "owner", "field", "status")]
    + [("first_day", pa.date32()), ("last_day", pa.date32()), ("indicators", pa.string())]
)


def write_packs(folder: Path, kreis: Kreis, holding: Holding, locale: str) -> dict[str, Any]:
    """Write every pack into a folder of its own; return what `datapackage.json` says of them."""
    texts = yaml.safe_load(_TEXTS.read_text("utf-8"))[locale]
    month = format_month(holding.months[-1])
    note = " ".join(filter(None, (kreis.notice, texts["package"]["description"].strip())))
    made = [
        _described(folder, path, pack)
        for pack in packs(holding)
        for path in _write(folder, holding, pack, texts["conference"], note)
    ]
    return {
        "$schema": PROFILE,
        "name": f"kim-conference-{month}",
        "title": f"{texts['conference']['title']}, {kreis.name}, {month}",
        "description": note,
        "resources": made,
    }


def _write(
    folder: Path, holding: Holding, pack: Pack, texts: Mapping[str, Any], note: str
) -> list[Path]:
    place = folder / pack.folder
    place.mkdir()
    write_book(place / _BOOK, holding, pack, texts, note)
    listed = [{**m, "indicators": ", ".join(m["indicators"])} for m in pack.measures]
    measures = pa.Table.from_pylist(
        [{name: row[name] for name in _MEASURE.names} for row in listed], _MEASURE
    )
    tables = {"figures": values_of(holding, pack), "measures": measures}
    sizes = write_files(place, tables, (CSV,))
    return [place / _BOOK, *(place / name for name in sizes)]


def _described(folder: Path, path: Path, pack: Pack) -> dict[str, Any]:
    return {
        "name": f"{pack.folder}-{path.stem}",
        "path": path.relative_to(folder).as_posix(),
        "title": pack.name,
        "mediatype": _MEDIA[path.suffix],
        "bytes": path.stat().st_size,
    }
