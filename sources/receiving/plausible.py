"""Whether the tables of a delivery can be right, seen from the strings alone.

Counts against the manifest, letters an encoding spoiled, values beside their own column. What needs
the month before is judged by the quality checks.
"""

from collections.abc import Mapping

from sources.contracts.contract import Contract
from sources.readers.delivered import Delivered
from sources.receiving.forms import is_shifted
from sources.receiving.letters import has_damaged_letters
from sources.receiving.verdicts import Verdicts


def check_rows(
    where: str, tables: Mapping[str, Delivered], announced: Mapping[str, int], verdicts: Verdicts
) -> None:
    """Compare the rows that were read with those announced, table by table.

    Raises DeliveryError: by rule `half` for fewer, `doubled` for twice as many, else `manifest`,
    also for rows of a table that nobody knows; its name could be anybody's and is not told.
    """
    for name, rows in announced.items():
        if name not in tables:
            verdicts.broken("manifest", f"{where}: rows of an unknown table are announced.")
            continue
        if tables[name].count == rows:
            continue
        read = tables[name].count
        rule = "half" if read < rows else "doubled" if rows and read == 2 * rows else "manifest"
        verdicts.broken(
            rule,
            f"{where}, table {name}: {read} rows read, {rows} announced; the file is cut off or "
            "the wrong one. Ask for the delivery again.",
        )


def check_tables(
    where: str, contract: Contract, tables: Mapping[str, Delivered], verdicts: Verdicts
) -> None:
    """Look for unknown and shifted columns and damaged letters.

    Unknown columns are ignored or refused by their table before it comes to this. Raises
    DeliveryError by rule `unknown_columns`, `shifted_column` or `encoding`.
    """
    for table in contract.tables:
        delivered = tables[table.name]
        if delivered.unknown and table.unknown_columns == "warn":
            verdicts.broken(
                "unknown_columns",
                f"{where}, table {table.name}: {delivered.unknown} columns are not in the "
                "contract; add them there or ask the authority to leave them out.",
            )
        if is_shifted(delivered.rows, table):
            verdicts.broken(
                "shifted_column",
                f"{where}, table {table.name}: values stand one column beside their own; compare "
                "header and rows, and ask for the file again.",
            )
        if has_damaged_letters(delivered.rows, table):
            verdicts.broken(
                "encoding",
                f"{where}, table {table.name}: letters of names were damaged by a wrong encoding; "
                "ask for the file in the agreed one, made anew.",
            )
