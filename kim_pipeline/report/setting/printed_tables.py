"""The tables of the PDF: written cells and the widths of their columns."""

import re
from itertools import chain

from kim_pipeline.report.document import Report, Section, Table
from kim_pipeline.report.language import Language
from kim_pipeline.report.setting.figure_tables import (
    heading,
    is_words,
    line_heading,
    shown_cells,
    signs_of,
)

# Letters: what a heading column wants and gets at least, what a column of words may take, and what
# a figure needs.
_HEAD, _LEAST_HEAD, _WORDS, _FIGURE = 40, 30, 40, 5
# A table of more letters is set smaller and fills the page; one of fewer fits half the width.
_FULL, _LARGE, _SMALL = 225, 180, 90
_LINES = 3
_WORD = re.compile(r"[ /–-]+")


def is_appended(section: Section) -> bool:
    """Tell whether a table stands in the appendix: beside a chart it would say things twice."""
    drawn = section.chart is not None or bool(section.tiles)
    return section.table is not None and drawn and not section.open_table


def appended_sections(report: Report) -> tuple[Section, ...]:
    """Give the sections whose tables stand in the appendix, in their order; each table once."""
    sections = [s for page in report.pages for s in page.sections if is_appended(s)]
    return tuple({s.table.name: s for s in sections if s.table}.values())


def is_narrow(language: Language, table: Table) -> bool:
    """Tell whether a table fits half the width of a page."""
    return sum(_widths(language, table)) <= _SMALL


def printed_table(language: Language, table: Table) -> dict[str, object]:
    """Write a table: heads, lines, widths in letters, and the signs that occur in it."""
    lines = [
        {
            "head": line_heading(language, line),
            "strong": line.strong,
            "cells": [
                {"text": shown.text, "marks": shown.marks, "hidden": not shown.published}
                for shown in shown_cells(language, table, line)
            ],
        }
        for line in table.lines
    ]
    widths = _widths(language, table)
    return {
        "caption": table.caption,
        "heads": _heads(language, table),
        "left": [True, *(is_words(table, place) for place in range(len(table.columns)))],
        "widths": widths,
        "wide": sum(widths) > _LARGE,
        "narrow": is_narrow(language, table),
        "lines": lines,
        "signs": " · ".join(f"{sign}\u00a0{words}" for sign, words in signs_of(language, table)),
    }


def _heads(language: Language, table: Table) -> list[str]:
    return [table.corner, *(heading(language, c.heading, c.unit) for c in table.columns)]


def _widths(language: Language, table: Table) -> list[int]:
    """Give each column the letters it needs: its longest figure, a heading in three lines."""
    heads = _heads(language, table)
    names = [line_heading(language, line) for line in table.lines]
    written = [[s.written for s in shown_cells(language, table, line)] for line in table.lines]
    widths = []
    for place, head in enumerate(heads[1:]):
        longest = max((len(row[place]) for row in written), default=0)
        widths.append(max(_FIGURE, _least(head), min(_WORDS, longest)) + 2)
    longest = max(map(len, names), default=_FIGURE)
    return [max(_least(heads[0]), _head_width(longest, sum(widths))), *widths]


def _head_width(longest: int, others: int) -> int:
    """Give the heading column the room that is left, so that its lines break as seldom as can be.

    A table that fits half the width with its headings in two lines is set so.
    """
    if longest + others <= _SMALL:
        return longest
    if others + max(_LEAST_HEAD, -(-longest // 2) + 3) <= _SMALL:
        return _SMALL - others
    room = next(room for room in (_LARGE, _FULL, others + _HEAD) if others + _HEAD <= room)
    return min(longest, room - others)


def _least(head: str) -> int:
    """Give the letters that a heading in three lines needs, its longest word in one."""
    return max(chain([-(-len(head) // _LINES)], map(len, _WORD.split(head))))
