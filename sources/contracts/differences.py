"""What changes between two versions of a contract, and for whom: breaking, additive or neutral.

Breaking is what makes deliveries of today refused, or takes away or changes the meaning of a
column that is stored. Additive is what only adds. Neutral is what changes words.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sources.contracts.contract import Contract
from sources.contracts.fields import Field
from sources.contracts.tables import Table

BREAKING, ADDITIVE, NEUTRAL = "breaking", "additive", "neutral"
EFFECTS = (BREAKING, ADDITIVE, NEUTRAL)

# What of a field decides how it is read and stored; a change of it breaks.
FIELD_FORM = {
    "delivered": "delivered name",
    "kind": "type",
    "date_format": "date format",
    "partly_known": "partly known dates",
    "pattern": "pattern",
    "key_position": "place in the primary key",
    "list_separator": "list separator",
    "value_map": "value map",
    "rules": "privacy rules",
}
FIELD_WORDS = {"label": "label", "comment": "description", "classification": "classification"}
TABLE_WORDS = {"label": "label", "comment": "description"}
LOCATION_FORM = ("format", "template", "encoding", "text", "xml", "archive")
CONTRACT_WORDS = {
    "name": "name",
    "name_en": "English name",
    "label": "purpose",
    "comment": "description",
    "legal_basis": "legal basis",
    "cadence": "cadence",
    "provisional_months": "provisional months",
}


@dataclass(frozen=True)
class Difference:
    """One difference: its effect, the place by name, and what changed."""

    effect: str
    where: str
    what: str


def differences(old: Contract, new: Contract) -> tuple[Difference, ...]:
    """List every difference, the breaking ones first."""
    found = [*_contract(old, new), *_tables(old.tables, new.tables)]
    return tuple(sorted(found, key=lambda entry: (EFFECTS.index(entry.effect), entry.where)))


def next_version(old: str, found: Sequence[Difference]) -> str:
    """Say which version the new contract deserves: major, minor or patch by the gravest effect."""
    numbers = [int(part) if part.isdigit() else 0 for part in old.split(".")]
    major, minor, patch = (*numbers, 0, 0)[:3]
    effects = {entry.effect for entry in found}
    if BREAKING in effects:
        return f"{major + 1}.0.0"
    if ADDITIVE in effects:
        return f"{major}.{minor + 1}.0"
    return f"{major}.{minor}.{patch + 1}" if effects else old


def _contract(old: Contract, new: Contract) -> Iterator[Difference]:
    if old.source != new.source:
        yield Difference(BREAKING, "contract", "id changed: another source")
    for name in LOCATION_FORM:
        if getattr(old.location, name) != getattr(new.location, name):
            yield Difference(BREAKING, "delivery", f"{name} changed")
    if old.by_town != new.by_town:
        yield Difference(BREAKING, "contract", "recordScope changed: all pseudonyms change")
    if old.location.transport != new.location.transport:
        yield Difference(NEUTRAL, "delivery", "way of delivery changed; arrange it with the sender")
    if old.delivery_rules != new.delivery_rules:
        yield Difference(NEUTRAL, "delivery", "what follows from delivery rules changed")
    if old.consent != new.consent:
        yield Difference(BREAKING, "contract", "consent changed: other persons are loaded")
    yield from _words(old, new, "contract", CONTRACT_WORDS)


def _tables(old: Sequence[Table], new: Sequence[Table]) -> Iterator[Difference]:
    before, after = {t.name: t for t in old}, {t.name: t for t in new}
    for name in before.keys() - after.keys():
        yield Difference(BREAKING, name, "table removed")
    for name in after.keys() - before.keys():
        yield Difference(ADDITIVE, name, "table added; deliveries must hold it from now on")
    for name in before.keys() & after.keys():
        yield from _table(before[name], after[name])


def _table(old: Table, new: Table) -> Iterator[Difference]:
    if old.delivered != new.delivered:
        yield Difference(BREAKING, old.name, "delivered name changed")
    if (old.unknown_columns, new.unknown_columns).count("reject") == 1:
        stricter = new.unknown_columns == "reject"
        effect = BREAKING if stricter else ADDITIVE
        yield Difference(effect, old.name, f"unknown columns: {new.unknown_columns}")
    if old.max_rejected_percent != new.max_rejected_percent:
        stricter = new.max_rejected_percent < old.max_rejected_percent
        percent = f"{new.max_rejected_percent:g} %"
        yield Difference(
            BREAKING if stricter else ADDITIVE, old.name, f"rejected rows allowed: {percent}"
        )
    yield from _added_and_removed(old.name, "feed", old.feeds, new.feeds)
    yield from _added_and_removed(old.name, "finding", old.findings, new.findings)
    if old.checks != new.checks:
        yield Difference(NEUTRAL, old.name, "quality rules changed")
    yield from _words(old, new, old.name, TABLE_WORDS)
    yield from _fields(old, new)


def _added_and_removed(
    where: str, what: str, old: Sequence[object], new: Sequence[object]
) -> Iterator[Difference]:
    gone = sum(entry not in new for entry in old)
    come = sum(entry not in old for entry in new)
    if gone:
        yield Difference(BREAKING, where, f"{gone} {what}{'s' * (gone > 1)} removed or changed")
    if come > gone:
        more = come - gone
        yield Difference(ADDITIVE, where, f"{more} {what}{'s' * (more > 1)} added")


def _fields(old: Table, new: Table) -> Iterator[Difference]:
    before, after = {f.name: f for f in old.fields}, {f.name: f for f in new.fields}
    for name in before.keys() - after.keys():
        yield Difference(BREAKING, f"{old.name}.{name}", "field removed")
    for name in after.keys() - before.keys():
        effect = BREAKING if after[name].required else ADDITIVE
        kind = "required field" if after[name].required else "field"
        what = f"{kind} added; deliveries must hold its column from now on"
        yield Difference(effect, f"{old.name}.{name}", what)
    for name in before.keys() & after.keys():
        yield from _field(f"{old.name}.{name}", before[name], after[name])


def _field(where: str, old: Field, new: Field) -> Iterator[Difference]:
    for attribute, said in FIELD_FORM.items():
        if getattr(old, attribute) != getattr(new, attribute):
            yield Difference(BREAKING, where, f"{said} changed")
    for attribute in ("required", "unique", "reject_unreadable"):
        before, after = getattr(old, attribute), getattr(new, attribute)
        if before != after:
            effect = BREAKING if after else ADDITIVE
            yield Difference(effect, where, f"{attribute.replace('_', ' ')}: {after}".lower())
    yield from _codes(where, old, new)
    yield from _bounds(where, old, new)
    yield from _words(old, new, where, FIELD_WORDS)


def _codes(where: str, old: Field, new: Field) -> Iterator[Difference]:
    before, after = {c.value for c in old.codes}, {c.value for c in new.codes}
    if before and before - after and after:
        yield Difference(BREAKING, where, f"codes removed: {len(before - after)}")
    if before and after - before:
        yield Difference(ADDITIVE, where, f"codes added: {len(after - before)}")
    if bool(before) != bool(after):
        effect = BREAKING if after else ADDITIVE
        yield Difference(effect, where, "codes closed" if after else "codes opened")
    if old.code_list != new.code_list:
        yield Difference(BREAKING, where, "another code list")
    elif old.code_list_version != new.code_list_version:
        yield Difference(ADDITIVE, where, "another version of the code list")


def _bounds(where: str, old: Field, new: Field) -> Iterator[Difference]:
    for attribute, sign in (("minimum", 1.0), ("maximum", -1.0)):
        before, after = getattr(old, attribute), getattr(new, attribute)
        if before != after:
            narrower = sign * _bound(after, -sign) > sign * _bound(before, -sign)
            effect = BREAKING if narrower else ADDITIVE
            yield Difference(effect, where, f"{attribute} changed")


def _bound(text: str | None, side: float) -> float:
    """Read a bound; none at all is the widest one of its side."""
    return side * float("inf") if text is None else float(text)


def _words(
    old: object, new: object, where: str, attributes: Mapping[str, str]
) -> Iterator[Difference]:
    for attribute, said in attributes.items():
        if getattr(old, attribute) != getattr(new, attribute):
            yield Difference(NEUTRAL, where, f"{said} changed")
