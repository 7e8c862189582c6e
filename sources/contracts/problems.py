"""What is wrong in a contract: where, what, and what to do, said in German or English.

Contracts hold no personal data, so the words may quote what is wrong.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

import yaml

from kim_pipeline.errors import ContractError

Messages = Mapping[str, Mapping[str, tuple[str, str]]]


@dataclass(frozen=True)
class Problem:
    """One thing wrong: its path in the YAML, its kind, and the words of its message."""

    where: str
    kind: str
    words: Mapping[str, str] = field(default_factory=dict)

    def what(self, locale: str = "en") -> str:
        """Say what is wrong."""
        return _messages()[self.kind][locale][0].format(**self.words)

    def remedy(self, locale: str = "en") -> str:
        """Say what to do about it."""
        return _messages()[self.kind][locale][1].format(**self.words)

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return f"{place}{self.what()}; {self.remedy()}."


class RefusedContract(ContractError):  # noqa: N818 - it is the contract that is refused
    """A contract has problems; the text is the first, with the number of the others."""

    def __init__(self, *problems: Problem, file: str = "") -> None:
        more = f" ({len(problems) - 1} more)" if len(problems) > 1 else ""
        super().__init__(f"{file}: {problems[0]}{more}" if file else f"{problems[0]}{more}")
        self.problems = problems


def problem(kind: str, where: str, /, **words: str) -> Problem:
    """Make a problem of a kind; `words` fill the braces of its messages."""
    return Problem(where, kind, words)


@cache
def _messages() -> Messages:
    text = files("sources.contracts").joinpath("messages.yaml").read_text("utf-8")
    raw = yaml.safe_load(text)
    return {
        kind: {locale: (what, remedy) for locale, (what, remedy) in entry.items()}
        for kind, entry in raw.items()
    }


def kinds() -> frozenset[str]:
    """List every kind of problem that can be said."""
    return frozenset(_messages())
