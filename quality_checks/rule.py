"""What a quality rule is and what came of it; no rule and no engine belongs here."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Rule:
    """One rule of a table; the name says the good state.

    `expectation` is the name of a Great Expectations class, or empty for a rule that our own code
    judges; `arguments` are what that class takes. A blocking rule stops the run when it fails.
    """

    name: str
    description: str
    description_de: str
    expectation: str = ""
    arguments: Mapping[str, object] = field(default_factory=dict)
    blocking: bool = True


@dataclass(frozen=True)
class Outcome:
    """What one rule found: a verdict and counts, never a value of the table.

    `checked` and `unexpected` are None where a rule does not count values; `error` names
    what failed where counts do not tell, or says why a rule could not be evaluated.
    """

    rule: Rule
    passed: bool
    checked: int | None = None
    unexpected: int | None = None
    error: str | None = None
