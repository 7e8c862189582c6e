"""Letters that an encoding accident left: seen in the names of a delivery before they are keyed.

UTF-8 taken for Windows-1252 (`Ã¼` for `ü`), replacement characters, and question marks inside
words where a letter did not fit. A name spoiled so links with nobody.
"""

import re

import pyarrow as pa

from sources.contracts.tables import Table
from sources.receiving.forms import sample

TOLERATED = 0.01
FEWEST_VALUES = 5
_ROLES = frozenset({"given", "family", "other_family", "alias", "birth_place", "street"})
_REPLACED = re.compile(r"\ufffd|[^\W\d_]\?[^\W\d_]")


def has_damaged_letters(rows: pa.Table, table: Table) -> bool:
    """Tell whether more than a stray value of the names in a table of strings is damaged."""
    seen = sample(rows)
    names = [f.name for f in table.fields for r in f.rules_named("link") if r.role in _ROLES]
    texts = [text for name in names for text in seen[name].to_pylist() if text]
    damaged = sum(map(is_damaged, texts))
    return damaged >= FEWEST_VALUES and damaged > TOLERATED * len(texts)


def is_damaged(text: str) -> bool:
    """Tell whether a text shows that its bytes were read in another encoding than its own."""
    if text.isascii():
        return _REPLACED.search(text) is not None
    try:
        text.encode("cp1252").decode("utf-8")
    except UnicodeEncodeError:
        return _REPLACED.search(text) is not None
    except UnicodeDecodeError:
        return _REPLACED.search(text) is not None
    return True
