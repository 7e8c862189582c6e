"""What a draft leaves to people, and whether a contract still is a draft."""

from collections.abc import Iterator
from typing import Any

from sources.contracts.problems import Problem, problem

ASKED = "BITTE AUSFÜLLEN"
"""What a draft says where a person has to fill something in."""
DRAFT = "draft"

Place = tuple[str, str]
"""A YAML path, and the name of what lies there."""


def is_draft(document: dict[str, Any]) -> bool:
    """Tell whether a contract is only being written; a draft is checked, and never run."""
    return bool(document.get("status") == DRAFT)


def gaps(document: dict[str, Any]) -> Iterator[Problem]:
    """Yield each text that still asks to be filled in, in the order of the file."""
    waiting: list[tuple[Place, Any]] = [(("", ""), document)]
    seen: set[int] = set()
    while waiting:
        (path, name), part = waiting.pop()
        if isinstance(part, str) and ASKED in part.upper():
            yield problem("gap", f"{path} {name}".strip())
        elif isinstance(part, dict | list) and id(part) not in seen:
            seen.add(id(part))  # YAML can name a part again, even inside itself
            waiting += reversed(list(_below(path, name, part)))


def _below(path: str, name: str, part: dict[Any, Any] | list[Any]) -> Iterator[tuple[Place, Any]]:
    if isinstance(part, list):
        for number, entry in enumerate(part):
            yield (f"{path}[{number}]", name), entry
        return
    called = str(part.get("property") or part.get("name") or "")
    own = "" if not path or ASKED in called.upper() else called
    for key, value in part.items():
        yield (f"{path}.{key}".lstrip("."), own or name), value
