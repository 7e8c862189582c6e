"""Tables written as CSV and Parquet beside the `datapackage.json` that describes them."""

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as arrow_csv
import pyarrow.parquet as pq

from kim_pipeline.errors import ConfigError
from kim_pipeline.export.formulas import harmless_table

DESCRIPTOR = "datapackage.json"
CSV, PARQUET = "csv", "parquet"
FORMATS = (CSV, PARQUET)


@contextmanager
def replaced_folder(folder: Path) -> Iterator[Path]:
    """Give an empty folder for its owner alone that takes the place of `folder` when all is well.

    Nothing of it remains after an error. Raises ConfigError when `folder` holds anything but an
    earlier export.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / DESCRIPTOR).exists():
        raise ConfigError(f"{folder} holds other files; name a new folder.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    try:
        yield made
        if folder.exists():
            shutil.rmtree(folder)
        made.rename(folder)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def write_files(
    folder: Path, tables: Mapping[str, pa.Table], formats: Sequence[str]
) -> dict[str, int]:
    """Write every table in these formats; return the bytes of each file by its name.

    The same tables give the same bytes. Texts that a spreadsheet would run as a formula get an
    apostrophe in the CSV; the Parquet file holds them as they are.
    """
    sizes = {}
    for name, table in tables.items():
        for kind in formats:
            path = folder / f"{name}.{kind}"
            _WRITERS[kind](table, path)
            sizes[path.name] = path.stat().st_size
    return sizes


def write_descriptor(folder: Path, descriptor: Mapping[str, Any]) -> None:
    """Write `datapackage.json`."""
    text = json.dumps(descriptor, ensure_ascii=False, indent=2)
    (folder / DESCRIPTOR).write_text(text + "\n", encoding="utf-8")


def _write_csv(table: pa.Table, path: Path) -> None:
    arrow_csv.write_csv(harmless_table(table), path)


def _write_parquet(table: pa.Table, path: Path) -> None:
    pq.write_table(table, path, compression="zstd")


_WRITERS = {CSV: _write_csv, PARQUET: _write_parquet}
