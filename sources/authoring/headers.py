"""Whether a row is a header: a contract may hold names of columns, never values.

A file without a header would put a person's values where names of columns are expected.
"""

import re
from collections.abc import Mapping, Sequence

from kim_pipeline.errors import DeliveryError
from sources.authoring.vocabulary import is_known_word

SEARCHED_ROWS = 30
LONGEST_NAME = 60
LOOKS_LIKE_A_VALUE = re.compile(
    r"[-+]?[0-9][0-9.,:/ -]*|.*@.*|.*[0-9]{4,}.*|.*[0-9]{1,2}[.-][0-9]{1,2}[.-].*"
)


def find_header(rows: Sequence[Sequence[str | None]], told: int | None) -> int:
    """Return the index of the header among the first rows; `told` counts from 1.

    Raises DeliveryError when none of them looks like one. Messages name no cell.
    """
    if told is not None:
        if told > len(rows) or not _is_whole(rows[told - 1]):
            raise DeliveryError(
                f"Row {told} is no header: every column needs its own name there; look at the "
                "file and give --header-row.",
                rule="changed_header",
            )
        return told - 1
    width = max((len(_filled(row)) for row in rows[:SEARCHED_ROWS]), default=0)
    for number, row in enumerate(rows[:SEARCHED_ROWS]):
        if len(_filled(row)) >= max(2, width * 3 // 4) and _is_whole(row):
            if _looks_like_a_header(row):
                return number
            break
    raise DeliveryError(
        "No row looks like a header; its cells would enter the draft, and they could be values. "
        "If there is one, say which: --header-row N.",
        rule="changed_header",
    )


def hide_values(columns: Mapping[str, tuple[str | None, ...]]) -> dict[str, str]:
    """Map each name of a column to the one to write down: names that occur as values are hidden."""
    values = {value.casefold() for column in columns.values() for value in column if value}
    return {
        name: f"SPALTE_{place}" if name.casefold() in values and not is_known_word(name) else name
        for place, name in enumerate(columns, 1)
    }


def refuse_headless(columns: Mapping[str, tuple[str | None, ...]], told: int | None) -> None:
    """Refuse when names of columns occur as values of their own column: then it is no header.

    Raises DeliveryError, unless the header was told.
    """
    doubled = [
        name for name, column in columns.items()
        if name.casefold() in {value.casefold() for value in column if value}
    ]  # fmt: skip
    if told is None and doubled:
        raise DeliveryError(
            f"The header's cells occur as values in {len(doubled)} columns; it is no header, or it "
            "comes again below. If it is one, say so: --header-row N.",
            rule="changed_header",
        )


def _filled(row: Sequence[str | None]) -> list[str]:
    return [cell for cell in row if cell]


def _is_whole(row: Sequence[str | None]) -> bool:
    filled = _filled(row)
    return bool(filled) and len(filled) == len(row) == len({cell.casefold() for cell in filled})


def _looks_like_a_header(row: Sequence[str | None]) -> bool:
    cells = _filled(row)
    if any(len(cell) > LONGEST_NAME or LOOKS_LIKE_A_VALUE.fullmatch(cell) for cell in cells):
        return False
    return sum(is_known_word(cell) for cell in cells) * 3 >= len(cells)
