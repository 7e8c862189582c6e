"""Microdata for one purpose: person numbers of its own, coarse columns, no row that stands out."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

from kim_pipeline.errors import DisclosureError
from kim_pipeline.export.coarse import extract_query, is_known_to_others
from kim_pipeline.export.described import Column, Table, read_tables
from kim_pipeline.export.package import Package
from kim_pipeline.export.published import Months
from kim_pipeline.export.purposes import Purpose
from kim_pipeline.export.small_groups import MONTH, Shared, share_values
from kim_pipeline.kreis import Kreis
from kim_pipeline.privacy.batch_cmac import cmac128
from kim_pipeline.privacy.key_derivation import Key
from kim_pipeline.warehouse.load import read_table

SOURCE = "core.person_month"
PERSON = "purpose_person_id"
_PERSON_MEANING = {
    "de": "Nummer der Person für diesen Zweck; in keinem anderen Auszug steht sie.",
    "en": "Number of the person for this purpose; no other extract has it.",
}


@dataclass(frozen=True)
class Extract:
    """An extract that may leave, and what it took."""

    shared: Shared
    described: Table

    @property
    def rows(self) -> pa.Table:
        """The rows that leave."""
        return self.shared.rows


def count_rows(connection: sa.Connection, purpose: Purpose, months: Months) -> int:
    """Count what an extract would hold before anything is read.

    Raises DisclosureError when that is more than the purpose allows.
    """
    asked = extract_query(purpose.columns, months.first, months.last).subquery()
    rows = connection.scalar(sa.select(sa.func.count()).select_from(asked)) or 0
    if rows > purpose.most_rows:
        raise DisclosureError(
            f"{rows} rows were asked for, {purpose.purpose} allows {purpose.most_rows}; "
            "ask for fewer months."
        )
    return rows


def read_extract(connection: sa.Connection, purpose: Purpose, months: Months, key: Key) -> Extract:
    """Read and protect the person months of a purpose, in the order of its person numbers.

    Raises DisclosureError when more than the allowed share of rows would lose values.
    """
    asked = read_table(connection, extract_query(purpose.columns, months.first, months.last))
    known = [name for name in purpose.columns if is_known_to_others(name)]
    shared = share_values(_renumbered(asked, key), known, purpose.smallest_group)
    share = 100 * shared.withheld / max(1, asked.num_rows)
    if share > purpose.most_withheld:
        raise DisclosureError(
            f"{share:.0f} percent of the rows would lose values so that {purpose.smallest_group} "
            f"persons share them, {purpose.purpose} allows {purpose.most_withheld}; declare fewer "
            "or coarser columns."
        )
    return Extract(shared, _described(connection, shared.rows))


def extract_package(kreis: Kreis, purpose: Purpose, months: Months, shared: Shared) -> Package:
    """Say what an extract is, for whom, and what was done to it."""
    return Package(
        name=f"kim-{purpose.purpose.replace('_', '-')}",
        title={"de": f"{purpose.title}, {months}", "en": f"{purpose.title}, {months}"},
        description={
            "de": f"{kreis.notice} Personenmonate allein für den Zweck „{purpose.title}“ "
            f"({purpose.basis}), bis {purpose.last_day} zu löschen. Nicht weitergeben und nicht "
            "mit anderen Daten verbinden.".strip(),
            "en": f"{kreis.notice} Person months for this purpose alone: {purpose.title} "
            f"({purpose.basis}); to be deleted by {purpose.last_day}. Not to be passed on or "
            "joined with other data.".strip(),
        },
        publisher=kreis.name,
        facts=_facts(purpose, months, shared),
    )


def _facts(purpose: Purpose, months: Months, shared: Shared) -> Mapping[str, Any]:
    return {
        "temporal": {"start": str(months.first), "end": str(months.last)},
        "purpose": purpose.purpose,
        "audience": purpose.audience,
        "recipient": purpose.recipient,
        "delete_by": str(purpose.last_day),
        "smallest_group": purpose.smallest_group,
        "rows_with_withheld_values": shared.blanked,
        "rows_left_out": shared.dropped,
    }


def _renumbered(table: pa.Table, key: Key) -> pa.Table:
    """Put the purpose's person numbers in place of person ids; no order of rows tells the old."""
    coded: Any = table["person_id"].combine_chunks().dictionary_encode()
    ids = pa.array([uuid.UUID(text).bytes for text in coded.dictionary.to_pylist()], pa.binary())
    tags: Any = cmac128(key.secret, ids)
    numbers = pa.array([str(uuid.UUID(bytes=tag)) for tag in tags.to_pylist()], pa.string())
    at = table.column_names.index("person_id")
    made = table.set_column(at, PERSON, numbers.take(coded.indices))
    return made.sort_by([(PERSON, "ascending"), (MONTH, "ascending")])


def _described(connection: sa.Connection, rows: pa.Table) -> Table:
    view = next(t for t in read_tables(connection, "core") if t.full_name == SOURCE)
    columns = {column.name: column for column in view.columns}
    columns[PERSON] = Column(PERSON, "uuid", True, _PERSON_MEANING)
    listed = tuple(columns[name] for name in rows.column_names)
    return Table(view.schema, view.name, view.meaning, listed)
