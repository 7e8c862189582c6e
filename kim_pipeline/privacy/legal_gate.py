"""The legal gate: what a Kreis may process of which source, for what, and until which day.

Approvals stand in the Kreis configuration or in a file of their own that it names. What they cover
is data, not code: who receives, which tables and fields, of whom, for what purpose, how long.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kim_pipeline.errors import ConfigError, LegalError

ALL = "all"
_ENTRIES = ("source", "recipient", "persons", "purpose", "last_processing_day", "tables")


@dataclass(frozen=True)
class Approval:
    """What one source's data may be used for.

    `tables` maps each table to the fields that may be loaded, None for all of them. `consent` asks
    for the consent of every person. The last processing day is the last one that counts; what the
    source delivered is deleted `delete_after_days` later, or without them after as many days as
    its contract keeps a delivery.
    """

    source: str
    recipient: str
    persons: str
    purpose: str
    last_processing_day: date
    tables: Mapping[str, frozenset[str] | None]
    consent: bool = False
    delete_after_days: int | None = None

    def covers(self, table: str, field: str) -> bool:
        """Tell whether a field of a table may be loaded."""
        fields = self.tables.get(table, frozenset())
        return fields is None or field in fields


def parse_approvals(entries: Sequence[Mapping[str, Any]], where: str) -> tuple[Approval, ...]:
    """Read the approvals of a Kreis.

    Raises ConfigError naming the entry that is missing or wrong.
    """
    made = tuple(_approval(entry, f"{where}: approvals[{i}]") for i, entry in enumerate(entries))
    if len({approval.source for approval in made}) < len(made):
        raise ConfigError(f"{where}: approvals: give each source one approval.")
    return made


def _approval(entry: Mapping[str, Any], where: str) -> Approval:
    missing = [name for name in _ENTRIES if not entry.get(name)]
    if missing:
        raise ConfigError(f"{where} lacks {', '.join(missing)}.")
    day, tables = entry["last_processing_day"], entry["tables"]
    if type(day) is not date:
        raise ConfigError(f"{where}.last_processing_day: write a day as in 2027-12-31.")
    if not isinstance(tables, Mapping):
        raise ConfigError(f"{where}.tables: give each table its list of fields, or all.")
    return Approval(
        source=str(entry["source"]),
        recipient=str(entry["recipient"]),
        persons=str(entry["persons"]),
        purpose=str(entry["purpose"]),
        last_processing_day=day,
        tables={str(name): _fields(given, where) for name, given in tables.items()},
        consent=bool(entry.get("consent", False)),
        delete_after_days=_days(entry.get("delete_after_days"), where),
    )


def _days(given: object, where: str) -> int | None:
    if given is None:
        return None
    if type(given) is not int or given < 0:
        raise ConfigError(f"{where}.delete_after_days: write a number of days, 0 or more.")
    return given


def _fields(given: object, where: str) -> frozenset[str] | None:
    if given == ALL:
        return None
    if not isinstance(given, list) or not given:
        raise ConfigError(f"{where}.tables: give each table its list of fields, or all.")
    return frozenset(map(str, given))


def approval_for(
    approvals: Sequence[Approval], source: str, recipient: str, today: date
) -> Approval:
    """Find the approval under which a source may be processed today.

    Raises LegalError, before any file is opened, when there is none, it names another recipient, or
    its last day has passed.
    """
    found = {approval.source: approval for approval in approvals}.get(source)
    if found is None:
        raise LegalError(
            f"{source}: no approval covers it; add one to the Kreis configuration (approvals) or "
            "take its contract out."
        )
    if found.recipient != recipient:
        raise LegalError(f"{source}: its approval names another recipient than {recipient}.")
    if today > found.last_processing_day:
        raise LegalError(
            f"{source}: its approval ended on {found.last_processing_day}; renew it in the Kreis "
            "configuration, or take its contract out and delete what it brought."
        )
    return found
