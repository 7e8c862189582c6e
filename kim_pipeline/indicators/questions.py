"""What is asked of every person of a month, as the columns of one query.

Conditions are asked by the vocabulary of `kim_pipeline.indicators.conditions`, one bit for each;
dimensions by the place of their value among the declared ones; both are packed into few words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from kim_pipeline.indicators.conditions import Condition, clause
from kim_pipeline.indicators.indicator import TOWN
from kim_pipeline.indicators.packing import Place, lay_out
from kim_pipeline.warehouse.schema.person_month import person_month

Asked = Condition | str
_ZERO = sa.literal(0, sa.BigInteger)
_NOTHING = sa.literal(b"", sa.LargeBinary)


def known(column: str) -> Condition:
    """Ask whether a column says something of a person."""
    return Condition(column, "known", True)


def column_of(dimension: str) -> sa.ColumnElement[Any]:
    """Give the column of a dimension."""
    return person_month.c["town_ags" if dimension == TOWN else dimension]


@dataclass(frozen=True)
class Questions:
    """Conditions, dimensions with their declared values, and columns of numbers."""

    conditions: tuple[Condition, ...]
    dimensions: Mapping[str, Sequence[str]]
    columns: tuple[str, ...]

    @cached_property
    def places(self) -> Mapping[Asked, Place]:
        """Lay out the packed answers; a dimension also has a code for none and one for unknown."""
        widths: dict[Asked, int] = {}
        for condition in (*self.conditions, *map(known, self.columns)):
            widths[condition] = 1
        for name, values in self.dimensions.items():
            widths[name] = (len(values) + 1).bit_length()
        return lay_out(widths)

    def words(self) -> list[sa.ColumnElement[Any]]:
        """Write the words, each a list of the answers of all rows: 8 bytes for a row."""
        words: dict[int, list[sa.ColumnElement[int]]] = {}
        for asked, place in self.places.items():
            words.setdefault(place.word, []).append(self._answer(asked, place))
        return [_list(reduce(lambda a, b: a.op("|")(b), parts)) for parts in words.values()]

    def numbers(self) -> list[sa.ColumnElement[Any]]:
        """Write the numbers of each column, a list of those that are there."""
        columns = [person_month.c[name] for name in self.columns]
        return [_list(column).filter(column.is_not(None)) for column in columns]

    def _answer(self, asked: Asked, place: Place) -> sa.ColumnElement[int]:
        if isinstance(asked, str):
            return _code(asked, self.dimensions[asked], place)
        # What is neither true nor false does not hold.
        bit = sa.literal(1 << place.shift, sa.BigInteger)
        return sa.case((clause((asked,)), bit), else_=_ZERO)


def _code(dimension: str, declared: Sequence[str], place: Place) -> sa.ColumnElement[int]:
    value = column_of(dimension)
    found = sa.func.array_position(sa.literal(list(declared), ARRAY(sa.Text)), value)
    # Persons who live elsewhere are normal; no other dimension may have an unknown value.
    other = 0 if dimension == TOWN else len(declared) + 1
    beyond = sa.case((value.is_(None), 0), else_=other)
    code = sa.cast(sa.func.coalesce(found, beyond), sa.BigInteger)
    return code.op("<<")(sa.literal(place.shift, sa.Integer))


def _list(number: sa.ColumnElement[Any]) -> sa.FunctionElement[Any]:
    sent = sa.func.int8send(sa.cast(number, sa.BigInteger))
    return sa.func.string_agg(sent, _NOTHING)
