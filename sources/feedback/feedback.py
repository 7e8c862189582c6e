"""Feedback of a month to one source: what it should mend, and its scorecard, as files."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import sqlalchemy as sa

from kim_pipeline.periods import format_month
from kim_pipeline.warehouse.recontact import sealed_numbers
from sources.contracts.contract import Contract
from sources.feedback.files import COLUMNS, as_csv, as_json, write_private
from sources.feedback.page import render_page
from sources.feedback.refused import refused_items
from sources.feedback.scorecard import Scorecard, read_scorecards, rule_trends, score
from sources.feedback.selection import Item, items_of

ENDINGS = (".csv", ".json", ".html")


@dataclass(frozen=True)
class Feedback:
    """What was written for a source: counts, and the files' common path without its ending."""

    source: str
    month: date
    records: int
    rows_refused: int
    days_late: int | None
    path: Path

    def counts(self) -> dict[str, int]:
        """Give the counts as plain metadata."""
        return {"findings": self.records, "rows_refused": self.rows_refused}


def write_feedback(
    connection: sa.Connection, contract: Contract, month: date, folder: Path, time_zone: str
) -> Feedback:
    """Write what a source gets back for a month to `folder/<source>/<YYYY-MM>.csv|.json|.html`.

    Made again from the same deliveries, the files are the same bytes. Must run in a transaction,
    since the scorecard is kept in the warehouse.
    """
    card = score(connection, contract, month, time_zone)
    refusals = refused_items(connection, contract, month)
    items = (*refusals, *items_of(connection, contract, month))
    known = sorted({item.record_pseudonym for item in items} - {""})
    rows = _rows(items, sealed_numbers(connection, contract.source, known))
    cards = read_scorecards(connection, contract.source, month)
    trends = rule_trends(connection, contract.source, [past.month for past in cards])
    path = folder / contract.source / format_month(month)
    texts = (as_csv(rows), as_json(_head(card), rows), render_page(contract, cards, trends, items))
    for ending, text in zip(ENDINGS, texts, strict=True):
        write_private(path.with_name(path.name + ending), text)
    refused = sum(bool(item.row) for item in items)
    records = len(items) - refused - len(refusals)
    return Feedback(contract.source, month, records, refused, card.days_late, path)


def written(folder: Path) -> list[dict[str, str]]:
    """List the feedback files that lie ready, by source and month."""
    return [
        {"source": path.parent.name, "month": path.stem, "file": str(path)}
        for path in sorted(folder.glob("*/*.csv"))
    ]


def _rows(items: Sequence[Item], contacts: Mapping[str, str]) -> list[dict[str, str]]:
    rows = [asdict(item) | {"contact": contacts.get(item.record_pseudonym, "")} for item in items]
    return [{name: row[name] for name in COLUMNS} for row in rows]


def _head(card: Scorecard) -> dict[str, object]:
    days = {name: value for name, value in asdict(card).items() if name not in {"month", "source"}}
    plain = {n: v.isoformat() if isinstance(v, date) else v for n, v in days.items()}
    return {"source": card.source, "month": format_month(card.month), "scorecard": plain}
