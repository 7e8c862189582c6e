"""The table of all indicators: whole Kreis and towns."""

from kim_pipeline.report.document import Column, Line, Section, Table
from kim_pipeline.report.figures import Indicator
from kim_pipeline.report.pages.desk import Desk
from kim_pipeline.report.tables import change_words, listed, town_heads


def whole_table(desk: Desk) -> Section:
    """Set all indicators against all towns."""
    columns = [Column(desk.text("matrix.unit")), Column(desk.text("words.district"))]
    if desk.since:
        columns.append(Column(desk.text("matrix.change", month=desk.since)))
    columns += [Column(name) for name in town_heads(desk.kreis)]
    return Section(
        name="tabelle",
        title=desk.text("matrix.title"),
        topic=desk.text("sections.tabelle"),
        measure=desk.text("matrix.subtitle", month=desk.month),
        table=Table(
            name=desk.table_name("tabelle"),
            caption=desk.text("matrix.caption", month=desk.month),
            corner=desk.text("matrix.indicator"),
            columns=tuple(columns),
            lines=tuple(_line(desk, indicator) for indicator in listed(desk.figures)),
        ),
    )


def _line(desk: Desk, indicator: Indicator) -> Line:
    name = indicator.indicator_id
    change = (change_words(desk.language, desk.change(indicator)),) if desk.since else ()
    towns = tuple(desk.figures.cell(name, town.ags) for town in desk.kreis.towns)
    unit = desk.text(f"unit_lines.{indicator.unit}")
    cells = (unit, desk.figures.cell(name), *change, *towns)
    return Line(indicator.name, cells, unit=indicator.unit)
