"""Both languages have the same texts, with the same placeholders."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from kim_pipeline.report.language import read_language

PLACEHOLDER = re.compile(r"\{(\w+)\}")


def flat(texts: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, list[str]]]:
    for name, text in texts.items():
        if isinstance(text, Mapping):
            yield from flat(text, f"{above}{name}.")
        else:
            yield f"{above}{name}", sorted(PLACEHOLDER.findall(str(text)))


def test_both_languages_have_the_same_keys_and_placeholders() -> None:
    german, english = (dict(flat(read_language(locale).texts)) for locale in ("de", "en"))
    assert german == english
