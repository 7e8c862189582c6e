"""What the authority should mend before it seals again: counts and row numbers, never a value."""

from collections.abc import Iterator, Mapping

from sources.contracts.contract import Contract
from sources.contracts.tables import Table
from sources.incoming.rejects import UNREADABLE
from sources.incoming.table_counts import TableCounts

REMEDY = (
    "mend these rows and values in your own register and seal again with a higher --sequence; what "
    "was sealed is without them"
)


def troubles(contract: Contract, counts: Mapping[str, TableCounts]) -> dict[str, str]:
    """Say by table and rule how many rows were refused and values not read, and what to do.

    Fields are named as they are delivered. Empty where there is nothing to mend.
    """
    found = {
        f"{table.name}, {what}": how_many
        for table in contract.tables
        for what, how_many in _of_table(table, counts[table.name])
    }
    return {**found, "to do": REMEDY} if found else {}


def _of_table(table: Table, counts: TableCounts) -> Iterator[tuple[str, str]]:
    for refused in counts.rejections:
        column = f" ({table.field(refused.column).delivered})" if refused.column else ""
        town = f" in the file of town {refused.town}" if refused.town else ""
        yield (
            f"{refused.reason}{column}{town}",
            f"{refused.count} of {counts.rows_read} rows refused, first row {refused.rows[0]}",
        )
    told = {refused.column for refused in counts.rejections if refused.reason == UNREADABLE}
    for name, entry in counts.unreadable.items():
        if name not in told:
            many = f"{entry.count} of {counts.rows_read} values left out"
            yield f"unreadable ({table.field(name).delivered})", many
