"""The workbook of one pack: where its indicators stand, how they came there, and the measures."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]

from kim_pipeline.export.conference import KREIS, Holding, Pack, Row, shown_places
from kim_pipeline.periods import format_month

Texts = Mapping[str, Any]
Line = Sequence[Any]
_SIGNS = {"withheld": ".", "structural_zero": "x"}
_WIDTHS = {1: 52, 2: 24}


def write_book(path: Path, holding: Holding, pack: Pack, texts: Texts, note: str) -> None:
    """Write a workbook with three sheets; the same figures give the same bytes.

    `texts` are those of the conference in the reader's language; `note` says how figures are
    protected. No text becomes a formula or a link.
    """
    inert = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(str(path), inert) as book:
        month = holding.months[-1]
        title = f"{texts['title']}: {pack.name}, {format_month(month)}"
        book.set_properties(
            {"title": title, "created": datetime.combine(month, time(), UTC).replace(tzinfo=None)}
        )
        months = list(map(format_month, holding.months))
        sheets = {
            "now": (texts["headings"]["now"], _now(holding, pack, texts)),
            "past": ([*texts["headings"]["past"], *months], _past(holding, pack, texts)),
            "measures": (texts["headings"]["measures"], _measures(pack, texts)),
        }
        for name, (headings, lines) in sheets.items():
            notes = (title, note, texts["signs"]) if name != "measures" else (title,)
            _sheet(book, texts["sheets"][name], headings, list(lines), notes)


def _sheet(
    book: Any, name: str, headings: Line, lines: Sequence[Line], notes: Sequence[str]
) -> None:
    sheet, bold = book.add_worksheet(name), book.add_format({"bold": True})
    sheet.write_row(0, 0, headings, bold)
    for at, line in enumerate(lines, start=1):
        sheet.write_row(at, 0, line)
    for at, note in enumerate(notes, start=len(lines) + 2):
        sheet.write_string(at, 0, note)
    sheet.freeze_panes(1, 0)
    for column, width in _WIDTHS.items():
        sheet.set_column(column, column, width)


def _now(holding: Holding, pack: Pack, texts: Texts) -> Iterator[Line]:
    for indicator in pack.indicators:
        for place in shown_places(holding, pack, indicator):
            cell = holding.cells.get((indicator["indicator_id"], holding.months[-1], place))
            yield (
                indicator["indicator_id"],
                indicator["name"],
                _place(holding, place, texts),
                _value(cell),
                texts["units"].get(indicator["unit"], indicator["unit"]),
                _marks(cell, texts),
                *(_aim(indicator, cell, texts) if place == KREIS else ("", "", "")),
            )


def _past(holding: Holding, pack: Pack, texts: Texts) -> Iterator[Line]:
    for indicator in pack.indicators:
        name = indicator["indicator_id"]
        for place in shown_places(holding, pack, indicator):
            values = [_value(holding.cells.get((name, m, place))) for m in holding.months]
            yield (name, indicator["name"], _place(holding, place, texts), *values)


def _measures(pack: Pack, texts: Texts) -> Iterator[Line]:
    for measure in pack.measures:
        yield (
            measure["measure_id"],
            measure["title"],
            measure["owner"],
            measure["field"],
            texts["status"][measure["status"]],
            _day(measure["first_day"]),
            _day(measure["last_day"]),
            ", ".join(measure["indicators"]),
        )


def _place(holding: Holding, place: str, texts: Texts) -> str:
    return holding.towns[place] if place != KREIS else str(texts["whole"])


def _value(cell: Row | None) -> float | str:
    """Give a figure, or the sign that stands for it; nothing where no table has it."""
    if cell is None:
        return ""
    return cell["value"] if cell["status"] == "published" else _SIGNS[cell["status"]]


def _marks(cell: Row | None, texts: Texts) -> str:
    if cell is None:
        return ""
    marks = texts["marks"]
    found = [marks[cell["status"]]] if cell["status"] != "published" else []
    found += [marks["revised"]] if cell["revision"] else []
    found += [marks["provisional"]] if cell["provisional"] else []
    return ", ".join(found)


def _aim(indicator: Row, cell: Row | None, texts: Texts) -> tuple[str, str, float | str]:
    """Give target, its day, and how far it is still away, in the unit; rounded as the figure is."""
    target, direction = indicator["target_value"], indicator["target_direction"]
    if target is None:
        return "", "", ""
    words = f"{texts['aims'][direction]} {target:g}"
    if cell is None or cell["status"] != "published":
        return words, _day(indicator["target_by"]), ""
    away = cell["value"] - target if direction == "at_most" else target - cell["value"]
    left = round(away, 1) if away > 0 else texts["reached"]
    return words, _day(indicator["target_by"]), left


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
