"""The persons of a month in memory: what each condition says of them, their values, their keys.

PostgreSQL answers `kim_pipeline.indicators.questions` in one pass over the month; who is counted
where is decided by these answers alone.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from kim_pipeline.errors import DisclosureError
from kim_pipeline.indicators.conditions import Condition, Population
from kim_pipeline.indicators.packing import Place, Words, all_set, read_number
from kim_pipeline.indicators.questions import Asked, Questions, column_of, known
from kim_pipeline.warehouse.schema.person_month import person_month

RecordKeys = Callable[[Sequence[str]], NDArray[np.uint64]]
_LINE = "\n"


@dataclass(frozen=True)
class People:
    """The answers; persons stand in one order in all arrays.

    `words`: int64 (words, persons). `numbers`: of each column the values of those who have one.
    """

    places: Mapping[Asked, Place]
    words: Words
    numbers: Mapping[str, Words]
    keys: NDArray[np.uint64]

    def members(self, population: Population) -> NDArray[np.intp]:
        """Find the persons for whom all conditions hold."""
        return np.flatnonzero(all_set(self.words, [self.places[c] for c in population]))

    def holds(self, condition: Condition) -> NDArray[np.bool_]:
        """Tell of every person whether a condition holds."""
        return all_set(self.words, [self.places[condition]])

    def codes(self, dimension: str) -> Words:
        """Give each person's value of a dimension, counted from 1; 0 is none, or another town."""
        return read_number(self.words, self.places[dimension])

    def values(self, column: str) -> Words:
        """Give each person's number in a column, 0 where there is none."""
        spread = np.zeros(self.words.shape[1], np.int64)
        spread[self.holds(known(column))] = self.numbers[column]
        return spread


def read_people(
    connection: sa.Connection,
    where: Sequence[sa.ColumnElement[bool]],
    questions: Questions,
    record_keys: RecordKeys,
) -> People | None:
    """Ask about the persons of the rows `where`; None when there are none.

    Raises DisclosureError when a dimension holds a value nobody declared, never naming it.
    """
    ids = sa.func.string_agg(sa.cast(person_month.c.person_id, sa.Text), _LINE)
    words, numbers = questions.words(), questions.numbers()
    lists = [column.label(f"list_{i}") for i, column in enumerate((ids, *words, *numbers))]
    # Aggregates without an order of their own see the rows in one order: the lists fit together.
    persons, *sent = connection.execute(sa.select(*lists).where(*where)).one()
    if persons is None:
        return None
    found = list(map(_received, sent))
    people = People(
        questions.places,
        np.array(found[: len(words)]),
        dict(zip(questions.columns, found[len(words) :], strict=True)),
        record_keys(persons.split(_LINE)),
    )
    _refuse_undeclared(connection, where, questions, people)
    return people


def _received(sent: bytes | None) -> Words:
    return np.frombuffer(sent or b"", ">i8").astype(np.int64)


def _refuse_undeclared(
    connection: sa.Connection,
    where: Sequence[sa.ColumnElement[bool]],
    questions: Questions,
    people: People,
) -> None:
    for dimension, declared in questions.dimensions.items():
        if people.codes(dimension).max() > len(declared):
            column = column_of(dimension)
            different = sa.select(sa.func.count(column.distinct()))
            count = connection.scalar(different.where(*where, column.not_in(declared)))
            raise DisclosureError(
                f"core.person_month holds {count} values of {dimension} that are not "
                "declared in labels.yaml; declare them before publishing."
            )
