"""Whole deliveries that were refused: by which rule, and what their authority should do now.

The rule is all that is told; the refusal's own message names places of the hub.
"""

import re
from collections.abc import Iterator
from datetime import date

import sqlalchemy as sa

from kim_pipeline.warehouse.refusals import standing
from kim_pipeline.warehouse.schema.quality import check_result, delivery
from sources.contracts.contract import Contract
from sources.contracts.delivery_rules import RULES
from sources.feedback.selection import Item
from sources.feedback.texts import ERROR

WHOLE = "(ganze Lieferung)"
OTHER = "delivery_refused"
_OTHERWISE = ("Die Lieferung wurde abgelehnt.", "Mit dem Kreis klären und neu liefern.")
_AGAIN = "Die Dateien neu ausgeben und vollständig liefern."
_DO = {
    "manifest": "Das Begleitblatt berichtigen und mit allen Dateien neu liefern.",
    "town_missing": "Die Dateien aller Städte liefern.",
    "real_data": "Der Kreis muss zuerst echte Schlüssel einrichten.",
    "wrong_month": "Die Daten des verlangten Monats liefern.",
    "older": "Mit einer höheren Nummer im Begleitblatt neu liefern.",
    "doubled": "Die Daten des verlangten Monats liefern, jede Zeile einmal.",
    "half": _AGAIN,
    "wrong_file": "Die vereinbarte Art von Datei liefern.",
    "unreadable": "Die Dateien in der vereinbarten Form neu ausgeben.",
    "unsafe": "Nur die vereinbarten Dateien liefern, ohne Verweise und fremde Bestandteile.",
    "changed_header": "Die vereinbarten Spalten liefern oder die Änderung mit dem Kreis abstimmen.",
    "unknown_columns": "Neue Spalten weglassen oder mit dem Kreis abstimmen.",
    "encoding": "In der vereinbarten Zeichencodierung neu ausgeben.",
    "shifted_column": "Kopfzeile und Werte vergleichen und neu ausgeben.",
    "rejected_rows": "Pflichtangaben und Schlüssel der Zeilen prüfen und neu ausgeben.",
    "id_format": "Die Nummern der Datensätze schreiben wie bisher.",
    "town_empty": "Prüfen, warum eine Stadt fehlt, und neu ausgeben.",
    "row_count": "Prüfen, ob alle Datensätze enthalten sind, und neu ausgeben.",
}
_CHECK = re.compile(r"(\w+)(?: \[(\w+)\])?")
_RULE = re.compile(r" \[(\w+)\]$")


def refused_items(connection: sa.Connection, contract: Contract, month: date) -> tuple[Item, ...]:
    """List why deliveries of a month were refused, as long as none was accepted after them."""
    unread = [_unread(e.reason) for e in standing(connection, contract.source, month)]
    return tuple(sorted({*unread, *_stopped(connection, contract.source, month)}))


def _unread(reason: str) -> Item:
    """Tell of a delivery that broke a rule before its rows could be judged."""
    found = _RULE.search(reason)
    return _item(found[1] if found else OTHER)


def _stopped(connection: sa.Connection, source: str, month: date) -> Iterator[Item]:
    """Tell of the checks that stopped a delivery at its gate."""
    same = (delivery.c.source == source, delivery.c.month == month)
    told = delivery.c.status.in_(("accepted", "withdrawn"))
    last = sa.select(sa.func.coalesce(sa.func.max(delivery.c.delivery_id), 0)).where(*same, told)
    query = sa.select(delivery.c.reason).where(
        *same,
        delivery.c.status == "refused",
        delivery.c.delivery_id > last.scalar_subquery(),
    )
    texts = _texts(connection, source, month)
    for reason in connection.scalars(query):
        for check, rule in _CHECK.findall(str(reason).replace("quality: ", "")):
            yield _item(rule) if rule in RULES else _item(check, texts.get(check))


def _texts(connection: sa.Connection, source: str, month: date) -> dict[str, str]:
    query = sa.select(check_result.c.rule, check_result.c.description_de).where(
        check_result.c.source == source, check_result.c.month == month
    )
    return {row.rule: row.description_de for row in connection.execute(query)}


def _item(rule: str, asked: str | None = None) -> Item:
    finds, do = (RULES[rule].finds_de, _DO.get(rule, _AGAIN)) if rule in RULES else _OTHERWISE
    text = f"Nicht eingehalten: {asked} {_AGAIN}" if asked else f"{finds} {do}"
    return Item(
        table=WHOLE,
        rule=rule,
        record_pseudonym="",
        file="",
        row="",
        field="",
        severity=ERROR.label,
        text=text,
    )
