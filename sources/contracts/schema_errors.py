"""From the errors of a JSON Schema to problems people can mend, each said once."""

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from jsonschema.exceptions import ValidationError, best_match

from sources.contracts.problems import Problem, problem

QUOTED = re.compile(r"'([^']+)'")
UNEXPECTED = ("additionalProperties", "unevaluatedProperties")


def problems_of(
    errors: Iterable[ValidationError], where: str, schema: str, vocabulary: Iterable[str]
) -> list[Problem]:
    """Say each error once; `schema` names where the rule stands, `vocabulary` the known words.

    Words that are only unexpected because another error hides what they belong to are left out.
    """
    raw = list(errors)
    plain = [e for e in raw if not e.context]
    mended = [tuple(e.absolute_path) for e in plain if e.validator not in UNEXPECTED]
    found = [*plain, *(inner for e in raw if _says_more(e, mended) for inner in _meant(e))]
    told: list[Problem] = []
    words = tuple(vocabulary)
    for error in found:
        here = tuple(error.absolute_path)
        hidden = any(other[: len(here)] == here for other in mended)
        if error.validator in UNEXPECTED and here and hidden:
            continue
        told += _say(error, where, schema, words)
    return _distinct(told)


def _says_more(error: ValidationError, mended: list[tuple[str | int, ...]]) -> bool:
    """Tell whether a failed choice says more than the plain errors inside it."""
    here = tuple(error.absolute_path)
    return bool(error.context) and not any(other[: len(here)] == here for other in mended)


def _meant(error: ValidationError) -> list[ValidationError]:
    """List what is wrong in the choice that was meant: the one whose constants the value has."""
    choices = error.validator_value if isinstance(error.validator_value, list) else []
    for number, choice in enumerate(choices):
        if _has_constants(error.instance, choice):
            inside = [e for e in error.context or () if e.relative_schema_path[0] == number]
            if inside:
                return [best_match([e]) or e for e in inside]
    return [best_match(error.context) or error]


def _has_constants(value: object, choice: object) -> bool:
    described = choice.get("properties", {}) if isinstance(choice, dict) else {}
    constants = {
        name: part["const"]
        for name, part in described.items()
        if isinstance(part, dict) and "const" in part
    }
    if not isinstance(value, dict) or not constants:
        return False
    return all(name in value and value[name] == given for name, given in constants.items())


def path_of(where: str, error: ValidationError) -> str:
    """Write the YAML path of an error below `where`."""
    steps = "".join(f"[{s}]" if isinstance(s, int) else f".{s}" for s in error.absolute_path)
    return f"{where}{steps}".lstrip(".")


def _distinct(problems: Iterable[Problem]) -> list[Problem]:
    seen: dict[str, Problem] = {}
    for found in problems:
        seen.setdefault(str(found), found)
    return list(seen.values())


def _say(
    error: ValidationError, where: str, schema: str, vocabulary: tuple[str, ...]
) -> Iterator[Problem]:
    path = path_of(where, error) or "the document"
    value = repr(error.instance) if isinstance(error.instance, str | int | float) else ""
    if error.validator == "required":
        yield problem("required", path, name="".join(QUOTED.findall(error.message)[:1]))
    elif error.validator in UNEXPECTED:
        for name in QUOTED.findall(error.message):
            near = get_close_matches(name, vocabulary, n=1, cutoff=0.75)
            yield (
                problem("misspelt_word", path, name=name, near=near[0])
                if near
                else problem("unknown_word", path, name=name)
            )
    elif error.validator in ("enum", "const"):
        allowed = error.validator_value
        names = [str(name) for name in (allowed if isinstance(allowed, list) else [allowed])]
        yield _not_allowed(path, error.instance, value, names)
    elif error.validator == "type":
        yield problem("wrong_type", path, allowed=str(error.validator_value))
    elif error.validator == "pattern":
        yield problem("wrong_pattern", path, value=value, allowed=str(error.validator_value))
    else:
        yield problem("schema", path, text=error.message, schema=schema)


def _not_allowed(path: str, given: object, value: str, names: list[str]) -> Problem:
    near = get_close_matches(given, names, n=1, cutoff=0.75) if isinstance(given, str) else []
    allowed = ", ".join(names)
    if near:
        return problem("misspelt_value", path, value=value, near=near[0], allowed=allowed)
    return problem("one_of", path, value=value, allowed=allowed)
