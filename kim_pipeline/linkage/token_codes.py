"""Tokens as small numbers and flat lists: the same facts, quick to compare in columns of pairs."""

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from kim_pipeline.linkage.comparisons import COMPARISONS, FREQUENCY_COLUMNS, Meeting
from kim_pipeline.linkage.pairs import Flags, Floats, Ints

MOST_THREADS = 4

Codes = npt.NDArray[np.int32]


@dataclass(frozen=True)
class TokenLists:
    """The tokens of each record one after the other: those of i from `starts[i]`, `counts[i]`."""

    values: Ints
    starts: Ints
    counts: Codes


@dataclass(frozen=True)
class TokenCodes:
    """All records: `codes` int32 (n, columns), equal where tokens are, -1 where there is none.

    rarity: per frequency column log2 of the share of records that carry a token, by its code.
    lists: the columns that meet lists of tokens.
    """

    columns: tuple[str, ...]
    codes: Codes
    rarity: dict[str, Floats]
    lists: dict[str, TokenLists]

    def place(self, column: str) -> int:
        """Say where in `codes` a column stands."""
        return self.columns.index(column)


def threads() -> int:
    """Say how many threads to compare with; the result does not depend on it."""
    return min(MOST_THREADS, os.cpu_count() or 1)


def encode(table: pa.Table) -> TokenCodes:
    """Number the tokens of every column that is compared; columns that meet share their numbers."""
    families = _families()
    columns = tuple(column for family in families for column in family)
    codes = np.empty((table.num_rows, len(columns)), dtype=np.int32)

    def number(family: tuple[str, ...]) -> dict[str, Floats]:
        found = _number([table[column] for column in family])
        codes[:, [columns.index(column) for column in family]] = found
        parts = zip(family, found.T, strict=True)
        return {column: rarity(part) for column, part in parts if column in FREQUENCY_COLUMNS}

    with ThreadPoolExecutor(threads()) as pool:
        shares = list(pool.map(number, families))
    merged = {column: share for part in shares for column, share in part.items()}
    lists = {column: token_lists(table[column]) for column in _listed(table)}
    return TokenCodes(columns, codes, merged, lists)


def rarity(codes: Codes) -> Floats:
    """Give log2 of the share each code has among the records that carry one."""
    counts = np.bincount(codes[codes >= 0], minlength=1)
    with np.errstate(divide="ignore"):
        found: Floats = np.log2(counts / max(counts.sum(), 1))
    return found


def token_lists(column: Any) -> TokenLists:
    """Flatten a column of lists, or of single tokens taken as lists of at most one."""
    of_lists = pa.types.is_list(column.type)
    # Piece by piece into one array: the lists of deletions are most of the memory there is.
    counts = np.empty(len(column), dtype=np.int32)
    place = 0
    for piece in column.chunks:
        found = pc.fill_null(pc.list_value_length(piece), 0) if of_lists else piece.is_valid()
        counts[place : place + len(piece)] = found
        place += len(piece)
    values = np.empty(int(counts.sum(dtype=np.int64)), dtype=np.int64)
    place = 0
    for piece in column.chunks:
        found = piece.flatten() if of_lists else piece.drop_null()
        values[place : place + len(found)] = found
        place += len(found)
    return TokenLists(values, np.cumsum(counts, dtype=np.int64) - counts, counts)


def tokens_of(column: Any) -> tuple[Ints, Flags]:
    """Give a column of single tokens as numbers (0 where none) and where there is one."""
    array = column.combine_chunks()
    known = np.asarray(array.is_valid(), dtype=np.bool_)
    return np.asarray(pc.fill_null(array, 0), dtype=np.int64), known


def meetings() -> Iterable[Meeting]:
    """List every meeting of columns that a level asks for."""
    return (m for c in COMPARISONS for level in c.levels for m in level.meetings)


def _families() -> list[tuple[str, ...]]:
    """Group the single-token columns that are compared, those that meet together."""
    families: list[set[str]] = []
    pairs = [{m.one, m.other} for m in meetings() if not m.lists]
    for wanted in (*pairs, *({column} for c in COMPARISONS for column in c.needs)):
        joined = [family for family in families if family & wanted]
        families = [family for family in families if not family & wanted]
        families.append(wanted.union(*joined))
    return sorted(tuple(sorted(family)) for family in families)


def _listed(table: pa.Table) -> list[str]:
    """Name the columns of meetings with lists where both sides hold anything at all."""
    found: set[str] = set()
    for meeting in meetings():
        sides = {meeting.one, meeting.other}
        if meeting.lists and all(table[c].null_count < table.num_rows for c in sides):
            found |= sides
    return sorted(found)


def _number(columns: list[Any]) -> Codes:
    found = [tokens_of(column) for column in columns]
    known = np.concatenate([flags for _, flags in found])
    tokens = np.concatenate([values for values, _ in found])
    codes = np.full(len(tokens), -1, dtype=np.int32)
    codes[known] = pd.factorize(tokens[known])[0]
    return codes.reshape(len(columns), -1).T
