"""The rules a delivery as a whole must keep, by name: what each means and what follows.

A contract says per rule what follows (`deliveryRules`); a fixed rule always refuses, for what it
finds cannot be read or may not be. Who judges a delivery by them stands where it is judged.
"""

from collections.abc import Mapping
from dataclasses import dataclass

REJECT, WARN, IGNORE = "reject", "warn", "ignore"


@dataclass(frozen=True)
class DeliveryRule:
    """One rule: what it finds, in English and German, and what follows unless a contract says."""

    name: str
    finds: str
    finds_de: str
    default: str = REJECT
    fixed: bool = False


_LISTED = (
    DeliveryRule("missing", "nothing lies there", "Es liegt nichts vor.", fixed=True),
    DeliveryRule(
        "unfinished",
        "a file is still being written, or its mark of completeness is not there",
        "Eine Datei wird noch geschrieben, oder ihr Fertig-Zeichen fehlt.",
        fixed=True,
    ),
    DeliveryRule(
        "transport",
        "the place of delivery cannot be reached, is not the one agreed, or broke off",
        "Der Ablageort ist nicht erreichbar, nicht der vereinbarte, oder die Verbindung brach ab.",
        fixed=True,
    ),
    DeliveryRule("town_missing", "the file of a town is missing", "Die Datei einer Stadt fehlt."),
    DeliveryRule(
        "manifest",
        "the manifest is missing, unreadable, or speaks of another source, table or other counts",
        "Das Begleitblatt fehlt, ist unlesbar oder nennt andere Quelle, Tabellen oder Zahlen.",
    ),
    DeliveryRule(
        "real_data",
        "demo keys are loaded and the delivery is not marked as invented",
        "Es sind Demoschlüssel geladen, die Lieferung ist aber nicht als erfunden gekennzeichnet.",
        fixed=True,
    ),
    DeliveryRule(
        "wrong_month",
        "the delivery says another month",
        "Die Lieferung nennt einen anderen Monat.",
        fixed=True,
    ),
    DeliveryRule(
        "older",
        "a newer delivery of the month is here already, or another one under its number",
        "Eine neuere Lieferung des Monats liegt schon vor, oder eine andere mit ihrer Nummer.",
        fixed=True,
    ),
    DeliveryRule(
        "doubled",
        "the content of another month, or all rows twice",
        "Der Inhalt eines anderen Monats, oder alle Zeilen doppelt.",
    ),
    DeliveryRule(
        "half",
        "cut off: fewer rows or other bytes than announced, or the end is missing",
        "Abgeschnitten: weniger Zeilen oder andere Bytes als angekündigt, oder das Ende fehlt.",
        fixed=True,
    ),
    DeliveryRule(
        "wrong_file", "another kind of file", "Es ist eine andere Art von Datei.", fixed=True
    ),
    DeliveryRule(
        "unreadable",
        "not readable in the form of the contract",
        "In der Form des Vertrags nicht lesbar.",
        fixed=True,
    ),
    DeliveryRule(
        "unsafe",
        "a form used to attack readers: DTD, bomb, path name, link",
        "Eine Form, die Leser angreift: DTD, Dekompressionsbombe, Pfadname, Verweis.",
        fixed=True,
    ),
    DeliveryRule(
        "changed_header",
        "an agreed column is missing or doubled",
        "Eine vereinbarte Spalte fehlt oder kommt doppelt vor.",
        fixed=True,
    ),
    DeliveryRule(
        "unknown_columns",
        "columns the contract does not know; a table may say otherwise (`unknownColumns`)",
        "Spalten, die der Vertrag nicht kennt; eine Tabelle kann es anders regeln.",
        default=WARN,
    ),
    DeliveryRule(
        "encoding",
        "another encoding, or letters damaged by one",
        "Eine andere Zeichencodierung oder dadurch beschädigte Buchstaben.",
    ),
    DeliveryRule(
        "shifted_column",
        "values stand one column beside their own",
        "Werte stehen eine Spalte neben der eigenen.",
    ),
    DeliveryRule(
        "rejected_rows",
        "more rows refused than the contract allows",
        "Mehr Zeilen abgelehnt, als der Vertrag erlaubt.",
        fixed=True,
    ),
    DeliveryRule(
        "id_format",
        "most records of the month before are gone: their numbers are written in another way",
        "Die meisten Datensätze des Vormonats fehlen: Die Nummern sind anders geschrieben.",
    ),
    DeliveryRule(
        "town_empty",
        "a town that had rows in the month before has none",
        "Eine Stadt mit Zeilen im Vormonat hat keine mehr.",
    ),
    DeliveryRule(
        "row_count",
        "15 % more or fewer rows than in the month before",
        "15 % mehr oder weniger Zeilen als im Vormonat.",
        default=WARN,
    ),
)
RULES: Mapping[str, DeliveryRule] = {rule.name: rule for rule in _LISTED}


def action(chosen: Mapping[str, str], name: str) -> str:
    """Say what follows when a rule is broken: reject, warn or ignore."""
    rule = RULES[name]
    return REJECT if rule.fixed else chosen.get(name, rule.default)


def problems(chosen: Mapping[str, str]) -> list[str]:
    """List what is wrong with the `deliveryRules` of a contract."""
    unknown = [name for name in chosen if name not in RULES]
    known = [RULES[name] for name in chosen if name in RULES]
    fixed = [rule.name for rule in known if rule.fixed and chosen[rule.name] != REJECT]
    found = [f"deliveryRules: no rule {name}; know {', '.join(RULES)}." for name in unknown]
    return [*found, *(f"deliveryRules.{name}: always rejects; leave it out." for name in fixed)]
