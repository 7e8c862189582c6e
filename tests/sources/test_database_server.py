"""A database server is read like a file: by name, whole, in one state, without writing."""

from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from psycopg import sql
from small_deliveries import CASES, MONTH

from kim_pipeline.errors import DeliveryError, KeyFileError
from kim_pipeline.settings import Settings
from sources.readers.sql_reader import read_sql


def connect(settings: Settings) -> psycopg.Connection:
    url = sa.make_url(settings.warehouse_url or "").set(drivername="postgresql")
    return psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)


def test_a_server_gives_text_as_the_contract_reads_it(warehouse_settings: Settings) -> None:
    with connect(warehouse_settings) as connection:
        for table in CASES.tables:
            kinds = {"date": "date", "integer": "integer"}
            columns = sql.SQL(", ").join(
                sql.SQL("{} {}").format(
                    sql.Identifier(field.delivered), sql.SQL(kinds.get(field.kind, "text"))
                )
                for field in table.fields
            )
            create = sql.SQL("CREATE TABLE {} ({})")
            connection.execute(create.format(sql.Identifier(table.delivered), columns))
        connection.execute("INSERT INTO contacts VALUES ('X1', 'K1', '2026-10-07', 'ORT', 45)")
    location = replace(CASES.location, template=warehouse_settings.warehouse_url or "")
    tables = read_sql(replace(CASES, location=location), warehouse_settings, MONTH)
    assert tables["contacts"].rows.to_pylist() == [
        {
            "contact_number": "X1",
            "case_number": "K1",
            "contact_on": "2026-10-07",
            "channel": "ORT",
            "minutes": "45",
            "interpreter_language": None,
        }
    ]


def test_a_server_that_is_not_there_is_refused_without_its_address(settings: Settings) -> None:
    template = "postgresql+psycopg://reader@127.0.0.1:1/cases"
    location = replace(CASES.location, template=template)
    with pytest.raises(DeliveryError, match="cannot be read") as caught:
        read_sql(replace(CASES, location=location), settings, MONTH)
    assert "127.0.0.1" not in str(caught.value)


def test_a_missing_password_file_is_named(settings: Settings, tmp_path: Path) -> None:
    location = replace(
        CASES.location,
        template="postgresql+psycopg://reader@h/cases",
        transport=replace(CASES.location.transport, password_file="cases.pw"),
    )
    with pytest.raises(KeyFileError, match=r"cases\.pw"):
        read_sql(replace(CASES, location=location), settings, MONTH)
