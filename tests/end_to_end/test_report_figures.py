"""Every figure of a written report is the published one, with its marks, in every file of it."""

import re
from collections import Counter
from collections.abc import Iterator

import pytest
from lxml.html import HtmlElement
from own_kreis import OwnKreis, installed
from python_calamine import CalamineWorkbook
from small_kreis import MONTHS
from told_report import Told, published, told
from written_tables import Written

SEEN = './/text()[not(ancestor::*[contains(@class, "unseen")])]'
LINKS = """
    SELECT DISTINCT numerator, denominator, value, status FROM published.link_quality
    WHERE month = %s AND nationality_group <> 'GERMAN'
"""
# The first month once more, as if so many months before it had been published alike.
EARLIER = """
    INSERT INTO published.indicator_value
    SELECT (jsonb_populate_record(v, jsonb_build_object('month', earlier::date))).*
    FROM published.indicator_value v
    CROSS JOIN generate_series(month - interval '10 months', month - interval '1 month', '1 month')
        AS earlier
    WHERE month = (SELECT min(month) FROM published.indicator_value)
"""


@pytest.fixture(scope="module")
def of_a_year(
    undisturbed: OwnKreis, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[OwnKreis]:
    """The same installation with a year behind it, without which no report tells of ways."""
    folder = tmp_path_factory.mktemp("year")
    with installed(undisturbed.settings, folder, like=undisturbed) as made:
        made.execute(EARLIER)
        made.must("report", "--edition", "monthly")
        yield made


@pytest.fixture(scope="module", params=["months-de", "year-de", "year-en"])
def report(undisturbed: OwnKreis, of_a_year: OwnKreis, request: pytest.FixtureRequest) -> Told:
    span, _, locale = request.param.partition("-")
    return told(of_a_year if span == "year" else undisturbed, locale)


def number(text: str, told: Told) -> str:
    """Read a figure as a reader sees it; empty where a sign stands for it."""
    bare = re.sub(r"[\s%pr]", "", text)
    point, thousands = (",", ".") if told.language.locale == "de" else (".", ",")
    bare = bare.replace(thousands, "").replace(point, ".") if len(bare) > 1 else bare
    return f"{float(bare):.10g}" if bare not in {".", "x", "–"} else ""


def test_every_figure_of_the_tables_is_the_published_one_with_its_status(report: Told) -> None:
    rows = published(report.kreis)
    assert report.wrong(rows) == []
    statuses = Counter(one.status for one in report.figures())
    known = {report.language.text(f"csv.statuses.{name}") for name in ("published", "withheld")}
    assert known <= set(statuses)


def test_no_published_figure_of_the_month_is_left_out(report: Told) -> None:
    told = {one.key for one in report.figures()}
    places = {"total", "town"}
    month = f"{MONTHS[-1]}-01"
    rows = [key for key in published(report.kreis) if key[1] in places and key[2] == month]
    assert len(rows) > 500
    assert [key for key in rows if key not in told] == []


def test_every_published_way_between_statuses_is_told(of_a_year: OwnKreis) -> None:
    month = f"{MONTHS[-1]}-01"
    ways = {
        key: row.value
        for key, row in published(of_a_year).items()
        if key[0] in {"S1_flow", "S4_flow"} and key[1] != "total" and key[2] == month
    }
    assert {key[0] for key in ways} == {"S1_flow", "S4_flow"}
    for locale in ("de", "en"):
        found = {one.key for one in told(of_a_year, locale).figures()}
        assert [key for key, value in ways.items() if value and key not in found] == []


def test_deliveries_and_links_are_the_published_ones(report: Told) -> None:
    tables = {table.name: table for table in report.tables()}
    month = f"{MONTHS[-1]}-01"
    query = "SELECT persons FROM published.source_quality WHERE month = %s AND status = 'published'"
    persons = sorted(str(count) for (count,) in report.kreis.rows(query, month))
    assert sorted(first(tables["index-lieferungen"])) == persons
    rows = report.kreis.rows(LINKS, month)
    links = {
        tuple(f"{float(str(n)):.10g}" for n in row[:3]) for row in rows if row[3] == "published"
    }
    found = {
        tuple(fields[head][0].replace(",", ".") for head in fields)
        for _, fields in tables["index-verknuepfung"].lines
    }
    denominators_first = {(below, above, rate) for above, below, rate in links}
    assert {row for row in found if all(row)} == denominators_first


def first(table: Written) -> Iterator[str]:
    yield from (next(iter(fields.values()))[0] for _, fields in table.lines)


def test_pages_and_tables_say_the_same(report: Told) -> None:
    tables = {table.name: table for table in report.tables()}
    compared = 0
    for path in sorted(report.folder.glob("*.html")):
        for region in report.page(path.stem).xpath('//div[@role="region"]'):
            (address,) = region.xpath("following-sibling::p[@class='csv'][1]/a/@href")
            table = tables[address.rpartition("/")[2].removesuffix(".csv")]
            assert list(shown(report, region)) == [
                (value.replace(",", "."), marks(report, status))
                for _, fields in table.lines
                for value, status in fields.values()
            ], table.name
            compared += len(table.lines)
    assert compared > 1000


def shown(report: Told, region: HtmlElement) -> Iterator[tuple[str, str]]:
    """Give the figures of a table on a page, with their marks; columns of words are left out."""
    for row in region.xpath(".//tbody/tr"):
        for cell in row.xpath("./td[not(@class='left')]"):
            text = "".join(cell.xpath(SEEN))
            yield number(text, report), "".join(re.findall("[pr]", text))


def marks(report: Told, status: str) -> str:
    spoken = {sign: report.language.text(f"signs.spoken.{name}")
              for sign, name in (("p", "provisional"), ("r", "revised"))}  # fmt: skip
    return "".join(sign for sign, words in spoken.items() if words in status.split(", ")[1:])


def test_the_workbook_says_the_same_as_the_tables(report: Told) -> None:
    book = CalamineWorkbook.from_path(report.folder / report.language.text("page.files.workbook"))
    sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    for table in report.tables():
        lines = [
            (heading, [value.replace(",", ".") for value, _ in fields.values() if value])
            for heading, fields in table.lines
        ]
        assert any(written(sheet, table) == lines for sheet in sheets), table.name


def written(sheet: list[list[object]], table: Written) -> list[tuple[object, list[str]]]:
    """Read the lines of a sheet as those of a table; none where it begins differently."""
    head = next((place for place, row in enumerate(sheet, 1) if row[0] == table.corner), len(sheet))
    return [
        (row[0], [f"{cell:.10g}" for cell in row[1:] if isinstance(cell, float)])
        for row in sheet[head : head + len(table.lines)]
    ]
