"""The data dictionary as pages and CSV: everything an analyst reads, in both languages."""

import csv
from html.parser import HTMLParser
from pathlib import Path

import sqlalchemy as sa
from exporting import House

from kim_pipeline.export.dictionary import write_dictionary
from kim_pipeline.warehouse.schema import meta


class _Page(HTMLParser):
    """What a page holds: ids, addresses it asks for, and text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.asked: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = dict(attrs)
        self.ids += [str(facts["id"])] if "id" in facts else []
        self.links += [str(facts["href"])] if tag == "a" else []
        self.asked += [str(v) for k, v in attrs if k == "src" or (k == "href" and tag == "link")]


def _written(house: House, folder: Path) -> dict[str, Path]:
    with house.reading("kim_analyst", "") as connection:
        paths = write_dictionary(connection, house.kreis, folder)
    return {path.name: path for path in paths}


def _csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_readable_table_and_column_is_in_both_pages_and_the_csv(
    house: House, tmp_path: Path
) -> None:
    found = _written(house, tmp_path)
    with house.reading("kim_analyst", "") as connection:
        tables = connection.execute(sa.select(meta.dictionary_table)).mappings().all()
        columns = connection.execute(sa.select(meta.dictionary_column)).mappings().all()
    for locale in ("de", "en"):
        page = _Page(found[f"dictionary.{locale}.html"].read_text("utf-8"))
        assert {f"{t['schema_name']}.{t['table_name']}" for t in tables} <= set(page.ids)
        assert len(page.ids) == len(set(page.ids))
        inner = [link[1:] for link in page.links if link.startswith("#")]
        assert set(inner) <= set(page.ids)
        assert page.asked == [], "the page asks for another file"
    rows = _csv(found["columns.csv"])
    assert len(rows) == len(columns)
    assert all(row["description_de"] and row["description_en"] for row in rows)
    assert len(_csv(found["tables.csv"])) == len(tables)


def test_keys_and_functions_for_earlier_knowledge_are_named(house: House, tmp_path: Path) -> None:
    found = _written(house, tmp_path)
    keys = {(r["table"], r["column"]) for r in _csv(found["columns.csv"]) if r["key"] == "true"}
    assert {("person_month", "month"), ("person_month", "person_id")} <= keys
    assert ("person_month", "known_from") not in keys
    as_of = {row["table"]: row["as_of"] for row in _csv(found["tables.csv"])}
    assert as_of["person_month"] == "core.person_month_as_of(known_on)"
    assert as_of["indicator_value"] == ""


def test_a_definition_cannot_become_a_formula_or_markup(house: House, tmp_path: Path) -> None:
    found = _written(house, tmp_path)
    (row,) = _csv(found["indicators.csv"])
    assert (row["name_de"], row["definition_de"]) == ('\'=HYPERLINK("x")', "'-1 Person")
    assert "=HYPERLINK(&#34;x&#34;)" in found["dictionary.de.html"].read_text("utf-8")


def test_the_same_warehouse_gives_the_same_pages(house: House, tmp_path: Path) -> None:
    first = {n: p.read_bytes() for n, p in _written(house, tmp_path / "1").items()}
    assert first == {n: p.read_bytes() for n, p in _written(house, tmp_path / "2").items()}
