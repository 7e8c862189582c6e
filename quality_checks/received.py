"""What a delivery as a whole was found to be when it was received, where its contract only warns.

What the contract refuses never comes so far.
"""

from collections.abc import Callable
from datetime import date

import pandas as pd

from quality_checks.hub import Hub
from quality_checks.rule import Rule
from quality_checks.shapes import holds, warn_only
from sources.contracts.contract import Contract
from sources.incoming.pseudonymise import Incoming, load_incoming

_GOOD = {
    "town_missing": (
        "all_towns_delivered",
        "Every town of the Kreis delivered its file.",
        "Alle Städte des Kreises haben ihre Datei geliefert.",
    ),
    "manifest": (
        "manifest_as_agreed",
        "The manifest is there, readable and agrees with the rows.",
        "Das Begleitblatt liegt bei, ist lesbar und stimmt mit den Zeilen überein.",
    ),
    "doubled": (
        "content_is_new",
        "The delivery is not that of another month, nor has every row twice.",
        "Die Lieferung ist nicht die eines anderen Monats und enthält die Zeilen nur einmal.",
    ),
    "encoding": (
        "letters_whole",
        "No letters of names were damaged by a wrong encoding.",
        "Keine Buchstaben von Namen sind durch eine falsche Zeichencodierung beschädigt.",
    ),
    "shifted_column": (
        "columns_in_place",
        "Values stand in their own column.",
        "Werte stehen in der eigenen Spalte.",
    ),
}
_CELLS = (
    "cells_unchanged",
    "No spreadsheet program changed a value: a date in a text, a number rounded.",
    "Kein Tabellenprogramm hat Werte verändert: Datum in einem Text, gerundete Nummer.",
)
_ZEROS = (
    "leading_zeros_kept",
    "Codes came with their leading zeros, which otherwise were given back.",
    "Schlüssel kamen mit führenden Nullen; fehlende wurden ergänzt.",
)
_COLUMNS = (
    "columns_known",
    "All delivered columns are in the contract.",
    "Alle gelieferten Spalten stehen im Vertrag.",
)


def received_rules(contract: Contract) -> tuple[Rule, ...]:
    """List the rules on a delivery as a whole; all of them only tell."""
    ignoring = all(table.unknown_columns == "ignore" for table in contract.tables)
    texts = [*_GOOD.values(), _CELLS, _ZEROS, *(() if ignoring else (_COLUMNS,))]
    return tuple(warn_only(holds(name, (text, german))) for name, text, german in texts)


def received_frame(contract: Contract) -> Callable[[date, Hub], pd.DataFrame]:
    """Give the function that tells, in one row, which of the rules held."""
    return lambda month, hub: judged(contract, load_incoming(hub.settings, contract.source, month))


def judged(contract: Contract, incoming: Incoming) -> pd.DataFrame:
    """Give one row with a boolean per rule."""
    facts = {name: rule not in incoming.warned for rule, (name, *_) in _GOOD.items()}
    tables = incoming.tables.values()
    facts[_CELLS[0]] = not any(table.cells_spoiled for table in tables)
    facts[_ZEROS[0]] = not any(table.zeros_restored for table in tables)
    told = [table.name for table in contract.tables if table.unknown_columns != "ignore"]
    unknown = sum(incoming.tables[name].unknown_columns for name in told)
    return pd.DataFrame({**{n: [held] for n, held in facts.items()}, _COLUMNS[0]: [unknown == 0]})
