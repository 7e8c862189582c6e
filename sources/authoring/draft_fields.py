"""From a column of a sample to a field of a contract; what is not understood is dropped."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sources.authoring.guesses import FEW_CODES, Guess, guess
from sources.authoring.vocabulary import Meaning, identifier, meaning_of

OLD_ENOUGH = 1990


@dataclass(frozen=True)
class DraftField:
    """A field as the draft will say it: rules as a contract writes them, and why in one word.

    `reason` is a key of the summary: key, linked, pseudonymised, coarsened, open, code_list,
    codes_missing, date_form, identifier, free_text, not_needed, empty.
    """

    name: str
    delivered: str
    label: str
    comment: str
    classification: str
    guess: Guess
    reason: str
    rules: tuple[dict[str, str], ...] | None = None
    codes: tuple[str, ...] = ()
    pattern: str | None = None
    separator: str | None = None
    key_position: int | None = None

    @property
    def dropped(self) -> bool:
        """Tell whether the draft keeps nothing of the field."""
        return self.rules == DROP


SEVERAL = ("other_family",)
"""Roles of which a person may have several, in one cell or in several columns."""
LIST_MARK = "|"
DROP: tuple[dict[str, str], ...] = ({"rule": "drop"},)


def draft_field(delivered: str, shown: str, values: Sequence[str | None]) -> DraftField:
    """Draft one field; `shown` is the name of the column as it may be written down."""
    meaning = meaning_of(delivered)
    guessed = guess(values, meaning.code_list if meaning else None)
    name = (meaning.name if meaning else "") or identifier(shown) or "field"
    label = (meaning.label if meaning else "") or shown.strip()
    plain = DraftField(name, shown, label, name, "attribute", guessed, "open")
    if meaning:
        return _known(replace(plain, comment=meaning.comment), meaning, values)
    return _unknown(plain, values)


def without_links(field: DraftField) -> DraftField:
    """Take the rules for linking away where a table has no person number of its own."""
    rules = tuple(rule for rule in field.rules or () if rule["rule"] != "link")
    return field if field.rules is None or rules == field.rules else _dropped_if_none(field, rules)


def _dropped_if_none(field: DraftField, rules: tuple[dict[str, str], ...]) -> DraftField:
    return replace(field, rules=rules or DROP, reason=field.reason if rules else "identifier")


def _known(field: DraftField, meaning: Meaning, values: Sequence[str | None]) -> DraftField:
    """Apply what the name means, as far as the form of the values allows it."""
    if field.guess.kind == "date" and not field.guess.date_format and not meaning.coarsen:
        # Numbers of files can look like dates of an unknown form.
        field = replace(field, guess=replace(field.guess, kind="string"))
    field = replace(field, classification=meaning.classification)
    if meaning.pattern:
        return replace(field, pattern=meaning.pattern, guess=_as_text(field.guess))
    # Only a whole standard set is named, never the codes that occur.
    codes = meaning.codes if set(filter(None, values)) <= set(meaning.codes) else ()
    rules = tuple(_rules(meaning, field.guess, bool(codes)))
    if meaning.coarsen:
        # Of birth dates the day is often unknown, if not here then in another month.
        field = replace(field, guess=replace(field.guess, partly_known=True))
    if meaning.domain or meaning.role:
        # Numbers and codes of people are texts, whatever they look like.
        field = replace(field, guess=_as_text(field.guess))
    several = meaning.role in SEVERAL and any(LIST_MARK in value for value in values if value)
    mark = LIST_MARK if several else None
    field = replace(field, codes=codes, separator=mark, reason=_reason(meaning, rules))
    return replace(field, rules=rules or DROP)


def _rules(meaning: Meaning, guessed: Guess, closed: bool) -> Iterator[dict[str, str]]:
    if meaning.domain:
        yield {"rule": "pseudonymise", "domain": meaning.domain, "column": str(meaning.column)}
    if meaning.coarsen and guessed.kind == "date":
        yield {"rule": "coarsen", "to": "year", "column": meaning.coarsen}
    if meaning.role and (not meaning.coarsen or guessed.kind == "date"):
        yield {"rule": "link", "role": meaning.role}
    if closed or (meaning.code_list and guessed.code_list):
        yield {"rule": "open"}


def _reason(meaning: Meaning, rules: tuple[dict[str, str], ...]) -> str:
    if not rules:
        reasons = {"free-text": "free_text", "attribute": "not_needed"}
        return reasons.get(meaning.classification, "identifier")
    reasons = {"pseudonymise": "pseudonymised", "coarsen": "coarsened"}
    return reasons.get(rules[0]["rule"], "linked")


def _as_text(guessed: Guess) -> Guess:
    return guessed if guessed.kind in ("string", "date") else replace(guessed, kind="string")


def _unknown(field: DraftField, values: Sequence[str | None]) -> DraftField:
    guessed = field.guess
    if guessed.kind == "date" and not guessed.date_format:
        return replace(field, classification="quasi-identifier", rules=DROP, reason="date_form")
    if guessed.kind == "date":
        return _date(field, values)
    if guessed.kind in ("number", "boolean") or (guessed.kind == "integer" and not guessed.spread):
        return field
    if guessed.code_list and not guessed.spread:
        return replace(field, reason="code_list")
    reason = _reason_to_drop(guessed)
    kinds = {"identifier": "direct-identifier", "free_text": "free-text"}
    kind = kinds.get(reason, "attribute")
    return replace(field, classification=kind, rules=DROP, reason=reason, guess=_as_text(guessed))


def _reason_to_drop(guessed: Guess) -> str:
    if not guessed.filled:
        return "empty"
    if guessed.long:
        return "free_text"
    return "identifier" if guessed.spread or guessed.distinct > FEW_CODES else "codes_missing"


def _date(field: DraftField, values: Sequence[str | None]) -> DraftField:
    """Leave days of events open; days long ago may be days of birth."""
    years = sorted(_year(value) for value in values if value)
    long_ago = bool(years) and years[len(years) // 2] < OLD_ENOUGH
    if long_ago or field.guess.partly_known:
        rule = {"rule": "coarsen", "to": "year", "column": f"{field.name}_year"}
        return replace(field, classification="quasi-identifier", rules=(rule,), reason="coarsened")
    return field


def _year(value: str) -> int:
    digits = value[:4] if value[:4].isdigit() else value[-4:]
    return int(digits) if digits.isdigit() else 0
