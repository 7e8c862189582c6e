"""A delivery read without a contract: tables of texts, and how the file is written.

For drafting a contract only. What is read stays in memory; names of columns are values until they
have been judged to be a header.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kim_pipeline.errors import DeliveryError

MAX_ROWS = 200_000


@dataclass(frozen=True)
class SampleTable:
    """One table: where it stands in the delivery, and its columns as texts, empty as None."""

    delivered: str
    header_row: int
    columns: Mapping[str, tuple[str | None, ...]]
    parent: str | None = None

    @property
    def rows(self) -> int:
        """Count the rows."""
        return len(next(iter(self.columns.values()), ()))


@dataclass(frozen=True)
class Sample:
    """The tables of one file and how it is written; `marks` are entries of the contract's server.

    `format` and `encoding` are those of the contract; a file of one table has `single`.
    """

    format: str
    encoding: str
    tables: tuple[SampleTable, ...]
    marks: Mapping[str, object] = field(default_factory=dict)
    single: bool = False


def to_columns(
    header: list[str], rows: list[list[str | None]]
) -> dict[str, tuple[str | None, ...]]:
    """Turn rows into columns; shorter rows are filled up with None, longer ones cut off."""
    width = len(header)
    even = [[*row[:width], *([None] * (width - len(row)))] for row in rows[:MAX_ROWS]]
    columns = list(zip(*even, strict=True)) if even else [()] * width
    return dict(zip(header, columns, strict=True))


def no_table(what: str) -> DeliveryError:
    """Say that a file holds nothing a contract could be drafted from."""
    return DeliveryError(
        f"The file {what}; take another delivery, or write the contract by hand "
        "(docs/contracts.md).",
        rule="wrong_file",
    )
