"""The page an authority reads: its scorecard, its rules with their trend, what it should mend."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import jinja2

from sources.contracts.contract import Contract
from sources.feedback.scorecard import RuleTrend, Scorecard
from sources.feedback.selection import Item

_MONTHS = (
    "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September",
    "Oktober", "November", "Dezember",
)  # fmt: skip
_TEMPLATES = Path(__file__).parent / "templates"


def render_page(
    contract: Contract,
    cards: Sequence[Scorecard],
    trends: Sequence[RuleTrend],
    items: Sequence[Item],
) -> str:
    """Render the page of the last of the scorecards; the same figures give the same bytes."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"day": _day, "month": _month, "number": _number, "percent": _percent}
    counted = Counter((item.severity, item.table, item.text, item.field) for item in items)
    return environment.get_template("scorecard.html.j2").render(
        name=contract.name,
        card=cards[-1],
        cards=cards,
        trends=trends,
        findings=[(*key, number) for key, number in sorted(counted.items())],
        punctual=_punctuality(cards[-1]),
    )


def _punctuality(card: Scorecard) -> str:
    if card.received_on is None or card.days_late is None:
        return "keine angenommene Lieferung"
    if card.days_late:
        return f"{card.days_late} Tage nach Ablauf der Nachfrist"
    return "rechtzeitig" if card.received_on <= card.due_on else "innerhalb der Nachfrist"


def _day(day: date | None) -> str:
    return "–" if day is None else f"{day:%d.%m.%Y}"


def _month(month: date) -> str:
    return f"{_MONTHS[month.month - 1]} {month.year}"


def _number(number: int | None) -> str:
    return "–" if number is None else f"{number:,}".replace(",", ".")


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.2f}".replace(".", ",")
