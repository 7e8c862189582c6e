"""What every reader hands over: a table of strings as delivered, and what could not be read."""

from dataclasses import dataclass

import pyarrow as pa

from kim_pipeline.errors import DeliveryError
from sources.contracts.tables import Table


@dataclass(frozen=True)
class Delivered:
    """The rows of one table.

    `rows` has one string column per contract field (contract names, empty = null); `malformed`
    holds the line numbers of rows that have the wrong number of values; `unknown` counts columns
    the contract does not know.
    """

    rows: pa.Table
    malformed: tuple[int, ...] = ()
    unknown: int = 0

    @property
    def count(self) -> int:
        """Count all delivered rows, the malformed ones included."""
        return self.rows.num_rows + len(self.malformed)


def check_unknown(where: str, table: Table, unknown: int) -> None:
    """Apply the contract's policy; never name a column, which may be a value in a headless file.

    Raises DeliveryError when the contract refuses unknown columns.
    """
    if unknown and table.unknown_columns == "reject":
        raise DeliveryError(
            f"{where}: {unknown} columns are not in the contract; add them there or ask the "
            "authority to leave them out."
        )
