"""One way of reading one file, or the whole way in, measured: a process of its own."""

import io
import os
import resource
import shutil
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import sqlalchemy as sa
from lxml import etree
from pyarrow import csv
from python_calamine import CalamineWorkbook

from benchmarks.intake.files import SHEET, contract_for
from benchmarks.linkage.fresh_process import Usage
from benchmarks.linkage.keys import demo_keyring, settings_in
from kim_pipeline.privacy.token_sets import encode
from kim_pipeline.settings import Settings, read_settings
from kim_pipeline.warehouse.engine import owner_engine
from kim_pipeline.warehouse.load import copy_table
from kim_pipeline.warehouse.server import stop_server
from kim_pipeline.warehouse.server_place import data_folder
from sources.incoming.drafts import Draft, draft_table
from sources.incoming.link_columns import link_columns
from sources.incoming.staged_rows import stage
from sources.readers.csv_reader import stream_csv
from sources.readers.delivered import Delivered
from sources.readers.reading import WHOLE, read_tables
from sources.readers.sql_reader import read_sql
from sources.readers.xml_reader import stream_xml

MONTH = date(2026, 10, 1)
Reading = Callable[[Path], int]


def ours(form: str, path: Path) -> Delivered:
    """Read as the product does."""
    contract = contract_for(form)
    if form == "sql":
        home = {"KIM_HOME": str(path.parent), "KIM_INBOX": str(path.parent)}
        return read_sql(contract, read_settings(home), MONTH)["persons"]
    role = "persons" if form == "csv" else WHOLE
    with path.open("rb") as stream:
        return read_tables(contract, {role: stream}, MONTH, "benchmark")["persons"]


def streamed(form: str, path: Path) -> int:
    """Read batch by batch and keep nothing."""
    contract = contract_for(form)
    with path.open("rb") as stream:
        if form == "csv":
            batches = stream_csv(stream, contract.tables[0], contract.location, "benchmark")
            return sum(batch.num_rows for batch in batches)
        return sum(b.num_rows for _, b in stream_xml(stream, contract, MONTH, "benchmark"))


def _pyarrow(path: Path) -> int:
    names = {field.delivered: pa.string() for field in contract_for("csv").tables[0].fields}
    parse = csv.ParseOptions(delimiter=";", newlines_in_values=True)
    convert = csv.ConvertOptions(column_types=names, strings_can_be_null=True)
    return int(csv.read_csv(path, parse_options=parse, convert_options=convert).num_rows)


def _lxml(path: Path) -> int:
    found: dict[str, list[str | None]] = {}
    for _, element in etree.iterparse(path, tag="Person"):
        for child in element:
            found.setdefault(child.tag, []).append(child.text)
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
    return pa.table(found).num_rows


def _calamine(path: Path) -> int:
    book = CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))
    rows = iter(book.get_sheet_by_name(SHEET).iter_rows())
    header = next(rows)
    columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
    return pa.table(columns, names=[str(name) for name in header]).num_rows


def _sqlalchemy(path: Path) -> int:
    with sa.create_engine(f"sqlite:///{path}").connect() as connection:
        return len(connection.execute(sa.text("SELECT * FROM persons")).fetchall())


WAYS: dict[str, dict[str, Reading]] = {
    "csv": {
        "pyarrow.csv": _pyarrow,
        "pandas": lambda p: len(pd.read_csv(p, sep=";", dtype=str, encoding="utf-8-sig")),
    },
    "xml": {
        "lxml.iterparse": _lxml,
        "pandas": lambda p: len(
            pd.read_xml(p, iterparse={"Person": _names()}, dtype=str, parser="lxml")
        ),
    },
    "xlsx": {
        "calamine": _calamine,
        "pandas": lambda p: len(pd.read_excel(p, dtype=str, engine="calamine")),
    },
    "sql": {
        "SQLAlchemy": _sqlalchemy,
        "pandas": lambda p: len(pd.read_sql("SELECT * FROM persons", f"sqlite:///{p}")),
    },
}


def _names() -> list[str]:
    return [field.delivered for field in contract_for("csv").tables[0].fields]


def whole(form: str, path: Path, usage: Usage) -> int:
    """Take a delivery all the way in; each step is a part."""
    settings = settings_in(path.parent / f"{form}-home")
    contract = contract_for(form)
    keyring = demo_keyring(settings, [contract.source])
    key, table = keyring.pseudonym_key(contract.source), contract.tables[0]
    with usage.part("read"):
        delivered = ours(form, path)
    with usage.part("type, pseudonymise"):
        draft = draft_table(delivered, table, key, contract.location.text, "benchmark")
        staged = stage(draft, {table.name: draft}, MONTH)
    del delivered
    with usage.part("tokens"):
        encode(link_columns(draft, key), keyring, MONTH)
    _load(settings, staged, draft, usage)
    return staged.num_rows


def _load(settings: Settings, staged: pa.Table, draft: Draft, usage: Usage) -> None:
    kinds: dict[str, Any] = {"uuid": sa.Uuid, "integer": sa.Integer, "date": sa.Date}
    columns = [sa.Column(c.name, kinds.get(c.sql_type, sa.Text)) for c in draft.table.columns]
    table = sa.Table("persons", sa.MetaData(), *columns)
    engine = owner_engine(settings)
    try:
        with engine.begin() as connection:
            table.create(connection)
            with usage.part("load"):
                copy_table(connection, table, staged)
    finally:
        engine.dispose()
        stop_server(settings)
        # Root keeps the data outside the working folder.
        shutil.rmtree(data_folder(settings).parent)


def main() -> None:
    """Run `FORMAT WAY FILE` and report."""
    form, way, path = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    usage = Usage()
    contract_for(form)
    if way == "whole":
        usage.facts["rows"] = whole(form, path, usage)
    else:
        with usage.part("read"):
            if way == "ours":
                usage.facts["rows"] = ours(form, path).rows.num_rows
            elif way == "streamed":
                usage.facts["rows"] = streamed(form, path)
            else:
                usage.facts["rows"] = WAYS[form][way](path)
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
    usage.peaks["read"] = max(usage.peaks["read"], children)
    usage.report()
    # Threads of Arrow may still be letting go of the file; at a usual end Python 3.11 stops them in
    # the midst of C++, which then aborts, once in a hundred times.
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
