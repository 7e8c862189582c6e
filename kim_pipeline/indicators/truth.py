"""How far linkage errors move the indicators, where the truth is known: on invented people only.

The found links of a month give place to the true ones, the month is built and measured anew, and
all of it is taken back.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import numpy as np
import pandas as pd
import pyarrow as pa
import sqlalchemy as sa
from numpy.typing import NDArray

from kim_pipeline.core.build import Knowledge
from kim_pipeline.indicators.catalogue import Catalogue
from kim_pipeline.indicators.exact import exact_figure
from kim_pipeline.indicators.indicator import Breakdown
from kim_pipeline.indicators.measure import State, measure
from kim_pipeline.warehouse.load import copy_table
from kim_pipeline.warehouse.schema import base, register

# Where no id of the register lies but by a chance of one in 2**64.
_APART = (2**64 - 1) << 64
Figures = dict[str, float | None]

_TRUE_LINKS = sa.Table(
    "kim_true_link",
    sa.MetaData(),
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("record_pseudonym", base.UUID, primary_key=True),
    sa.Column("person_id", base.UUID, nullable=False),
    prefixes=["TEMPORARY"],
    postgresql_on_commit="DROP",
)


def exact_figures(connection: sa.Connection, catalogue: Catalogue, known: Knowledge) -> Figures:
    """Give the exact figure of every indicator for the whole Kreis in a month."""
    whole = (Breakdown(False, ()),)
    wanted = [replace(i, breakdowns=whole) for i in catalogue.of_month(known.month)]
    state = State(known.month, known.known_at)
    cells = measure(connection, state, wanted, catalogue.labels, _no_noise)
    return {
        one.id: exact_figure(
            one,
            None if cell.numerator is None else cell.numerator.count,
            None if cell.denominator is None else cell.denominator.count,
            cell.statistic,
        )
        for one, cell in zip(wanted, cells, strict=True)
    }


def figures_with_true_links(
    connection: sa.Connection,
    catalogue: Catalogue,
    known: Knowledge,
    truth: pd.DataFrame,
    build: Callable[[], object],
) -> Figures:
    """Give the same figures as if every record had been linked to its true person.

    `truth` has `source`, `record_pseudonym`, `person`; records it does not name keep their person.
    `build` builds the whole month anew in the same transaction. Nothing of it remains: all is
    undone before this returns.
    """
    undone = connection.begin_nested()
    try:
        _link_truly(connection, known, truth)
        build()
        return exact_figures(connection, catalogue, known)
    finally:
        undone.rollback()


def _link_truly(connection: sa.Connection, known: Knowledge, truth: pd.DataFrame) -> None:
    numbers, _ = pd.factorize(truth["person"])
    ids = pa.array([str(UUID(int=_APART + int(number))) for number in numbers], pa.string())
    records: dict[str, Any] = {
        name: pa.array(truth[name].astype(str).tolist(), pa.string())
        for name in ("source", "record_pseudonym")
    }
    _TRUE_LINKS.create(connection)
    copy_table(connection, _TRUE_LINKS, pa.table(records | {"person_id": ids}))
    link, true = register.link.c, _TRUE_LINKS.c
    connection.execute(
        register.link.update()
        .values(person_id=true.person_id)
        .where(
            link.source == true.source,
            link.record_pseudonym == true.record_pseudonym,
            link.known_from <= known.known_at,
            link.known_to > known.known_at,
        )
    )


def _no_noise(persons: Sequence[str]) -> NDArray[np.uint64]:
    return np.zeros(len(persons), np.uint64)
