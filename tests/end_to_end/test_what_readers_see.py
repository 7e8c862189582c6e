"""What readers see: protected figures in a closed form, on pages that ask for nothing."""

import re

from own_kreis import OwnKreis
from small_kreis import MONTHS, ROOT

from kim_pipeline.kreis import read_kreis
from kim_pipeline.warehouse.schema.published import STATUSES

TABLES = {
    "indicator_value": ("numerator", "denominator", "value"),
    "link_quality": ("numerator", "denominator", "value"),
    "conflict_rate": ("numerator", "denominator", "value"),
    "source_quality": ("persons",),
}


def test_no_count_is_one_or_two(undisturbed: OwnKreis) -> None:
    counts = {
        "indicator_value": "numerator, denominator, CASE WHEN unit = 'persons' THEN value END",
        "link_quality": "numerator, denominator",
        "conflict_rate": "numerator, denominator",
        "source_quality": "persons",
    }
    for table, columns in counts.items():
        rows = undisturbed.rows(f"SELECT {columns} FROM published.{table}")
        assert rows
        assert [row for row in rows if {1, 2} & set(row)] == [], table


def test_every_status_is_in_the_closed_list_and_all_occur(undisturbed: OwnKreis) -> None:
    for table in TABLES:
        found = {row[0] for row in undisturbed.rows(f"SELECT status FROM published.{table}")}
        assert found <= set(STATUSES), table
    assert {row[0] for row in undisturbed.rows(
        "SELECT DISTINCT status FROM published.indicator_value"
    )} == set(STATUSES)  # fmt: skip


def test_withheld_rows_hold_no_number(undisturbed: OwnKreis) -> None:
    for table, numbers in TABLES.items():
        shown = " OR ".join(f"{name} IS NOT NULL" for name in numbers)
        query = f"SELECT count(*) FROM published.{table} WHERE status = 'withheld' AND ({shown})"
        assert undisturbed.rows(query) == [(0,)], table


def test_structural_zeros_hold_nothing_but_zero(undisturbed: OwnKreis) -> None:
    rows = undisturbed.rows(
        "SELECT numerator, denominator, value FROM published.indicator_value"
        " WHERE status = 'structural_zero'"
    )
    assert {value for row in rows for value in row} <= {0, None}


def test_every_month_has_every_indicator_for_every_town(undisturbed: OwnKreis) -> None:
    rows = undisturbed.rows(
        "SELECT indicator_id, town_ags, count(DISTINCT month) FROM published.indicator_value"
        " WHERE breakdown IN ('total', 'town') GROUP BY 1, 2"
    )
    towns = {"", *(town.ags for town in read_kreis(ROOT / "kreis.yaml").towns)}
    told = undisturbed.rows("SELECT indicator_id, since_last_month FROM published.indicator")
    ids, compared = {row[0] for row in told}, {row[0] for row in told if row[1]}
    assert {"S1", "S2", "S5", "C1", "C3", "C5", "V1", "N1", "N6", "J1", "G2", "Q1"} <= ids
    assert {row[0] for row in rows if row[1] == ""} == ids
    assert {row[1] for row in rows} == towns
    assert compared == {"S1_in", "S1_out"}, "the first month has none before it"
    assert all(row[2] == len(MONTHS) - (row[0] in compared) for row in rows)


def test_the_report_is_of_its_kreis_and_month(undisturbed: OwnKreis) -> None:
    kreis = read_kreis(ROOT / "kreis.yaml")
    files = {path.name for path in undisturbed.settings.report.iterdir()}
    assert {"index.html", "staedte.html", "bericht.pdf", "bericht.xlsx", "en"} <= files
    page = undisturbed.page
    assert all(text in page for text in (kreis.name, "Oktober\u00a02025", kreis.notice[:30]))
    assert all(town.name.split()[0] in page for town in kreis.towns)


def test_the_report_asks_for_nothing_outside_itself(undisturbed: OwnKreis) -> None:
    asked = re.findall(r"""(?:\bsrc|\bhref|\baction)\s*=\s*["']([^"']+)""", undisturbed.page)
    asked += re.findall(r"""url\(\s*["']?([^)"']+)""", undisturbed.page)
    outside = [target for target in asked if not target.startswith(("#", "data:"))]
    assert [target for target in outside if not re.fullmatch(r"[\w./-]+", target)] == []
    assert [t for t in outside if not (undisturbed.settings.report / t).is_file()] == []
    assert "<script" not in undisturbed.page
    assert "@import" not in undisturbed.page


def test_every_link_leads_to_a_file_of_the_report(undisturbed: OwnKreis) -> None:
    pages = sorted(undisturbed.settings.report.rglob("*.html"))
    links = {
        page.parent / target
        for page in pages
        for target in re.findall(r'href="([^"#]+)"', page.read_text("utf-8"))
    }
    assert len(pages) > 40
    assert [path for path in links if not path.is_file()] == []


def test_the_page_shows_no_figure_that_is_not_published(undisturbed: OwnKreis) -> None:
    exact = undisturbed.rows(
        "SELECT DISTINCT true_numerator FROM audit.cell_ledger l WHERE true_numerator > 999"
        " AND NOT EXISTS (SELECT FROM published.indicator_value v"
        " WHERE l.true_numerator IN (v.numerator, v.denominator))"
        " AND NOT EXISTS (SELECT FROM published.source_quality q"
        " WHERE l.true_numerator = q.persons)"
        " AND NOT EXISTS (SELECT FROM published.link_quality k"
        " WHERE l.true_numerator IN (k.numerator, k.denominator))"
    )
    words = set(re.findall(r"\d+", re.sub(r"(?<=\d)\.(?=\d{3}\b)", "", _told(undisturbed.page))))
    assert [count for (count,) in exact if str(count) in words] == []


def _told(page: str) -> str:
    """Leave out what only draws: style sheets, and coordinates in the attributes of drawings."""
    without_style = re.sub(r"<style.*?</style>", " ", page, flags=re.DOTALL)
    drawn = (
        r'\b(?:d|points|transform|viewBox|style|[xyr]|[xy][12]|[cr][xy]|d[xy]|width|height)="[^"]*"'
    )
    return re.sub(drawn, " ", without_style)
