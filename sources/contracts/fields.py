"""A delivered field as its contract describes it: its form, its codes, its privacy rules.

How a field is read belongs to `sources.incoming.typing`, how it is protected to
`sources.incoming.pseudonymise`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

RULES = ("pseudonymise", "link", "coarsen", "open", "drop")
IDENTIFIERS = ("direct-identifier", "quasi-identifier", "free-text")


@dataclass(frozen=True)
class Rule:
    """One thing that happens to a field on its way in.

    `column` is the staging column it fills, `domain` the separation of a pseudonym, `role` what
    the field means to the token sets, `to` the grain it is coarsened to.
    """

    name: str
    column: str | None = None
    domain: str | None = None
    role: str | None = None
    to: str | None = None


@dataclass(frozen=True)
class Code:
    """One allowed value with its German label."""

    value: str
    label: str


@dataclass(frozen=True)
class Field:
    """One delivered field.

    `delivered` is its name in the delivery, `date_format` a Java pattern, `value_map` turns
    delivered codes into staged ones, `list_separator` splits several values in one cell; of a
    code list without version the newest is meant.
    """

    name: str
    delivered: str
    kind: str
    label: str
    comment: str
    classification: str
    rules: tuple[Rule, ...]
    required: bool = False
    unique: bool = False
    key_position: int | None = None
    date_format: str | None = None
    partly_known: bool = False
    pattern: str | None = None
    minimum: str | None = None
    maximum: str | None = None
    codes: tuple[Code, ...] = ()
    code_list: str | None = None
    code_list_version: str | None = None
    value_map: Mapping[str, str] | None = None
    list_separator: str | None = None
    reject_unreadable: bool = False
    approved: bool = True

    def rules_named(self, name: str) -> tuple[Rule, ...]:
        """List the field's rules of one name."""
        return tuple(rule for rule in self.rules if rule.name == name)

    @property
    def staged_codes(self) -> tuple[Code, ...]:
        """List the allowed values as they stand in staging: after the value map, each once."""
        mapping = self.value_map or {}
        staged = {mapping.get(code.value, code.value): code.label for code in self.codes}
        return tuple(Code(value, label) for value, label in staged.items())

    @property
    def used(self) -> bool:
        """Tell whether anything of the field is read at all."""
        return not self.rules_named("drop")
