"""What feedback says: how grave a finding is, and why a row was refused, for German readers."""

from dataclasses import dataclass

from sources.contracts.finding_rules import FINDING_RULES
from sources.incoming import rejects


@dataclass(frozen=True)
class Severity:
    """How grave something is: the word in the file, and its German reading."""

    name: str
    label: str


ERROR = Severity("error", "Fehler")
WARNING = Severity("warning", "Prüfen")
HINT = Severity("hint", "Hinweis")

# What is often right as it is.
_HINTS = {"birth_date_is_1_january"}
_REASONS = {
    rejects.MALFORMED: ("malformed_row", "Zeile hat nicht so viele Werte wie der Kopf"),
    rejects.MISSING: ("required_value_missing", "Pflichtangabe fehlt"),
    rejects.UNREADABLE: ("required_value_unreadable", "Pflichtangabe nicht lesbar"),
    rejects.NO_KEY: ("key_missing", "Schlüssel der Zeile fehlt"),
    rejects.DUPLICATE: ("key_repeated", "Schlüssel der Zeile schon vorher geliefert"),
}
_OTHER = ("row_refused", "Zeile abgewiesen")


def severity_of(rule: str) -> Severity:
    """Tell how grave a finding of a rule is."""
    return HINT if rule in _HINTS else WARNING


def finding_text(rule: str) -> str:
    """Say in German what a finding rule found."""
    return FINDING_RULES[rule].label


def file_name(delivered: str, town: str) -> str:
    """Name where a refused row stands: the file, sheet or record, after the town that gave it."""
    return f"{town}: {delivered}" if town else delivered


def refusal(reason: str) -> tuple[str, str]:
    """Give the rule name and the German text of a reason for refusing rows."""
    return _REASONS.get(reason, _OTHER)
